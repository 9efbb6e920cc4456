"""
INT4 mixture-of-experts layers and linear maps on a GPU.

``y[t] = sum_k weight[t, k] down_e(silu(gate_e x[t]) * up_e x[t])`` with ``e = topk_ids[t, k]`` and
``w = (u - 8) scale`` for each stored nibble ``u``, one scale per 32 columns (``kernels.int4``).

The weights are read in tile order (:mod:`kernels.triton_int4_moe.layout`). Pairs (token, k) are sorted by expert and
padded to whole blocks by ``kernels.triton_route``; each block meets one expert. Three launches: gate and up with SwiGLU
(``act [pairs, inter]``), down with the pair's weight (``y [pairs, hidden]``), and the sum over k in a fixed order, so
that a run can be repeated bit for bit.

Few tokens: the nibbles go into the product as ``128 + u``; ``136 sum(x)`` is taken off and the scale put on in the fp32
accumulator, once per 32 columns: about 3.5 instructions a weight. Many tokens: weights are scaled first, in bf16,
rounded as the checkpoint's own library does.

Accumulation is fp32. Against fp32 dequantised weights the few-token form differs by fp32 rounding only (1e-5 of the
output's spread), the many-token form by the bf16 rounding of each weight (2e-3 in bf16).

Source: DeepSeek-V3 (arXiv 2412.19437) §2.1.2; oracles ``kernels.expert_mlp`` and ``kernels.int4_linear``.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from kernels.errors import UnsupportedShape
from kernels.int4 import GROUP_SIZE
from kernels.target import interpreting, target_of
from kernels.triton_int4_moe.launch import LaunchConfig, choose
from kernels.triton_int4_moe.layout import fits, reorder, tile_scales, tile_words, untile_scales, untile_words
from kernels.triton_route import Alignment, align

__all__ = [
    "TiledExperts",
    "TiledWeight",
    "expert_mlp",
    "fits",
    "linear",
    "reorder",
    "tile_scales",
    "tile_words",
    "untile_scales",
    "untile_words",
]

SUM_GROUPS = 16
SUM_BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TiledWeight:
    """
    One INT4 matrix, or one for each expert, in tile order.

    Args:
        words: ``[..., N / 16, K / 128, 16, 16]`` int32.
        scales: ``[..., N / 16, K / 128, 4, 16]``.
    """

    words: torch.Tensor
    scales: torch.Tensor

    @classmethod
    def of(cls, packed: torch.Tensor, scale: torch.Tensor) -> TiledWeight:
        """
        From the checkpoint's order: ``packed [..., N, K / 8]`` int32, ``scale [..., N, K / 32]``.

        Raises:
            UnsupportedShape: N is no multiple of 16 or K none of 128.
        """
        return cls(words=tile_words(packed), scales=tile_scales(scale))

    @classmethod
    def reordered(cls, packed: torch.Tensor, scale: torch.Tensor) -> TiledWeight:
        """
        Of tensors of the checkpoint's shapes that :func:`reorder` has put in tile order: views, no copy.
        """
        tiles = (packed.shape[-2] // 16, packed.shape[-1] // 16)
        return cls(
            words=torch.unflatten(packed.flatten(-2), -1, (*tiles, 16, 16)),
            scales=torch.unflatten(scale.flatten(-2), -1, (*tiles, 4, 16)),
        )

    @property
    def rows(self) -> int:
        """
        N.
        """
        return self.words.shape[-4] * 16

    @property
    def columns(self) -> int:
        """
        K.
        """
        return self.words.shape[-3] * 128


@dataclass(frozen=True, slots=True, kw_only=True)
class TiledExperts:
    """
    The routed experts of one layer.

    Args:
        gate_up: ``[experts, ...]`` of ``2 inter`` rows (gate rows first) and ``hidden`` columns.
        down: ``[experts, ...]`` of ``hidden`` rows and ``inter`` columns.
    """

    gate_up: TiledWeight
    down: TiledWeight


def expert_mlp(
    x: torch.Tensor,
    topk_ids: torch.Tensor,
    topk_weights: torch.Tensor,
    experts: TiledExperts,
    config: LaunchConfig | None = None,
    alignment: Alignment | None = None,
    down_config: LaunchConfig | None = None,
) -> torch.Tensor:
    """
    The routed experts of one layer.

    Args:
        x: ``[num_tokens, hidden]`` bf16 (fp32 or fp16 in the interpreter); the last dimension contiguous.
        topk_ids: ``[num_tokens, top_k]`` integer.
        topk_weights: ``[num_tokens, top_k]`` float32.
        experts: The layer's weights.
        config: Overrides the launch choice.
        alignment: The pairs already sorted for ``config.block_tokens``, if the router has done it.
        down_config: Overrides the choice for the second kernel, with the same blocks of tokens.

    Returns:
        ``[num_tokens, hidden]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: Sizes of ``x``, the weights and the alignment do not agree.
    """
    num_tokens, hidden = x.shape
    num_experts, top_k = experts.down.words.shape[0], topk_ids.shape[1]
    inter = experts.down.columns
    if experts.gate_up.columns != hidden or experts.gate_up.rows != 2 * inter or experts.down.rows != hidden:
        raise UnsupportedShape(
            f"x of {hidden}, gate_up {experts.gate_up.rows} x {experts.gate_up.columns}, down {inter}"
        )
    if not num_tokens:
        return torch.empty_like(x)
    if x.stride(-1) != 1:
        x = x.contiguous()
    pairs = num_tokens * top_k
    down_config = down_config or config or choose(pairs, num_experts, target_of(x), "down")
    config = config or choose(pairs, num_experts, target_of(x))
    alignment = alignment or align(topk_ids, num_experts, config.block_tokens)
    form = (config.block_tokens, config.finish_weights)
    if alignment.block != config.block_tokens or form != (down_config.block_tokens, down_config.finish_weights):
        raise UnsupportedShape(f"pairs in blocks of {alignment.block}, launches {config} and {down_config}")
    act, sums = _gate_up(x, experts.gate_up, alignment, top_k, pairs, config)
    answers = x.new_empty(pairs, hidden)
    _linear(act, sums, experts.down, answers, down_config, alignment, topk_weights)
    if top_k == 1:
        return answers
    return _sum_pairs(answers, top_k)


def linear(x: torch.Tensor, weight: TiledWeight, config: LaunchConfig | None = None) -> torch.Tensor:
    """
    ``x @ w^T`` with an INT4 weight.

    Args:
        x: ``[..., K]`` bf16 (fp32 or fp16 in the interpreter).
        weight: ``N`` rows, ``K`` columns.
        config: Overrides the launch choice.

    Returns:
        ``[..., N]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: ``K`` differs.
    """
    if x.shape[-1] != weight.columns:
        raise UnsupportedShape(f"x has {x.shape[-1]} columns, the weight {weight.columns}")
    rows = x.reshape(-1, x.shape[-1])
    y = x.new_empty(rows.shape[0], weight.rows)
    if rows.shape[0]:
        if rows.stride(-1) != 1:
            rows = rows.contiguous()
        config = config or choose(rows.shape[0], 1, target_of(x), "linear")
        sums = None if config.finish_weights else group_sums(rows)
        _linear(rows, sums, weight, y, config, None, None)
    return y.view(*x.shape[:-1], weight.rows)


def group_sums(x: torch.Tensor) -> torch.Tensor:
    """
    Sums over 32 neighbouring columns, in fp32.

    Args:
        x: ``[rows, columns]``, the last dimension contiguous; columns a multiple of 32.

    Returns:
        ``[rows, columns / 32]`` float32.
    """
    from kernels.triton_int4_moe.kernel import group_sums_kernel

    rows, groups = x.shape[0], x.shape[1] // GROUP_SIZE
    sums = torch.empty(rows, groups, dtype=torch.float32, device=x.device)
    grid = (rows, -(-groups // SUM_GROUPS))
    group_sums_kernel[grid](x, sums, groups, x.stride(0), GROUPS=SUM_GROUPS, num_warps=2)
    return sums


def dot_dtype() -> object:
    """
    What products are taken in: bf16, but fp32 where the interpreter runs, whose bf16 arithmetic is wrong.
    """
    import triton.language as tl

    return tl.float32 if interpreting() else tl.bfloat16


def _gate_up(
    x: torch.Tensor, weight: TiledWeight, alignment: Alignment, top_k: int, pairs: int, config: LaunchConfig
) -> tuple[torch.Tensor, torch.Tensor | None]:
    from kernels.triton_int4_moe.kernel import gate_up_kernel

    inter, hidden = weight.rows // 2, weight.columns
    act = x.new_empty(pairs, inter)
    sums, act_sums = None, None
    if not config.finish_weights:
        sums = group_sums(x)
        act_sums = torch.empty(pairs, inter // GROUP_SIZE, dtype=torch.float32, device=x.device)
    num_blocks = alignment.expert_ids.shape[0]
    grid = (num_blocks * -(-inter // config.block_rows),)
    gate_up_kernel[grid](
        x, sums, weight.words, weight.scales, act, act_sums,
        alignment.sorted_pair_ids, alignment.expert_ids, alignment.num_padded,
        pairs, num_blocks, inter, hidden, x.stride(0),
        TOP_K=top_k, **_constants(config),
    )  # fmt: skip
    return act, act_sums


def _linear(
    x: torch.Tensor,
    sums: torch.Tensor | None,
    weight: TiledWeight,
    y: torch.Tensor,
    config: LaunchConfig,
    alignment: Alignment | None,
    topk_weights: torch.Tensor | None,
) -> None:
    from kernels.triton_int4_moe.kernel import linear_kernel

    rows = x.shape[0]
    num_blocks = -(-rows // config.block_tokens) if alignment is None else alignment.expert_ids.shape[0]
    sorted_ids, expert_ids, padded = (
        (None, None, None)
        if alignment is None
        else (alignment.sorted_pair_ids, alignment.expert_ids, alignment.num_padded)
    )
    grid = (num_blocks * -(-weight.rows // config.block_rows),)
    linear_kernel[grid](
        x, sums, weight.words, weight.scales, y, sorted_ids, expert_ids, padded, topk_weights,
        rows, num_blocks, weight.rows, weight.columns, x.stride(0),
        EXPERTS=alignment is not None, **_constants(config),
    )  # fmt: skip


def _constants(config: LaunchConfig) -> dict[str, object]:
    return {
        "BN": config.block_rows,
        "BM": config.block_tokens,
        "GROUP": config.group_blocks,
        "FINISH": config.finish_weights,
        "DTYPE": dot_dtype(),
        "num_warps": config.num_warps,
        "num_stages": config.num_stages,
    }


def _sum_pairs(answers: torch.Tensor, top_k: int) -> torch.Tensor:
    from kernels.triton_int4_moe.kernel import sum_pairs_kernel

    num_tokens, width = answers.shape[0] // top_k, answers.shape[1]
    out = answers.new_empty(num_tokens, width)
    grid = (num_tokens, -(-width // SUM_BLOCK))
    sum_pairs_kernel[grid](answers, out, width, TOP_K=top_k, BLOCK=SUM_BLOCK)
    return out
