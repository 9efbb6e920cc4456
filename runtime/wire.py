"""
Frames between an engine's process and its owner: a JSON header and raw bytes; torch-free.

Layout: header length (4 bytes, big-endian), header, then the blobs whose sizes the header lists under ``blobs``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast

from runtime.api import (
    Choice,
    FinishReason,
    GenerateRequest,
    Generation,
    ImagePart,
    Message,
    SamplingParams,
    SlotChoice,
    TextPart,
    TokenChunk,
    ToolCall,
)
from runtime.errors import RequestError

HEADER_LIMIT_BYTES = 64 << 20
BLOB_LIMIT_BYTES = 1 << 30

Header = dict[str, object]


class BrokenPipe(Exception):
    """
    The other side is gone, or what came is no frame.
    """


def write_frame(stream: BinaryIO, header: Mapping[str, object], blobs: Sequence[bytes] = ()) -> None:
    """
    Send one frame.

    Raises:
        BrokenPipe: Nobody reads any more.
    """
    content = json.dumps({**header, "blobs": [len(blob) for blob in blobs]}, separators=(",", ":")).encode()
    try:
        stream.write(len(content).to_bytes(4, "big") + content)
        for blob in blobs:
            stream.write(blob)
        stream.flush()
    except (OSError, ValueError) as error:
        raise BrokenPipe from error


def read_frame(stream: BinaryIO) -> tuple[Header, list[bytes]]:
    """
    Receive one frame.

    Raises:
        BrokenPipe: The stream ends or holds no frame.
    """
    length = int.from_bytes(_exactly(stream, 4), "big")
    if length > HEADER_LIMIT_BYTES:
        raise BrokenPipe(f"header of {length} bytes")
    header = json.loads(_exactly(stream, length))
    sizes = header.pop("blobs")
    if sum(sizes) > BLOB_LIMIT_BYTES:
        raise BrokenPipe(f"blobs of {sum(sizes)} bytes")
    return header, [_exactly(stream, size) for size in sizes]


def _exactly(stream: BinaryIO, size: int) -> bytes:
    try:
        content = stream.read(size)
    except (OSError, ValueError) as error:
        raise BrokenPipe from error
    if len(content) < size:
        raise BrokenPipe("end of stream")
    return content


def pack_requests(requests: Sequence[GenerateRequest]) -> tuple[list[Header], list[bytes]]:
    """
    Requests as JSON; each different picture is one blob.
    """
    blobs: list[bytes] = []
    places: dict[bytes, int] = {}

    def part(content: TextPart | ImagePart) -> object:
        if isinstance(content, TextPart):
            return content.text
        if content.rgb not in places:
            places[content.rgb] = len(blobs)
            blobs.append(content.rgb)
        return [content.width, content.height, places[content.rgb]]

    def message(m: Message) -> Header:
        return {
            "role": m.role,
            "content": [part(p) for p in m.content],
            "name": m.name,
            "reasoning": m.reasoning,
            "tool_calls": [[call.id, call.arguments] for call in m.tool_calls],
            "tool_call_id": m.tool_call_id,
        }

    headers: list[Header] = []
    for r in requests:
        if r.schema is not None:
            raise RequestError("request.schema", "an engine on this machine is held by a template, not by a schema")
        template = None
        if r.template is not None:
            template = [list(p.options) if isinstance(p, Choice) else p for p in r.template]
        headers.append(
            {
                "messages": [message(m) for m in r.messages],
                "sampling": {name: getattr(r.sampling, name) for name in SamplingParams.__dataclass_fields__},
                "template": template,
                "thinking": r.thinking,
                "tools": list(r.tools),
                "request_id": r.request_id,
            }
        )
    return headers, blobs


def unpack_requests(headers: Sequence[Header], blobs: Sequence[bytes]) -> list[GenerateRequest]:
    """
    The inverse of :func:`pack_requests`.
    """

    def part(content: object) -> TextPart | ImagePart:
        if isinstance(content, str):
            return TextPart(content)
        width, height, place = cast("list[int]", content)
        return ImagePart(width=width, height=height, rgb=blobs[place])

    def message(m: Header) -> Message:
        calls = cast("list[list[str]]", m.pop("tool_calls"))
        content = cast("list[object]", m.pop("content"))
        return Message(
            content=tuple(part(p) for p in content),
            tool_calls=tuple(ToolCall(id=call[0], arguments=call[1]) for call in calls),
            **m,  # type: ignore[arg-type]
        )

    requests = []
    for header in headers:
        sampling = cast("dict[str, object]", header["sampling"])
        sampling["stop"] = tuple(cast("list[str]", sampling["stop"]))
        template = cast("list[str | list[str]] | None", header["template"])
        requests.append(
            GenerateRequest(
                messages=tuple(message(m) for m in cast("list[Header]", header["messages"])),
                sampling=SamplingParams(**sampling),  # type: ignore[arg-type]
                template=None
                if template is None
                else tuple(p if isinstance(p, str) else Choice(tuple(p)) for p in template),
                thinking=bool(header["thinking"]),
                tools=tuple(cast("list[Header]", header["tools"])),
                request_id=cast("str | None", header["request_id"]),
            )
        )
    return requests


def pack_chunk(chunk: TokenChunk) -> Header:
    """
    A chunk as JSON.
    """
    done = chunk.done
    packed: Header = {"index": chunk.index, "text": chunk.text, "done": None}
    if done is not None:
        packed["done"] = {
            "text": done.text,
            "token_ids": done.token_ids,
            "finish": done.finish.value,
            "slots": [[slot.option, slot.probability] for slot in done.slots],
            "prompt_tokens": done.prompt_tokens,
        }
    return packed


def unpack_chunk(header: Header) -> TokenChunk:
    """
    The inverse of :func:`pack_chunk`.
    """
    packed = cast("Header | None", header["done"])
    done = None
    if packed is not None:
        slots = cast("list[tuple[int, float]]", packed["slots"])
        done = Generation(
            text=str(packed["text"]),
            token_ids=tuple(cast("list[int]", packed["token_ids"])),
            finish=FinishReason(packed["finish"]),
            slots=tuple(SlotChoice(option, probability) for option, probability in slots),
            prompt_tokens=cast("int", packed["prompt_tokens"]),
        )
    return TokenChunk(index=cast("int", header["index"]), text=str(header["text"]), done=done)
