"""
Frames and messages: whatever comes, an answer or an end; nothing hangs and nothing is held that is too large.
"""

from __future__ import annotations

import json
import random
import tracemalloc
from collections.abc import Iterator

import pytest

from benchmarks.soak import mutated
from lsp_server.framing import MAX_BODY_BYTES, FrameDecoder, FramingLost, TooLarge, frame
from lsp_server.messages import Invalid, parse

#: In CI; the soak multiplies them.
NUM_BODIES = 20_000
NUM_HEADERS = 2_000

GOOD = frame(b'{"jsonrpc":"2.0","id":1,"method":"shutdown"}')


def _all(content: bytes, step: int = 65536) -> list[bytes | TooLarge]:
    decoder = FrameDecoder()
    return [item for at in range(0, len(content), step) for item in decoder.feed(content[at : at + step])]


@pytest.mark.parametrize("step", [1, 2, 7, 65536])
def test_frames_are_cut_whatever_pieces_they_come_in(step: int) -> None:
    bodies = [b"{}", b"", b"x" * 300, "é\n\r\n".encode()]
    assert _all(b"".join(map(frame, bodies)), step) == bodies


@pytest.mark.parametrize(
    "header",
    [
        b"content-length: 2\r\n\r\n",
        b"CONTENT-LENGTH:2\r\n\r\n",
        b"Content-Length :  2  \r\n\r\n",
        b"Content-Length: 2\n\n",
        b"X-Other: a b c\r\nContent-Length: 2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n",
    ],
)
def test_headers_of_any_spelling_are_read(header: bytes) -> None:
    assert _all(header + b"{}" + GOOD) == [b"{}", GOOD.partition(b"\r\n\r\n")[2]]


@pytest.mark.parametrize(
    "header",
    [
        b"\r\n",
        b"Content-Type: x\r\n\r\n",
        b"Content-Length: -1\r\n\r\n",
        b"Content-Length: +1\r\n\r\n",
        b"Content-Length: two\r\n\r\n",
        b"Content-Length: 2.0\r\n\r\n",
        b"Content-Length: \r\n\r\n",
        b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n",
        b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n",
        b"Content-Length: 1073741825\r\n\r\n",
        b"Content-Length: 1000000000000000\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}",
        b"GET http://localhost:1/ HTTP/1.1\r\n\r\n",
        b"{}\r\n",
        b"x" * 9000,
        b"X: y\r\n" * 33,
    ],
)
def test_what_is_no_header_is_the_end(header: bytes) -> None:
    with pytest.raises(FramingLost):
        _all(header)


def test_a_body_that_is_too_large_is_skipped_and_never_held() -> None:
    size = MAX_BODY_BYTES + 1
    tracemalloc.start()
    decoder = FrameDecoder()
    items = list(decoder.feed(b"Content-Length: %d\r\n\r\n" % size))
    block = b"x" * 65536
    left = size
    while left:
        part = block[: min(left, len(block))]
        left -= len(part)
        items += decoder.feed(part + (GOOD if not left else b""))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert items == [TooLarge(size), GOOD.partition(b"\r\n\r\n")[2]]
    assert peak < 4 << 20


def _headers() -> Iterator[bytes]:
    random_ = random.Random(4)
    for _ in range(NUM_HEADERS):
        yield mutated(b"Content-Length: 44\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n", random_)


def test_mutated_headers_are_read_or_end_it() -> None:
    ends = 0
    for header in _headers():
        decoder = FrameDecoder()
        try:
            for item in decoder.feed(header + GOOD.partition(b"\r\n\r\n")[2] + GOOD):
                assert isinstance(item, bytes | TooLarge)
        except FramingLost:
            ends += 1
    assert NUM_HEADERS / 10 < ends < NUM_HEADERS


def test_mutated_bodies_are_messages_or_get_an_answer() -> None:
    random_ = random.Random(5)
    message = {"jsonrpc": "2.0", "id": 7, "method": "visionCode/component", "params": {"image": "a", "a": [1, None]}}
    body = json.dumps(message).encode()
    for _ in range(NUM_BODIES):
        result = parse(mutated(body, random_))
        if isinstance(result, Invalid):
            assert json.dumps(result.error.data)
        else:
            assert isinstance(result.get("method", ""), str)
            assert "method" in result or "id" in result


@pytest.mark.parametrize(
    ("body", "code", "message_id"),
    [
        (b"\xff\xfe{\x00}\x00", -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', -32700, None),
        (b"", -32700, None),
        (b"{", -32700, None),
        (b"[" * 129 + b"]" * 129, -32700, None),
        (b"[" * 100_000 + b"]" * 100_000, -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"m","params":' + b"9" * 5000 + b"}", -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"m","params":NaN}', -32700, None),
        (b'{"jsonrpc":"2.0","id":1,"method":"m","params":[Infinity]}', -32700, None),
        (b"[]", -32600, None),
        (b"null", -32600, None),
        (b"3", -32600, None),
        (b'{"id":1,"method":"m"}', -32600, 1),
        (b'{"jsonrpc":"1.0","id":"a","method":"m"}', -32600, "a"),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"m"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":true,"method":"m"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":{},"method":"m"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":[1],"method":"m"}', -32600, None),
        (b'{"jsonrpc":"2.0","id":1,"method":["m"]}', -32600, 1),
        (b'{"jsonrpc":"2.0","id":1}', -32600, 1),
    ],
)
def test_what_is_no_message_is_answered(body: bytes, code: int, message_id: object) -> None:
    result = parse(body)
    assert isinstance(result, Invalid)
    assert (int(result.error.code), result.id) == (code, message_id)


def test_a_key_called_jsonrpc_inside_is_plain_data() -> None:
    body = b'{"jsonrpc":"2.0","id":1,"method":"m","params":{"a":{"jsonrpc":"1"}}}'
    assert parse(body) == json.loads(body)
