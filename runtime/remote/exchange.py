"""
One request and its answer over HTTP: deadlines, caps and retries; every way to fail is one line of the contract.
"""

from __future__ import annotations

import asyncio
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import TypeVar

import httpx2

from runtime.errors import AccessRefused, EngineError, EngineUnavailable
from runtime.remote.limits import Limits
from runtime.remote.reply import Reply
from runtime.remote.sse import EventDecoder

_BUSY = (429, 503)
_TRANSIENT = (500, 502, 504)
_DENIED = (401, 403)
T = TypeVar("T")


class _Again(Exception):
    """
    Worth another try: nothing of an answer has come. It never leaves this module.
    """

    def __init__(self, error: EngineError, wait_s: float | None = None) -> None:
        super().__init__()
        self.error = error
        self.wait_s = wait_s


def open_client(key: str | None, limits: Limits) -> httpx2.AsyncClient:
    """
    A client that follows no redirect, keeps no cookie and looks at no proxy or other setting of the environment.
    """
    headers = {"Accept-Encoding": "identity", "User-Agent": "vision-code"}
    if key is not None:
        headers["Authorization"] = f"Bearer {key}"
    client = httpx2.AsyncClient(
        headers=headers,
        trust_env=False,
        follow_redirects=False,
        timeout=httpx2.Timeout(None, connect=limits.connect_s),  # the others are measured here, by what arrives
    )
    client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return client


async def ask(
    client: httpx2.AsyncClient, request: httpx2.Request, reply: Reply, limits: Limits, told: Callable[[str], None]
) -> None:
    """
    Send ``request`` and fill ``reply``; tries again only while no event has come.

    Args:
        told: Called with new text.

    Raises:
        EngineError: ``remote.*``.
    """
    end = _now() + limits.total_s
    for number in range(1, limits.tries + 1):
        try:
            await _attempt(client, request, reply, limits, told, end)
        except _Again as again:
            wait_s = again.wait_s if again.wait_s is not None else _jitter(number, limits)
            if number == limits.tries or wait_s > limits.retry_after_s or _now() + wait_s >= end:
                raise again.error from None
            await asyncio.sleep(wait_s)
        else:
            return


async def fetch(client: httpx2.AsyncClient, request: httpx2.Request, limits: Limits) -> bytes | None:
    """
    What a short ``GET`` answers; None when the server has nothing there.

    Raises:
        EngineError: ``remote.*``.
    """
    until, held = _now() + limits.between_tokens_s, bytearray()
    try:
        async with _answered(client, request, limits, until, limits.between_tokens_s) as response:
            pieces = response.aiter_raw()
            while piece := await _within(until, limits.between_tokens_s, anext(pieces, b"")):
                held += piece
                if len(held) > limits.line_bytes:
                    raise EngineUnavailable("remote.too_large", "the list of models is longer than any")
    except _Again as again:
        raise again.error from None
    except EngineUnavailable as error:
        if error.detail.get("status") in (404, 405):
            return None
        raise
    return bytes(held)


async def _attempt(
    client: httpx2.AsyncClient,
    request: httpx2.Request,
    reply: Reply,
    limits: Limits,
    told: Callable[[str], None],
    end: float,
) -> None:
    until, patience = _now() + limits.first_token_s, limits.first_token_s
    decoder = EventDecoder(limits)
    async with _answered(client, request, limits, min(until, end), patience) as response:
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "text/event-stream":
            raise EngineUnavailable("remote.protocol", f"the server streams {kind[:60] or 'nothing'}, not events")
        pieces = response.aiter_raw()
        while piece := await _within(min(until, end), patience if until < end else limits.total_s, anext(pieces, b"")):
            for event in decoder.feed(piece):
                text, news = reply.add(event)
                if news:
                    until, patience = _now() + limits.between_tokens_s, limits.between_tokens_s
                if text:
                    told(text)
                if reply.done:
                    return
    if not decoder.is_between_events:
        raise EngineUnavailable("remote.incomplete", "the answer was cut inside an event", retry=True)


