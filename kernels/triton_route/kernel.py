"""
Device code of the router: scores, the best experts, and the order in which the experts' kernels meet the pairs.
"""

import triton
import triton.language as tl


@triton.jit
def choose_experts(
    logits_ptr, bias_ptr, ids_ptr, weights_ptr, num_tokens, experts, stride, scaling,
    TOP_K: tl.constexpr, NORMALISE: tl.constexpr, BT: tl.constexpr, BE: tl.constexpr, first,
):  # fmt: skip
    """
    Tokens ``first`` to ``first + BT - 1``: sigmoid, bias, ``TOP_K`` rounds of arg-max, weights by the unbiased score.
    """
    t = first + tl.arange(0, BT)
    e = tl.arange(0, BE)
    inside = (t < num_tokens)[:, None] & (e < experts)[None, :]
    logits = tl.load(logits_ptr + t.to(tl.int64)[:, None] * stride + e[None, :], mask=inside, other=0.0)
    scores = tl.sigmoid(logits.to(tl.float32))
    bias = tl.load(bias_ptr + e, mask=e < experts, other=0.0).to(tl.float32)
    biased = tl.where((e < experts)[None, :], scores + bias[None, :], float("-inf"))
    total = tl.zeros([BT], tl.float32)
    column = tl.arange(0, TOP_K if (TOP_K & (TOP_K - 1)) == 0 else 16)
    kept = tl.zeros([BT, column.shape[0]], tl.float32)
    chosen = tl.zeros([BT, column.shape[0]], tl.int32)
    # Not unrolled, and two plain reductions for one arg-max: a fifth of the compile time, and no spills on sm_100.
    for k in range(0, TOP_K):
        most = tl.max(biased, axis=1)
        best = tl.min(tl.where(biased == most[:, None], e[None, :], BE), axis=1)
        hit = e[None, :] == best[:, None]
        weight = tl.sum(tl.where(hit, scores, 0.0), axis=1)
        biased = tl.where(hit, float("-inf"), biased)
        total += weight
        kept = tl.where(column[None, :] == k, weight[:, None], kept)
        chosen = tl.where(column[None, :] == k, best[:, None], chosen)
    if NORMALISE:
        # 1e-20 as in the source: keeps 0 / 0 from becoming NaN.
        kept = kept / (total + 1e-20)[:, None]
    to = t.to(tl.int64)[:, None] * TOP_K + column[None, :]
    mask = (t < num_tokens)[:, None] & (column < TOP_K)[None, :]
    tl.store(ids_ptr + to, chosen, mask=mask)
    tl.store(weights_ptr + to, kept * scaling, mask=mask)


