"""
Keeps a rendered page away from everything but its own folder: launch flags, and the answer to each request.

Each visit lives on an origin of its own that does not exist. Requests for it are answered here from one folder, others
are refused. Behind that stand a proxy that does not exist and a resolver that knows no name.
"""

from __future__ import annotations

import asyncio
import itertools
import mimetypes
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit

#: Where pages live. ``.invalid`` never resolves (RFC 2606 §2).
_HOST = "page.invalid"
_visits = itertools.count(1)

#: Port 9 (discard) on this machine: what slips past the request filter ends there.
_DEAD_PROXY = "http://127.0.0.1:9"

#: Off in every browser that Playwright starts (its list for Chromium 156, ``chromiumSwitches``), repeated because only
#: the last list counts. Without them http is turned into https, and a first picture may be held back.
_OFF_BY_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
    *("msForceBrowserSignIn", "msEdgeUpdateLaunchServicesPreferredVersion"),
)
#: The menu under the address bar is a page with scripts in a process of its own, loaded with the first window: .3 s of
#: CPU or more while our first page is drawn.
_OFF_BY_US = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")

LAUNCH_FLAGS = (
    f"--disable-features={','.join(_OFF_BY_PLAYWRIGHT + _OFF_BY_US)}",
    f"--proxy-server={_DEAD_PROXY}",
    "--proxy-bypass-list=<-loopback>",  # also loopback addresses go to the dead proxy
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-domain-reliability",
    "--dns-prefetch-disable",
    "--no-pings",
    # The same picture on every machine: no subpixel colour fringes, no display profile, no overlay scrollbars.
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
)

#: One resource may not fill the memory: larger files are refused. 64 MiB is far above any page's picture.
_MAX_FILE_BYTES = 64 * 2**20

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2", ".woff": "font/woff"}


class Request(Protocol):
    """
    What is asked of a browser request.
    """

    @property
    def url(self) -> str: ...

    def is_navigation_request(self) -> bool: ...


class Route(Protocol):
    """
    A request that waits for its answer.
    """

    @property
    def request(self) -> Any: ...

    async def abort(self, error_code: str | None = None) -> None: ...

    async def fulfill(self, *, status: int, body: bytes, content_type: str) -> None: ...


@dataclass(slots=True)
class Folder:
    """
    Answers the requests of one page from one folder.

    Attributes:
        root: Folder that may be read, symlinks resolved; None when the page has no files.
        document: Path of the page on ``origin``, starting with ``/``.
        text: The page itself when it is not a file.
        ask: Gives what lies at a path with its query, and its type, instead of ``root``; None where nothing is.
        blocked: Addresses that were refused, in order.
        origin: Of this visit alone: nothing of an earlier page can be taken for a part of this one.
    """

    root: Path | None
    document: str
    text: str | None = None
    ask: Callable[[str], tuple[bytes, str] | None] | None = None
    blocked: list[str] = field(default_factory=list)
    origin: str = field(default_factory=lambda: f"http://{next(_visits)}.{_HOST}")
    _entered: bool = False

    @property
    def url(self) -> str:
        return self.origin + self.document

    async def answer(self, route: Route) -> None:
        """
        Serve or refuse one request. The page is entered once: reloads and jumps elsewhere are refused.
        """
        request: Request = route.request
        is_document = request.url.split("#")[0] == self.url
        if is_document and request.is_navigation_request():
            if self._entered:
                await self._refuse(route, request)
                return
            self._entered = True
            if self.text is not None:
                await route.fulfill(status=200, body=self.text.encode(), content_type="text/html; charset=utf-8")
                return
        found = await asyncio.to_thread(self._found, request.url)  # a server may take its time
        if found is None:
            await self._refuse(route, request)
            return
        body, kind = found
        await route.fulfill(status=200, body=body, content_type=kind)

    async def _refuse(self, route: Route, request: Request) -> None:
        """
        A jump elsewhere gets "204 No Content", after which a browser stays where it is and goes on loading.
        """
        self.blocked.append(request.url)
        if request.is_navigation_request():
            await route.fulfill(status=204, body=b"", content_type="text/plain")
        else:
            await route.abort("blockedbyclient")

    def _found(self, url: str) -> tuple[bytes, str] | None:
        """
        What lies behind an address of ``origin``, and its type; None when that is elsewhere, missing, or outside.
        """
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self.origin:
            return None
        if self.ask is not None:
            return self.ask(parts.path + (f"?{parts.query}" if parts.query else ""))
        if self.root is None:
            return None
        try:
            path = (self.root / unquote(parts.path).lstrip("/")).resolve(strict=True)
            inside = path.is_relative_to(self.root)
            fits = inside and path.is_file() and path.stat().st_size <= _MAX_FILE_BYTES
            return (path.read_bytes(), _type_of(path.name)) if fits else None
        except (OSError, ValueError, RuntimeError):  # missing, NUL in the name, symlink loop
            return None


def _type_of(name: str) -> str:
    ending = PurePosixPath(name).suffix.lower()
    return _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class TreePage:
    """
    A page of a tree that need not lie on a disk.

    Attributes:
        path: Of the page in it, with forward slashes.
        read: Gives the bytes of a file of the tree; None for one that is not there or may not be seen.
    """

    path: str
    read: Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class ServedPage:
    """
    A page of a server that is asked for every file.

    Attributes:
        target: Path and query of the page.
        ask: Gives what lies at a path with its query, and its type; None where nothing is.
    """

    target: str
    ask: Callable[[str], tuple[bytes, str] | None]


def folder_of(page: Path | str | TreePage | ServedPage, root: Path | None) -> Folder:
    """
    The folder to answer from: for a file its own folder unless ``root`` names a wider one, for text ``root``.

    Raises:
        FileNotFoundError: The page does not exist.
        ValueError: The page lies outside ``root``.
    """
    if isinstance(page, TreePage):
        if page.read(page.path) is None:
            raise FileNotFoundError(f"there is no {page.path}")
        return Folder(root=None, document=f"/{quote(page.path)}", ask=lambda target: _of_tree(page, target))
    if isinstance(page, ServedPage):
        return Folder(root=None, document=page.target, ask=page.ask)
    if isinstance(page, str):
        return Folder(root=root.resolve(strict=True) if root else None, document="/page.html", text=page)
    path = page.resolve(strict=True)
    base = root.resolve(strict=True) if root else path.parent
    return Folder(root=base, document="/" + path.relative_to(base).as_posix())


def _of_tree(page: TreePage, target: str) -> tuple[bytes, str] | None:
    name = unquote(urlsplit(target).path).lstrip("/")
    body = page.read(name)
    return None if body is None else (body, _type_of(name))
