"""
The CPU's layout of INT4 weights: tiles of 32 rows, at the checkpoint's size; ``source/layout.h`` draws it.

A tile is a stream of groups of 32 columns, 576 bytes each: 32 bf16 scales, then for each half of 16 rows and each chunk
of 8 columns 16 rows x 4 bytes. Byte ``j`` holds column ``j`` of the chunk in its low nibble and ``4 + j`` in its high.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from kernels.errors import UnsupportedShape
from kernels.int4 import GROUP_SIZE, pack, unpack

TILE_ROWS = 32
GROUP_BYTES = 576
SCALE_BYTES = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class TiledInt4:
    """
    One weight matrix.

    Args:
        data: ``[tiles, in / 32, 576]`` uint8.
        rows: Outputs; the last tile may be part empty.
    """

    data: torch.Tensor
    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TiledExperts:
    """
    The routed experts of one layer.

    Args:
        gate_up: ``[experts, 2 inter / 32, hidden / 32, 576]`` uint8; tiles of gate and of up alternate.
        down: ``[experts, hidden / 32, inter / 32, 576]`` uint8.
    """

    gate_up: torch.Tensor
    down: torch.Tensor


def tile(packed: torch.Tensor, scale: torch.Tensor, *, paired: bool = False) -> torch.Tensor:
    """
    Checkpoint layout to tiles; the reference of the library's own.

    Args:
        packed: ``[out, in / 8]`` int32 on a CPU.
        scale: ``[out, in / 32]`` bf16.
        paired: The first half of the rows makes the even tiles, the second the odd ones; ``out`` a multiple of 64.

    Returns:
        ``[ceil(out / 32), in / 32, 576]`` uint8.

    Raises:
        UnsupportedShape: See :func:`check`.
    """
    check(packed, scale, paired=paired)
    # Rows that fill up the last tile: value 0, scale 0.
    missing = -packed.shape[0] % TILE_ROWS
    raw = F.pad(unpack(packed) + 8, (0, 0, 0, missing), value=8).to(torch.uint8)
    scale = F.pad(scale, (0, 0, 0, missing))
    if paired:
        raw, scale = (_alternate(rows) for rows in (raw, scale))
    # [tiles, half, row, group, chunk, low or high, byte] -> [tiles, group, half, chunk, row, byte, low or high]
    shape = (-1, 2, 16, packed.shape[1] * 8 // GROUP_SIZE, 4, 2, 4)
    low, high = raw.view(shape).permute(0, 3, 1, 4, 2, 6, 5).unbind(-1)
    scales = torch.unflatten(scale, 0, (-1, TILE_ROWS)).transpose(1, 2).contiguous().view(torch.uint8)
    return torch.cat([scales, (low | high << 4).flatten(2)], dim=-1)


def untile(data: torch.Tensor, rows: int, *, paired: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """
    The inverse of :func:`tile`.

    Args:
        data: ``[tiles, in / 32, 576]`` uint8.
        rows: Outputs.
        paired: As it was tiled.

    Returns:
        ``packed [rows, in / 8]`` int32 and ``scale [rows, in / 32]`` bf16.
    """
    tiles, groups, _ = data.shape
    scale = data[..., :SCALE_BYTES].contiguous().view(torch.bfloat16).transpose(1, 2).flatten(0, 1)
    raw = data[..., SCALE_BYTES:].reshape(tiles, groups, 2, 4, 16, 4)
    # [tiles, group, half, chunk, row, byte, low or high] -> [tiles, half, row, group, chunk, low or high, byte]
    nibbles = torch.stack([raw & 15, raw >> 4], dim=-1).permute(0, 2, 4, 1, 3, 6, 5)
    q = nibbles.reshape(tiles * TILE_ROWS, groups * GROUP_SIZE).to(torch.int8) - 8
    if paired:
        q, scale = (_part(r) for r in (q, scale))
    return pack(q[:rows]), scale[:rows].contiguous()


def check(packed: torch.Tensor, scale: torch.Tensor, *, paired: bool) -> None:
    """
    Refuse what has no tiles.

    Raises:
        UnsupportedShape: Dtypes, sizes that do not belong together, or rows that do not pair.
    """
    if packed.dtype != torch.int32 or scale.dtype != torch.bfloat16:
        raise UnsupportedShape(f"int32 words and bfloat16 scales are tiled, not {packed.dtype} and {scale.dtype}")
    if packed.dim() != 2 or scale.shape != (packed.shape[0], packed.shape[1] * 8 / GROUP_SIZE):
        raise UnsupportedShape(f"words {list(packed.shape)} do not go with scales {list(scale.shape)}")
    if paired and packed.shape[0] % (2 * TILE_ROWS):
        raise UnsupportedShape(f"{packed.shape[0]} rows do not make pairs of {TILE_ROWS}")


def _alternate(rows: torch.Tensor) -> torch.Tensor:
    return torch.stack([torch.unflatten(half, 0, (-1, TILE_ROWS)) for half in rows.chunk(2)], dim=1).flatten(0, 2)


def _part(rows: torch.Tensor) -> torch.Tensor:
    return torch.unflatten(rows, 0, (-1, 2, TILE_ROWS)).transpose(0, 1).flatten(0, 2)