@triton.jit
def align_all(
    ids_ptr, sorted_ptr, expert_ptr, padded_ptr, num_pairs, capacity, experts,
    BM: tl.constexpr, BP: tl.constexpr, BE: tl.constexpr, BC: tl.constexpr,
):  # fmt: skip
    """
    Sort all pairs by expert in one program (``BP`` of them at most), each expert's run padded to whole ``BM`` blocks.
    """
    for start in range(0, capacity, BC):
        slot = start + tl.arange(0, BC)
        tl.store(sorted_ptr + slot, tl.full([BC], 0, tl.int32) + num_pairs, mask=slot < capacity)
    # Sentinels are in place before pairs overwrite them.
    tl.debug_barrier()
    p = tl.arange(0, BP)
    ids = tl.load(ids_ptr + p, mask=p < num_pairs, other=0).to(tl.int32)
    # One key holds expert and pair: sorting it is stable. Pairs past the end go last, to an expert that is not stored.
    key = tl.sort(tl.where(p < num_pairs, ids * BP + p, BE * BP))
    expert = key // BP
    real = expert < experts
    counts = tl.histogram(ids, BE, mask=p < num_pairs)
    padded = (counts + BM - 1) // BM * BM
    ends = tl.cumsum(padded, axis=0)
    shift = ends - padded - (tl.cumsum(counts, axis=0) - counts)
    rank = p - tl.gather(tl.cumsum(counts, axis=0) - counts, tl.where(real, expert, 0), 0)
    to = p + tl.gather(shift, tl.where(real, expert, 0), 0)
    tl.store(sorted_ptr + to, key % BP, mask=real)
    tl.store(expert_ptr + to // BM, expert, mask=real & (rank % BM == 0))
    tl.store(padded_ptr, tl.sum(padded))


# Sizes that change from step to step are not compiled for.
@triton.jit(do_not_specialize=["num_tokens", "capacity"])
def route_kernel(
    logits_ptr, bias_ptr, ids_ptr, weights_ptr, sorted_ptr, expert_ptr, padded_ptr,
    num_tokens, experts, stride, scaling, capacity,
    TOP_K: tl.constexpr, NORMALISE: tl.constexpr, BT: tl.constexpr, BE: tl.constexpr,
    ALIGN: tl.constexpr, BM: tl.constexpr, BP: tl.constexpr, BC: tl.constexpr,
):  # fmt: skip
    """
    The whole router in one program (``ALIGN``), or the choice alone for ``BT`` tokens a program.
    """
    if ALIGN:
        for first in range(0, num_tokens, BT):
            choose_experts(
                logits_ptr, bias_ptr, ids_ptr, weights_ptr, num_tokens, experts, stride, scaling,
                TOP_K, NORMALISE, BT, BE, first,
            )  # fmt: skip
        # All choices are written before any thread reads them back.
        tl.debug_barrier()
        align_all(ids_ptr, sorted_ptr, expert_ptr, padded_ptr, num_tokens * TOP_K, capacity, experts, BM, BP, BE, BC)
    else:
        choose_experts(
            logits_ptr, bias_ptr, ids_ptr, weights_ptr, num_tokens, experts, stride, scaling,
            TOP_K, NORMALISE, BT, BE, tl.program_id(0) * BT,
        )  # fmt: skip


@triton.jit(do_not_specialize=["num_pairs", "capacity"])
def align_kernel(
    ids_ptr, sorted_ptr, expert_ptr, padded_ptr, num_pairs, capacity, experts,
    BM: tl.constexpr, BP: tl.constexpr, BE: tl.constexpr, BC: tl.constexpr,
):  # fmt: skip
    """
    :func:`align_all` for ids that exist already.
    """
    align_all(ids_ptr, sorted_ptr, expert_ptr, padded_ptr, num_pairs, capacity, experts, BM, BP, BE, BC)


@triton.jit(do_not_specialize=["num_pairs"])
def count_kernel(ids_ptr, counts_ptr, num_pairs, BP: tl.constexpr):
    """
    ``counts[e] = pairs of expert e``; a program owns one expert and reads all ids.
    """
    expert = tl.program_id(0)
    found = tl.zeros([BP], tl.int32)
    for start in range(0, num_pairs, BP):
        p = start + tl.arange(0, BP)
        found += (tl.load(ids_ptr + p, mask=p < num_pairs, other=-1).to(tl.int32) == expert).to(tl.int32)
    tl.store(counts_ptr + expert, tl.sum(found))


@triton.jit(do_not_specialize=["num_pairs"])
def spread_kernel(
    ids_ptr, counts_ptr, sorted_ptr, expert_ptr, padded_ptr, num_pairs, experts,
    BM: tl.constexpr, BP: tl.constexpr, BE: tl.constexpr,
):  # fmt: skip
    """
    Write one expert's pairs, in their order, to its blocks, and its number to them; a program owns one expert.
    """
    expert = tl.program_id(0)
    e = tl.arange(0, BE)
    counts = tl.load(counts_ptr + e, mask=e < experts, other=0)
    padded = (counts + BM - 1) // BM * BM
    begin = tl.sum(tl.where(e < expert, padded, 0))
    count = tl.sum(tl.where(e == expert, counts, 0))
    if expert == 0:
        tl.store(padded_ptr, tl.sum(padded))
    at = begin
    for start in range(0, num_pairs, BP):
        p = start + tl.arange(0, BP)
        mine = (tl.load(ids_ptr + p, mask=p < num_pairs, other=-1).to(tl.int32) == expert).to(tl.int32)
        to = at + tl.cumsum(mine, axis=0) - 1
        tl.store(sorted_ptr + to, p, mask=mine != 0)
        at += tl.sum(mine)
    slot = begin + count + tl.arange(0, BM)
    tl.store(sorted_ptr + slot, tl.full([BM], 0, tl.int32) + num_pairs, mask=slot < begin + (count + BM - 1) // BM * BM)
    for start in range(0, count, BM):
        tl.store(expert_ptr + (begin + start) // BM, expert)
