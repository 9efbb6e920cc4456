"""
The order in which the GPU kernels read INT4 weights: the checkpoint's bits, moved, not grown.

``packed [..., N, K / 8]`` becomes words ``[..., N / 16, K / 128, 16 rows, 16 words]``: a tile of 16 rows by 128
columns is one kilobyte without gaps. Word ``c`` of a row's 128 columns holds, for ``j < 4`` and ``h < 2``, column
``32 j + 2 c + h`` at bit ``4 j + 16 h``. So ``(word >> 4 j) & 0x000F000F`` is two neighbouring columns of group ``j``
in the two halves of a register, and or-ing ``0x4300`` into each half makes them the bf16 numbers ``128 + u`` (bf16 has
seven bits behind the leading one, so ``u`` is exact): two weights in about five instructions.

``scale [..., N, K / 32]`` becomes ``[..., N / 16, K / 128, 4 groups, 16 rows]``, in bf16 one 128-byte line a tile.

Source: the nibble order of the word is the pair trick of Kim et al. 2022 (arXiv 2211.10017) carried to bf16; the format
read is compressed-tensors pack-quantized (``kernels.int4``).
"""

from __future__ import annotations

import torch

from kernels.errors import UnsupportedShape
from kernels.int4 import GROUP_SIZE, NIBBLES_PER_WORD

TILE_ROWS = 16
TILE_COLUMNS = 128
TILE_WORDS = TILE_COLUMNS // NIBBLES_PER_WORD
TILE_GROUPS = TILE_COLUMNS // GROUP_SIZE


def fits(rows: int, columns: int) -> bool:
    """
    Whether a ``[rows, columns]`` weight can be put in tile order.
    """
    return rows > 0 and columns > 0 and rows % TILE_ROWS == 0 and columns % TILE_COLUMNS == 0


def tile_words(packed: torch.Tensor) -> torch.Tensor:
    """
    Put packed weights in tile order.

    Args:
        packed: ``[..., N, K / 8]`` int32 as in the checkpoint; N a multiple of 16, K of 128.

    Returns:
        ``[..., N / 16, K / 128, 16, 16]`` int32.

    Raises:
        UnsupportedShape: The sizes do not divide.
    """
    rows, words = packed.shape[-2:]
    if not fits(rows, words * NIBBLES_PER_WORD):
        raise UnsupportedShape(f"INT4 weight of {rows} x {words * NIBBLES_PER_WORD} is no multiple of 16 x 128")
    lead = packed.shape[:-2]
    # [.., N, K/128, 16 words] -> the eight nibbles of a word: column = 8 word + nibble
    blocks = packed.reshape(*lead, rows, -1, TILE_WORDS)
    tiled = torch.zeros_like(blocks)
    columns = torch.arange(TILE_COLUMNS, device=packed.device).view(TILE_GROUPS, TILE_WORDS, 2)
    for j in range(TILE_GROUPS):
        for h in range(2):
            column = columns[j, :, h]
            nibble = (
                blocks[..., column // NIBBLES_PER_WORD] >> (4 * (column % NIBBLES_PER_WORD)).to(torch.int32)
            ) & 0xF
            tiled |= nibble << (4 * j + 16 * h)
    # [.., N/16, 16, K/128, 16] -> [.., N/16, K/128, 16, 16]
    return tiled.reshape(*lead, rows // TILE_ROWS, TILE_ROWS, -1, TILE_WORDS).transpose(-3, -2).contiguous()


def tile_scales(scale: torch.Tensor) -> torch.Tensor:
    """
    Put scales in tile order.

    Args:
        scale: ``[..., N, K / 32]``; N a multiple of 16, K of 128.

    Returns:
        ``[..., N / 16, K / 128, 4, 16]`` in the same dtype.

    Raises:
        UnsupportedShape: The sizes do not divide.
    """
    rows, groups = scale.shape[-2:]
    if not fits(rows, groups * GROUP_SIZE):
        raise UnsupportedShape(f"scales of {rows} rows and {groups} groups do not fill tiles of 16 rows by 4 groups")
    tiles = scale.reshape(*scale.shape[:-2], rows // TILE_ROWS, TILE_ROWS, -1, TILE_GROUPS)
    # [.., N/16, 16, K/128, 4] -> [.., N/16, K/128, 4, 16]
    return tiles.movedim(-3, -1).contiguous()


def untile_words(words: torch.Tensor) -> torch.Tensor:
    """
    The inverse of :func:`tile_words`.

    Args:
        words: ``[..., N / 16, K / 128, 16, 16]`` int32.

    Returns:
        ``[..., N, K / 8]`` int32.
    """
    # [.., N/16, K/128, 16, 16] -> [.., N/16, 16, K/128, 16]
    blocks = words.transpose(-3, -2)
    packed = torch.zeros_like(blocks, memory_format=torch.contiguous_format)
    columns = torch.arange(TILE_COLUMNS, device=words.device)
    for nibble in range(NIBBLES_PER_WORD):
        column = columns[nibble::NIBBLES_PER_WORD]
        shift = 4 * (column // GROUP_SIZE) + 16 * (column % 2)
        packed |= ((blocks[..., column % GROUP_SIZE // 2] >> shift.to(torch.int32)) & 0xF) << (4 * nibble)
    return packed.flatten(-4, -3).flatten(-2)


def untile_scales(scales: torch.Tensor) -> torch.Tensor:
    """
    The inverse of :func:`tile_scales`.

    Args:
        scales: ``[..., N / 16, K / 128, 4, 16]``.

    Returns:
        ``[..., N, K / 32]``.
    """
    # [.., N/16, K/128, 4, 16] -> [.., N/16, 16, K/128, 4]
    return scales.movedim(-1, -3).flatten(-4, -3).flatten(-2).contiguous()


def reorder(packed: torch.Tensor, scale: torch.Tensor, *, tiled: bool) -> None:
    """
    Put the weights of all experts in tile order, or back, in their own memory, one expert at a time.

    Args:
        packed: ``[experts, N, K / 8]`` int32; changed.
        scale: ``[experts, N, K / 32]``; changed.
        tiled: The order wanted; they must be in the other.
    """
    rows, words = packed.shape[-2:]
    groups = scale.shape[-1]
    tiles = (rows // TILE_ROWS, words // TILE_WORDS)
    for w, s in zip(packed.unbind(0), scale.unbind(0), strict=True):
        if tiled:
            w.copy_(tile_words(w).view(rows, words))
            s.copy_(tile_scales(s).view(rows, groups))
        else:
            w.copy_(untile_words(w.view(*tiles, TILE_ROWS, TILE_WORDS)))
            s.copy_(untile_scales(s.view(*tiles, TILE_GROUPS, TILE_ROWS)))
