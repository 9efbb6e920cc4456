"""
Our own validation of safetensors headers, before any library or tensor sees the file; torch-free.

Source: the safetensors format (8-byte little-endian header size, JSON, one gap-free byte buffer).
"""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from runtime.errors import CheckpointError

HEADER_LIMIT_BYTES = 100_000_000
MAX_TENSORS = 2_000_000
MAX_DIMS = 8
DTYPE_BYTES: Mapping[str, int] = {
    "BOOL": 1,
    "U8": 1,
    "I8": 1,
    "F8_E5M2": 1,
    "F8_E4M3": 1,
    "I16": 2,
    "U16": 2,
    "F16": 2,
    "BF16": 2,
    "I32": 4,
    "U32": 4,
    "F32": 4,
    "I64": 8,
    "U64": 8,
    "F64": 8,
}


@dataclass(frozen=True, slots=True)
class TensorEntry:
    """
    One tensor of a shard.

    Args:
        path: The shard.
        dtype: As the format spells it, e.g. ``BF16``.
        shape: Sizes.
        start: First byte in the file.
        stop: One behind the last byte.
    """

    path: Path
    dtype: str
    shape: tuple[int, ...]
    start: int
    stop: int


def read_header(path: Path) -> dict[str, TensorEntry]:
    """
    Read and check one shard's header; no tensor is touched.

    Args:
        path: A ``.safetensors`` file.

    Returns:
        Entries by tensor name.

    Raises:
        CheckpointError: ``checkpoint.header``, ``checkpoint.truncated``, ``checkpoint.missing`` or ``checkpoint.io``.
    """
    try:
        size = regular_file_size(path)
        with path.open("rb") as file:
            prefix = file.read(8)
            length = int.from_bytes(prefix, "little")
            if len(prefix) < 8:
                raise _truncated(path, size, 8)
            if length > HEADER_LIMIT_BYTES:
                raise _bad(f"header of {length} bytes exceeds {HEADER_LIMIT_BYTES}", path.name)
            if 8 + length > size:
                raise _truncated(path, size, 8 + length)
            text = file.read(length)
    except FileNotFoundError as error:
        raise CheckpointError("checkpoint.missing", f"shard {path.name} is not there") from error
    except OSError as error:
        raise CheckpointError("checkpoint.io", f"{path.name}: {error.strerror}") from error
    entries = {name: _entry(path, name, info, 8 + length) for name, info in _parse(text, path).items()}
    _check_buffer(path, entries, 8 + length, size)
    return entries


def regular_file_size(path: Path) -> int:
    """
    Bytes in a file that may be opened: reading a pipe or a device could wait for ever.

    Raises:
        CheckpointError: ``checkpoint.io``, it is something else.
        OSError: It cannot be looked at.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise CheckpointError("checkpoint.io", f"{path.name}: not a regular file")
    return status.st_size


def _bad(rule: str, name: str) -> CheckpointError:
    shown = name[:80].encode("unicode_escape").decode()
    return CheckpointError("checkpoint.header", f'{rule}: tensor "{shown}"')


def _truncated(path: Path, size: int, expected: int) -> CheckpointError:
    return CheckpointError("checkpoint.truncated", f"{path.stem}: {size:,} of {expected:,} bytes")


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    seen: dict[str, object] = {}
    for key, value in pairs:
        if key in seen:
            raise _bad("duplicate name", key)
        seen[key] = value
    return seen


def _parse(text: bytes, path: Path) -> dict[str, object]:
    if not text.startswith(b"{"):
        raise _bad("header does not start with {", path.name)
    try:
        header = json.loads(text, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise _bad("header is not JSON", path.name) from error
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _bad("metadata is not text", "__metadata__")
    if len(header) > MAX_TENSORS:
        raise _bad(f"{len(header)} tensors exceed {MAX_TENSORS}", path.name)
    return cast("dict[str, object]", header)


def _entry(path: Path, name: str, info: object, data_start: int) -> TensorEntry:
    if not name or "\0" in name or ".." in name:
        raise _bad("name is empty or holds NUL or ..", name)
    if not isinstance(info, dict) or set(info) != {"dtype", "shape", "data_offsets"}:
        raise _bad("entry is not dtype, shape and data_offsets", name)
    dtype, shape, offsets = info["dtype"], info["shape"], info["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BYTES:
        raise _bad("unknown dtype", name)
    if not _is_sizes(shape) or not _is_sizes(offsets) or len(offsets) != 2:
        raise _bad("shape or offsets are not sizes", name)
    if len(shape) > MAX_DIMS:
        raise _bad(f"more than {MAX_DIMS} dimensions", name)
    num_bytes = math.prod(shape) * DTYPE_BYTES[dtype]
    if num_bytes >= 1 << 63 or max(offsets) >= 1 << 63:
        raise _bad("size overflows", name)
    if offsets[1] - offsets[0] != num_bytes:
        raise _bad(f"offsets hold {offsets[1] - offsets[0]} bytes, shape needs {num_bytes}", name)
    return TensorEntry(path, dtype, tuple(shape), data_start + offsets[0], data_start + offsets[1])


def _is_sizes(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(v, int) and not isinstance(v, bool) and v >= 0 for v in value)


def _check_buffer(path: Path, entries: Mapping[str, TensorEntry], start: int, size: int) -> None:
    """
    The tensors must tile the rest of the file: no overlap, no hole, nothing behind.
    """
    end = start
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].start, item[1].stop)):
        if entry.start < end:
            raise _bad("overlap", name)
        if entry.start > end:
            raise _bad("hole", name)
        end = entry.stop
    if size < end:
        raise _truncated(path, size, end)
    if size > end:
        raise _bad(f"{size - end} trailing bytes", path.name)
