"""
The router on a GPU: which experts, with what weight, and in what order the experts' kernels meet the pairs.

``s = sigmoid(logits)``; the ``top_k`` best of ``s + bias`` (ties: the lower expert); weights ``s / (sum s + 1e-20)``
times the family's factor. Then pairs ``p = token * top_k + k`` are sorted by expert, each expert's run padded with the
number of pairs (an id that no kernel reads) to whole blocks, so that a block has one expert.

Up to ``ONE_LAUNCH_PAIRS`` pairs all of it is one launch of one program; above, choice, count and spread are three. No
atomics: the order is that of a stable sort, the same on every run.

Source: DeepSeek-V3 (arXiv 2412.19437) §2.1.2; oracle ``kernels.route``. Padding to blocks as in vLLM's fused MoE.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from kernels.errors import UnsupportedShape
from kernels.moe import RouterRule

__all__ = ["ONE_LAUNCH_PAIRS", "Alignment", "align", "route", "route_and_align"]

#: A sort of this many keys still fits one program's registers.
ONE_LAUNCH_PAIRS = 512
#: Experts that one program holds in registers.
MOST_EXPERTS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """
    Pairs in the order of their experts.

    Args:
        sorted_pair_ids: ``[capacity]`` int32; past a run's end the number of pairs.
        expert_ids: ``[capacity / block]`` int32; only the first ``num_padded / block`` are written.
        num_padded: ``[1]`` int32, pairs with their padding.
        block: Pairs of one block.
    """

    sorted_pair_ids: torch.Tensor
    expert_ids: torch.Tensor
    num_padded: torch.Tensor
    block: int


def capacity(num_pairs: int, num_experts: int, block: int) -> int:
    """
    Slots that suffice however pairs fall on experts: each expert reached wastes less than a block.
    """
    worst = num_pairs + min(num_pairs, num_experts) * (block - 1)
    return -(-worst // block) * block


def route(logits: torch.Tensor, bias: torch.Tensor, rule: RouterRule) -> tuple[torch.Tensor, torch.Tensor]:
    """
    The choice alone.

    Args:
        logits: ``[num_tokens, experts]`` float32.
        bias: ``[experts]`` float32.
        rule: One group only.

    Returns:
        ``topk_ids [num_tokens, top_k]`` int64 and ``topk_weights [num_tokens, top_k]`` float32.

    Raises:
        UnsupportedShape: More than one group, more than 1024 experts, or more choices than experts.
    """
    ids, weights, _ = _route(logits, bias, rule, None)
    return ids.long(), weights


def route_and_align(
    logits: torch.Tensor, bias: torch.Tensor, rule: RouterRule, block: int
) -> tuple[torch.Tensor, torch.Tensor, Alignment]:
    """
    Choice and order; one launch up to ``ONE_LAUNCH_PAIRS`` pairs.

    Args:
        logits: As of :func:`route`.
        bias: As of :func:`route`.
        rule: As of :func:`route`.
        block: Pairs of one block, a power of two.

    Returns:
        ``topk_ids`` int32, ``topk_weights`` and the order.

    Raises:
        UnsupportedShape: As :func:`route`.
    """
    ids, weights, alignment = _route(logits, bias, rule, block)
    return ids, weights, alignment or align(ids, logits.shape[1], block)


def align(topk_ids: torch.Tensor, num_experts: int, block: int) -> Alignment:
    """
    The order for ids that exist already.

    Args:
        topk_ids: ``[num_tokens, top_k]`` integer, contiguous.
        num_experts: Experts.
        block: Pairs of one block, a power of two.

    Returns:
        The order.
    """
    from kernels.triton_route.kernel import align_kernel, count_kernel, spread_kernel

    topk_ids = topk_ids.contiguous()
    pairs = topk_ids.numel()
    alignment = _empty(pairs, num_experts, block, topk_ids.device)
    out = (alignment.sorted_pair_ids, alignment.expert_ids, alignment.num_padded)
    wide = _power_of_two(num_experts)
    if pairs <= ONE_LAUNCH_PAIRS:
        align_kernel[(1,)](
            topk_ids, *out, pairs, alignment.sorted_pair_ids.shape[0], num_experts,
            BM=block, BP=_keys(pairs), BE=wide, BC=1024,
        )  # fmt: skip
        return alignment
    counts = torch.empty(num_experts, dtype=torch.int32, device=topk_ids.device)
    count_kernel[(num_experts,)](topk_ids, counts, pairs, BP=1024)
    spread_kernel[(num_experts,)](topk_ids, counts, *out, pairs, num_experts, BM=block, BP=1024, BE=wide)
    return alignment


def _route(
    logits: torch.Tensor, bias: torch.Tensor, rule: RouterRule, block: int | None
) -> tuple[torch.Tensor, torch.Tensor, Alignment | None]:
    from kernels.triton_route.kernel import route_kernel

    num_tokens, experts = logits.shape
    if rule.num_groups != 1 or experts > MOST_EXPERTS or rule.top_k > min(experts, 16):
        raise UnsupportedShape(f"{rule.num_groups} groups, {experts} experts, {rule.top_k} a token")
    if logits.stride(-1) != 1:
        logits = logits.contiguous()
    pairs = num_tokens * rule.top_k
    ids = torch.empty(num_tokens, rule.top_k, dtype=torch.int32, device=logits.device)
    weights = torch.empty(num_tokens, rule.top_k, dtype=torch.float32, device=logits.device)
    whole = block is not None and 0 < pairs <= ONE_LAUNCH_PAIRS
    alignment = _empty(pairs, experts, block, logits.device) if whole and block is not None else None
    if num_tokens:
        tokens = 1 if num_tokens == 1 else 4
        out: tuple[torch.Tensor | None, ...] = (None, None, None)
        if alignment is not None:
            out = (alignment.sorted_pair_ids, alignment.expert_ids, alignment.num_padded)
        route_kernel[(1 if whole else -(-num_tokens // tokens),)](
            logits, bias, ids, weights, *out,
            num_tokens, experts, logits.stride(0), rule.scaling,
            alignment.sorted_pair_ids.shape[0] if alignment is not None else 0,
            TOP_K=rule.top_k, NORMALISE=rule.normalise, BT=tokens, BE=_power_of_two(experts),
            ALIGN=whole, BM=block or 1, BP=_keys(pairs) if whole else 16, BC=1024,
        )  # fmt: skip
    return ids, weights, alignment


def _empty(pairs: int, num_experts: int, block: int, device: torch.device) -> Alignment:
    slots = capacity(pairs, num_experts, block)
    return Alignment(
        sorted_pair_ids=torch.empty(slots, dtype=torch.int32, device=device),
        expert_ids=torch.empty(slots // block, dtype=torch.int32, device=device),
        num_padded=torch.empty(1, dtype=torch.int32, device=device),
        block=block,
    )


def _power_of_two(n: int) -> int:
    return 1 << max(0, n - 1).bit_length()


def _keys(pairs: int) -> int:
    """
    Keys of a sort: two sizes, because each is compiled on its own.
    """
    return 64 if pairs <= 64 else ONE_LAUNCH_PAIRS