@asynccontextmanager
async def _answered(
    client: httpx2.AsyncClient, request: httpx2.Request, limits: Limits, until: float, patience: float
) -> AsyncIterator[httpx2.Response]:
    """
    The response once its headers are there and good.

    Raises:
        _Again: It may go better later.
        EngineError: ``remote.*``.
    """
    try:
        response = await _within(until, patience, client.send(request, stream=True))
    except httpx2.ConnectTimeout as error:
        raise EngineUnavailable("remote.timeout", f"no connection within {limits.connect_s:g} s", retry=True) from error
    except httpx2.ConnectError as error:
        raise _unconnected(error) from error
    except httpx2.RemoteProtocolError as error:
        if "disconnected without" in str(error):
            raise _Again(_unavailable("the server closed the connection without an answer")) from error
        raise EngineUnavailable("remote.protocol", "the server does not speak HTTP") from error
    except httpx2.TransportError as error:
        raise _Again(_unavailable("the connection broke before an answer")) from error
    try:
        _check_status(response)
        if sum(len(name) + len(value) for name, value in response.headers.raw) > limits.headers_bytes:
            raise EngineUnavailable("remote.too_large", "the headers of the answer are longer than any")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise EngineUnavailable("remote.protocol", "the server compresses although it was asked not to")
        yield response
    except httpx2.TransportError as error:
        raise EngineUnavailable("remote.incomplete", "the connection broke inside the answer", retry=True) from error
    finally:
        await response.aclose()


def _check_status(response: httpx2.Response) -> None:
    status = response.status_code
    if status in _DENIED:
        message = f"HTTP {status}: the server takes no request without a key of its own; set VISION_CODE_API_KEY"
        raise AccessRefused("remote.auth", message)
    if 300 <= status < 400:
        raise EngineUnavailable("remote.redirect", f"HTTP {status}: the server sends us elsewhere; name that address")
    if status in _BUSY:
        error = EngineUnavailable("remote.rate_limited", f"HTTP {status}: the server is busy", retry=True)
        raise _Again(error if status == 429 else _unavailable(f"HTTP {status}"), _retry_after(response))
    if status in _TRANSIENT:
        raise _Again(_unavailable(f"HTTP {status}"))
    if status >= 500:
        raise _unavailable(f"HTTP {status}")
    if status != 200:
        raise EngineUnavailable("remote.rejected", f"HTTP {status}", detail={"status": status})


def _retry_after(response: httpx2.Response) -> float | None:
    """
    Seconds that the server asks us to wait, as a number or a date; None when it does not say so understandably.
    """
    said = response.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said[:9])
    try:
        then = parsedate_to_datetime(said)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return max(0.0, (then - datetime.now(UTC)).total_seconds())


def _unconnected(error: httpx2.ConnectError) -> EngineError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return EngineUnavailable("remote.tls", "the server's certificate or its TLS is not good")
        cause = cause.__cause__ or cause.__context__
    return _unavailable("nothing answers at this address")


def _unavailable(message: str) -> EngineUnavailable:
    return EngineUnavailable("remote.unavailable", message, retry=True)


def _jitter(number: int, limits: Limits) -> float:
    """
    Full jitter (Brooker, "Exponential backoff and jitter", 2015): by chance between the least wait and a growing one.
    """
    least, most = limits.backoff_s
    return random.uniform(least, min(most, least * 4**number))  # noqa: S311  no secret


async def _within(until: float, patience: float, awaitable: Awaitable[T]) -> T:
    try:
        async with asyncio.timeout_at(until):
            return await awaitable
    except TimeoutError as error:
        raise EngineUnavailable("remote.timeout", f"no data for {patience:g} s", retry=True) from error


def _now() -> float:
    return asyncio.get_running_loop().time()
