"""
The key of a remote engine: from the environment or the system's keyring, from nowhere else.

A project's settings cannot name one, and a command line would show it to everybody on the machine.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from runtime.errors import AccessRefused
from runtime.remote.address import Endpoint

#: Counts for every server that the user names.
VARIABLE = "VISION_CODE_API_KEY"
#: Counts for the provider's own host only, so that a key never goes to another.
PROVIDERS = {
    "api.moonshot.ai": "MOONSHOT_API_KEY",
    "api.moonshot.cn": "MOONSHOT_API_KEY",
    "api.openai.com": "OPENAI_API_KEY",
    "openrouter.ai": "OPENROUTER_API_KEY",
}
KEYRING_SERVICE = "vision-code"


def find_key(endpoint: Endpoint, environment: Mapping[str, str] = os.environ) -> str | None:
    """
    The key for a server: the environment's, else what the keyring holds for service ``vision-code`` and its host.

    Returns:
        None when there is none: servers on one's own machine need none.

    Raises:
        AccessRefused: ``remote.auth``: it holds characters that no header can.
    """
    for variable in (VARIABLE, PROVIDERS.get(endpoint.host, "")):
        if key := environment.get(variable, "").strip():
            return _sendable(key, f"the key in {variable}")
    kept = _from_keyring(endpoint)
    return _sendable(kept, "the key in the keyring") if kept else None


def _sendable(key: str, which: str) -> str:
    if not (key.isascii() and key.isprintable() and " " not in key):
        raise AccessRefused("remote.auth", f"{which} holds characters that no key has")
    return key


def _from_keyring(endpoint: Endpoint) -> str | None:
    """
    The optional ``keyring`` package reaches the system's store; a store that is locked or not there holds no key.
    """
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return None
    try:
        kept: str | None = keyring.get_password(KEYRING_SERVICE, endpoint.place)
    except KeyringError:
        return None
    return kept
