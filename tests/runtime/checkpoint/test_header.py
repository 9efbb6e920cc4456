from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file

from runtime.checkpoint.header import read_header
from runtime.errors import CheckpointError


def _write(path: Path, header: object, data: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def _one(**change: object) -> dict[str, object]:
    return {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8], **change}}


def _kind(path: Path) -> tuple[str, str]:
    with pytest.raises(CheckpointError) as caught:
        read_header(path)
    return caught.value.kind, caught.value.message


def test_what_the_library_writes_is_read(tmp_path: Path) -> None:
    tensors = {"b": torch.ones(2, 3), "a": torch.ones(4, dtype=torch.bfloat16), "empty": torch.ones(0, 3)}
    save_file(tensors, tmp_path / "x.safetensors", metadata={"format": "pt"})
    found = read_header(tmp_path / "x.safetensors")
    assert {name: (entry.dtype, entry.shape) for name, entry in found.items()} == {
        "b": ("F32", (2, 3)),
        "a": ("BF16", (4,)),
        "empty": ("F32", (0, 3)),
    }


BAD: dict[str, tuple[object, bytes, str]] = {
    "not an object": (b"[1]", b"", "header does not start with {"),
    "not JSON": (b"{oops", b"", "header is not JSON"),
    "nested too deep": (b'{"a":' + b"[" * 200_000, b"", "header is not JSON"),
    "unknown dtype": (_one(dtype="F31"), bytes(8), "unknown dtype"),
    "negative size": (_one(shape=[-2]), bytes(8), "shape or offsets are not sizes"),
    "float size": (_one(shape=[2.0]), bytes(8), "shape or offsets are not sizes"),
    "too many dimensions": (_one(shape=[1] * 8 + [2]), bytes(8), "more than 8 dimensions"),
    "overflow": (_one(shape=[1 << 62, 1 << 62]), bytes(8), "size overflows"),
    "offsets of another size": (_one(shape=[3]), bytes(8), "offsets hold 8 bytes, shape needs 12"),
    "trailing bytes": (_one(), bytes(9), "1 trailing bytes"),
    "missing field": ({"a": {"dtype": "F32", "shape": [2]}}, bytes(8), "entry is not dtype, shape and data_offsets"),
    "empty name": ({"": _one()["a"]}, bytes(8), "name is empty"),
    "NUL in a name": ({"a\0b": _one()["a"]}, bytes(8), "name is empty or holds NUL"),
    "dots in a name": ({"../a": _one()["a"]}, bytes(8), "name is empty or holds NUL or .."),
    "metadata that is no text": ({"__metadata__": {"a": 1}}, b"", "metadata is not text"),
    "overlap": (
        {
            "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
        },
        bytes(12),
        'overlap: tensor "b"',
    ),
    "hole": (
        {
            "a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "b": {"dtype": "F32", "shape": [2], "data_offsets": [12, 20]},
        },
        bytes(20),
        'hole: tensor "b"',
    ),
    "duplicate name": (
        b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}',
        bytes(8),
        'duplicate name: tensor "a"',
    ),
}


@pytest.mark.parametrize(("header", "data", "message"), BAD.values(), ids=BAD.keys())
def test_broken_headers_are_refused(tmp_path: Path, header: object, data: bytes, message: str) -> None:
    kind, found = _kind(_write(tmp_path / "x.safetensors", header, data))
    assert kind == "checkpoint.header"
    assert message in found


def test_names_in_messages_are_short_and_escaped(tmp_path: Path) -> None:
    name = "\x1b[31m\n" + "x" * 500
    _, message = _kind(_write(tmp_path / "x.safetensors", {name: _one(dtype="?")["a"]}))
    assert "\n" not in message
    assert "\x1b" not in message
    assert len(message) < 160


def test_truncation_says_how_much_is_there(tmp_path: Path) -> None:
    path = _write(tmp_path / "model-00003.safetensors", _one(shape=[1000], data_offsets=[0, 4000]), bytes(100))
    size = path.stat().st_size
    assert _kind(path) == ("checkpoint.truncated", f"model-00003: {size:,} of {size + 3900:,} bytes")


@pytest.mark.parametrize("content", [b"", b"\x01\x02", (1000).to_bytes(8, "little") + b"{}"])
def test_files_shorter_than_their_header_are_truncated(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.safetensors").write_bytes(content)
    assert _kind(tmp_path / "x.safetensors")[0] == "checkpoint.truncated"


def test_huge_headers_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    with path.open("wb") as file:
        file.write((200_000_000).to_bytes(8, "little"))
        file.truncate(200_000_100)
    assert _kind(path)[0] == "checkpoint.header"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert _kind(tmp_path / "x.safetensors")[0] == "checkpoint.missing"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.integers(0, 60))
def test_any_damage_is_refused_or_read_never_worse(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int
) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "x.safetensors"
    content = bytearray(_write(path, _one(), bytes(8)).read_bytes())
    content[place : place + len(noise)] = noise
    path.write_bytes(bytes(content))
    with contextlib.suppress(CheckpointError):
        assert all(entry.stop <= len(content) for entry in read_header(path).values())
