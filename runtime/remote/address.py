"""
Where a remote engine is: ``https://host/v1#model``, checked before a byte is sent.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from runtime.errors import EngineUnavailable

DEFAULT_PATH = "/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    One server, and perhaps one of its models.

    Attributes:
        base: Address up to and with ``/v1``, without a slash at the end.
        host: Name or number, lower case.
        port: None for the scheme's own.
        model: None when the server has only one.
    """

    base: str
    host: str
    port: int | None
    model: str | None

    @property
    def place(self) -> str:
        """
        ``host`` or ``host:port``, for people.
        """
        return self.host if self.port is None else f"{self.host}:{self.port}"


def parse_endpoint(spec: str) -> Endpoint:
    """
    Read an address; without a path ``/v1`` is meant.

    Raises:
        ValueError: It is no address of a server, or holds a name and password (keys come from elsewhere).
        EngineUnavailable: ``remote.insecure``: plain http, which everybody on the way can read, to another machine.
    """
    try:
        parts = urlsplit(spec)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise ValueError("this is no address") from error
    if parts.scheme not in ("http", "https") or not host or not spec.isprintable() or any(map(str.isspace, spec)):
        raise ValueError("this is no http: or https: address")
    if parts.username is not None or parts.password is not None:
        raise ValueError("an address must not hold a name or password")
    if parts.query:
        raise ValueError("an address must not hold a query")
    if parts.scheme == "http" and not _is_loopback(host):
        message = (
            f"plain http to {host}: everybody on the way can read it; use https, or a tunnel that ends on localhost"
        )
        raise EngineUnavailable("remote.insecure", message)
    path = parts.path.rstrip("/") or DEFAULT_PATH
    base = f"{parts.scheme}://{parts.netloc.lower()}{path}"
    return Endpoint(base=base, host=host, port=port, model=unquote(parts.fragment) or None)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
