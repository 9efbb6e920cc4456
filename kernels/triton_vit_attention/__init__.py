"""
Bidirectional attention inside each picture of a packed row of pictures, on a GPU.

``out = softmax(q k^T / sqrt(head_dim)) v`` within a picture. No mask tensor and no padded copy: memory is that of the
inputs and the output, whatever the pictures' sizes. A head of 72 is cut as 64 + 8 (:mod:`.kernel`).

Layout: ``q, k, v [num_patches, heads, head_dim]`` bf16 (fp32, fp16 in the interpreter) pictures one
after the other; they may be slices of one ``[num_patches, 3, heads, head_dim]`` tensor. Scores and sums in fp32: error
4e-3 of the output's spread in bf16, 1e-5 in fp32.

Source: MoonViT ``multihead_attention``; online softmax Milakov and Gimelshein 2018 (arXiv 1805.02867). Oracle
``kernels.vit_attention``.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate

import torch

from kernels.errors import UnsupportedShape
from kernels.target import interpreting, target_of
from kernels.triton_vit_attention.launch import LaunchConfig, choose
from kernels.upload import upload

__all__ = ["vit_attention"]

LOG2_E = math.log2(math.e)
#: The narrowest product of a matrix unit.
NARROWEST = 16


def vit_attention(
    q: torch.Tensor,
    k: torch.Tensor,
    v: torch.Tensor,
    lengths: Sequence[int],
    config: LaunchConfig | None = None,
) -> torch.Tensor:
    """
    Attention over all patches of one media item, none across items.

    Args:
        q: ``[num_patches, heads, head_dim]``, a head's values contiguous.
        k: As ``q``.
        v: As ``q``.
        lengths: Patches of each item, summing to ``num_patches``.
        config: Overrides the launch choice.

    Returns:
        ``[num_patches, heads, head_dim]``, contiguous.

    Raises:
        UnsupportedShape: Heads narrower than 16, or lengths that do not sum to the patches.
    """
    import triton.language as tl

    from kernels.triton_vit_attention.kernel import vit_attention_kernel

    num_patches, heads, head_dim = q.shape
    if head_dim < NARROWEST or sum(lengths) != num_patches:
        raise UnsupportedShape(f"heads of {head_dim}; {sum(lengths)} of {num_patches} patches in items")
    if q.stride() != k.stride() or q.stride(-1) != 1:
        q, k = q.contiguous(), k.contiguous()
    if v.stride(-1) != 1:
        v = v.contiguous()
    out = torch.empty(num_patches, heads, head_dim, dtype=q.dtype, device=q.device)
    if not num_patches:
        return out
    config = config or choose(target_of(q))
    starts = _starts(tuple(lengths), q.device)
    # 72 = 64 + 8
    main = 1 << (head_dim.bit_length() - 1)
    rest = head_dim - main
    vit_attention_kernel[(-(-max(lengths) // config.block_queries), heads, len(lengths))](
        q, k, v, out, starts, q.stride(0), q.stride(1), v.stride(0), v.stride(1), heads, head_dim**-0.5 * LOG2_E,
        MAIN=main, REST=rest, PAD=max(NARROWEST, 1 << max(0, rest - 1).bit_length()),
        BM=config.block_queries, BN=config.block_keys, DTYPE=tl.float32 if interpreting() else tl.bfloat16,
        num_warps=config.num_warps, num_stages=config.num_stages,
    )  # fmt: skip
    return out


@lru_cache(maxsize=64)
def _starts(lengths: tuple[int, ...], device: torch.device) -> torch.Tensor:
    """
    Where items begin, sent once for all layers; a captured graph must not copy from memory of the host.
    """
    return upload(list(accumulate(lengths, initial=0)), device, torch.int32)
