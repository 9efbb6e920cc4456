"""
What may be named as a remote engine, and where its key comes from.
"""

from __future__ import annotations

import pytest

from runtime.errors import AccessRefused, EngineUnavailable
from runtime.remote.address import parse_endpoint
from runtime.remote.keys import find_key


@pytest.mark.parametrize(
    ("spec", "base", "model"),
    [
        ("https://API.Moonshot.ai/v1#kimi-k2.5", "https://api.moonshot.ai/v1", "kimi-k2.5"),
        ("https://host:8443/v1/", "https://host:8443/v1", None),
        ("http://localhost:8000", "http://localhost:8000/v1", None),
        ("http://[::1]:8000/v1#org/name", "http://[::1]:8000/v1", "org/name"),
        ("http://127.8.9.1/openai/v1", "http://127.8.9.1/openai/v1", None),
    ],
)
def test_addresses(spec: str, base: str, model: str | None) -> None:
    endpoint = parse_endpoint(spec)
    assert (endpoint.base, endpoint.model) == (base, model)


@pytest.mark.parametrize(
    "spec",
    [
        "http://", "https://user:secret@host/v1", "ftp://host/v1", "https://host/v1?key=secret", "https://ho st/v1",
        "https://host:99999/v1", "https://[::1/v1", "https://host/v1\r\nX: 1", "https:///v1",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_being_repeated(spec: str) -> None:
    with pytest.raises(ValueError, match="address") as caught:
        parse_endpoint(spec)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("host", ["gpu-box:8000", "10.0.0.5", "169.254.169.254", "127.0.0.1.example.com", "2130706433"])
def test_plain_http_leaves_the_machine_never(host: str) -> None:
    with pytest.raises(EngineUnavailable) as caught:
        parse_endpoint(f"http://{host}/v1")
    assert caught.value.kind == "remote.insecure"


def test_a_providers_key_goes_to_that_provider_only() -> None:
    environment = {"MOONSHOT_API_KEY": "sk-moon", "OPENAI_API_KEY": "sk-open"}
    assert find_key(parse_endpoint("https://api.moonshot.ai/v1"), environment) == "sk-moon"
    assert find_key(parse_endpoint("https://api.moonshot.ai.example.com/v1"), environment) is None
    assert find_key(parse_endpoint("https://example.com/v1"), environment | {"VISION_CODE_API_KEY": "k"}) == "k"


def test_a_key_that_no_header_can_hold_is_refused_without_being_shown() -> None:
    with pytest.raises(AccessRefused) as caught:
        find_key(parse_endpoint("https://example.com/v1"), {"VISION_CODE_API_KEY": "sk\r\nX-Evil: 1"})
    assert "sk" not in caught.value.message.split("VISION_CODE_API_KEY")[1]


def test_the_keyring_is_asked_for_the_host() -> None:
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    class Held(KeyringBackend):  # type: ignore[misc]
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return {("vision-code", "example.com:8443"): "sk-kept"}.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Held())
    try:
        assert find_key(parse_endpoint("https://example.com:8443/v1"), {}) == "sk-kept"
        assert find_key(parse_endpoint("https://example.com/v1"), {}) is None
    finally:
        keyring.set_keyring(before)
