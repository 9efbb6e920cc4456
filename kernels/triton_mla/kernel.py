"""
Device code of latent attention: decode over pages, merge of parts, prefill, and the write into the cache.

Softmax runs online in base 2: ``scale_log2 = scale * log2(e)``; a row that has seen no key keeps the maximum -inf,
weight 0 and output 0, never NaN.
"""

import triton
import triton.language as tl


@triton.jit
def soften(scores, most, total):
    """
    One online-softmax step: weights of this block, and the factor that earlier sums shrink by.
    """
    new = tl.maximum(most, tl.max(scores, axis=1))
    safe = tl.where(new == float("-inf"), 0.0, new)
    weights = tl.exp2(scores - safe[:, None])
    shrink = tl.exp2(most - safe)
    return weights, shrink, new, total * shrink + tl.sum(weights, axis=1)


# Sizes that change from step to step are not compiled for.
@triton.jit(do_not_specialize=["rows", "table_stride", "splits"])
def decode_kernel(
    q_ptr, cache_ptr, table_ptr, visible_ptr, part_ptr, lse_ptr,
    rows, heads, table_stride, splits, scale_log2,
    PAGE: tl.constexpr, RANK: tl.constexpr, ROPE: tl.constexpr, BH: tl.constexpr,
    BN: tl.constexpr, DTYPE: tl.constexpr,
):  # fmt: skip
    """
    One part of one sequence's keys for ``BH`` of its (query, head) rows; a key's row is read once and is the value.
    """
    sequence = tl.program_id(0).to(tl.int64)
    split = tl.program_id(2)
    tl.static_assert(PAGE % BN == 0, "a block of keys lies in one page")
    row = tl.program_id(1) * BH + tl.arange(0, BH)
    inside = row < rows
    visible = tl.load(visible_ptr + sequence * (rows // heads) + row // heads, mask=inside, other=0)
    length = tl.max(visible)
    # Parts are whole blocks, so that a block starts at a multiple of BN.
    share = tl.cdiv(tl.cdiv(length, splits), BN) * BN
    begin = split * share
    end = tl.minimum(begin + share, length)
    r, p = tl.arange(0, RANK), tl.arange(0, ROPE)
    q_ptrs = q_ptr + (sequence * rows + row)[:, None] * (RANK + ROPE)
    q = tl.load(q_ptrs + r[None, :], mask=inside[:, None], other=0.0).to(DTYPE)
    q_pe = tl.load(q_ptrs + RANK + p[None, :], mask=inside[:, None], other=0.0).to(DTYPE)
    most = tl.full([BH], float("-inf"), tl.float32)
    total = tl.zeros([BH], tl.float32)
    acc = tl.zeros([BH, RANK], tl.float32)
    for start in range(begin, end, BN):
        key = start + tl.arange(0, BN)
        page = tl.load(table_ptr + sequence * table_stride + start // PAGE).to(tl.int64)
        at = (page * PAGE + start % PAGE + tl.arange(0, BN))[:, None] * (RANK + ROPE)
        real = (key < end)[:, None]
        latent = tl.load(cache_ptr + at + r[None, :], mask=real, other=0.0).to(DTYPE)
        k_pe = tl.load(cache_ptr + at + RANK + p[None, :], mask=real, other=0.0).to(DTYPE)
        scores = tl.dot(q, tl.trans(latent), input_precision="ieee")
        scores = tl.dot(q_pe, tl.trans(k_pe), scores, input_precision="ieee") * scale_log2
        seen = (key < end)[None, :] & (key[None, :] < visible[:, None])
        weights, shrink, most, total = soften(tl.where(seen, scores, float("-inf")), most, total)
        acc = tl.dot(weights.to(DTYPE), latent, acc * shrink[:, None], input_precision="ieee")
    some = total > 0
    acc = acc / tl.where(some, total, 1.0)[:, None]
    lse = tl.where(some, most + tl.log2(tl.where(some, total, 1.0)), float("-inf"))
    to = (sequence * splits + split) * rows + row
    tl.store(part_ptr + to[:, None] * RANK + r[None, :], acc.to(part_ptr.dtype.element_ty), mask=inside[:, None])
    tl.store(lse_ptr + to, lse, mask=inside)


@triton.jit(do_not_specialize=["rows", "parts_stride", "sequence_stride", "parts"])
def merge_kernel(
    part_ptr, lse_ptr, out_ptr, out_lse_ptr, rows, parts_stride, sequence_stride, parts, WIDTH: tl.constexpr
):
    """
    ``out = sum_p 2^(lse_p - lse) part_p`` with ``lse = log2 sum_p 2^lse_p``; a program owns one row.
    """
    row = tl.program_id(0).to(tl.int64)
    sequence = tl.program_id(1).to(tl.int64)
    column = tl.arange(0, WIDTH)
    first = sequence * sequence_stride + row
    most = tl.full([], float("-inf"), tl.float32)
    for part in range(parts):
        most = tl.maximum(most, tl.load(lse_ptr + first + part * parts_stride))
    safe = tl.where(most == float("-inf"), 0.0, most)
    total = tl.zeros([], tl.float32)
    acc = tl.zeros([WIDTH], tl.float32)
    for part in range(parts):
        weight = tl.exp2(tl.load(lse_ptr + first + part * parts_stride) - safe)
        total += weight
        acc += weight * tl.load(part_ptr + (first + part * parts_stride) * WIDTH + column).to(tl.float32)
    some = total > 0
    acc = acc / tl.where(some, total, 1.0)
    to = sequence * rows + row
    tl.store(out_ptr + to * WIDTH + column, acc.to(out_ptr.dtype.element_ty))
    tl.store(out_lse_ptr + to, tl.where(some, most + tl.log2(tl.where(some, total, 1.0)), float("-inf")))


@triton.jit
def attend_block(
    q, q_pe, acc, most, total, k_ptr, v_ptr, pe_ptr, start, keys, visible, kv_stride, pe_stride, scale_log2,
    NOPE: tl.constexpr, ROPE: tl.constexpr, VALUE: tl.constexpr, BN: tl.constexpr, MASK: tl.constexpr,
    DTYPE: tl.constexpr,
):  # fmt: skip
    """
    One block of keys for one block of queries; without ``MASK`` every query sees every key of it.
    """
    key = start + tl.arange(0, BN)
    at = key.to(tl.int64)
    real = key < keys
    n, p, v = tl.arange(0, NOPE), tl.arange(0, ROPE), tl.arange(0, VALUE)
    if MASK:
        k = tl.load(k_ptr + at[None, :] * kv_stride + n[:, None], mask=real[None, :], other=0.0)
        k_pe = tl.load(pe_ptr + at[None, :] * pe_stride + p[:, None], mask=real[None, :], other=0.0)
        value = tl.load(v_ptr + at[:, None] * kv_stride + v[None, :], mask=real[:, None], other=0.0)
    else:
        k = tl.load(k_ptr + at[None, :] * kv_stride + n[:, None])
        k_pe = tl.load(pe_ptr + at[None, :] * pe_stride + p[:, None])
        value = tl.load(v_ptr + at[:, None] * kv_stride + v[None, :])
    scores = tl.dot(q, k.to(DTYPE), input_precision="ieee")
    scores = tl.dot(q_pe, k_pe.to(DTYPE), scores, input_precision="ieee") * scale_log2
    if MASK:
        scores = tl.where(real[None, :] & (key[None, :] < visible[:, None]), scores, float("-inf"))
    weights, shrink, most, total = soften(scores, most, total)
    acc = tl.dot(weights.to(DTYPE), value.to(DTYPE), acc * shrink[:, None], input_precision="ieee")
    return acc, most, total


@triton.jit
def prefill_kernel(
    q_ptr, k_ptr, v_ptr, pe_ptr, out_ptr, lse_ptr, cu_q_ptr, cu_k_ptr,
    heads, q_stride, q_head_stride, kv_stride, kv_head_stride, pe_stride, scale_log2,
    NOPE: tl.constexpr, ROPE: tl.constexpr, VALUE: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr,
    CAUSAL: tl.constexpr, DTYPE: tl.constexpr,
):  # fmt: skip
    """
    ``BM`` queries of one head of one sequence against its keys, causal from the end (or not at all).
    """
    # The longest blocks start first.
    m = tl.num_programs(0) - 1 - tl.program_id(0)
    head = tl.program_id(1).to(tl.int64)
    sequence = tl.program_id(2)
    q_first = tl.load(cu_q_ptr + sequence).to(tl.int64)
    k_first = tl.load(cu_k_ptr + sequence).to(tl.int64)
    length = (tl.load(cu_q_ptr + sequence + 1) - q_first).to(tl.int32)
    keys = (tl.load(cu_k_ptr + sequence + 1) - k_first).to(tl.int32)
    if m * BM >= length:
        return
    row = m * BM + tl.arange(0, BM)
    inside = (row < length)[:, None]
    visible = keys - length + row + 1
    end = keys
    # Blocks before `whole` need no mask.
    whole = keys // BN * BN
    if CAUSAL:
        end = tl.minimum(keys, keys - length + (m + 1) * BM)
        whole = tl.maximum(tl.minimum(whole, (keys - length + m * BM + 1) // BN * BN), 0)
    else:
        visible = row * 0 + keys
    token = q_first + row
    q_ptrs = q_ptr + token[:, None] * q_stride + head * q_head_stride
    q = tl.load(q_ptrs + tl.arange(0, NOPE)[None, :], mask=inside, other=0.0).to(DTYPE)
    q_pe = tl.load(q_ptrs + NOPE + tl.arange(0, ROPE)[None, :], mask=inside, other=0.0).to(DTYPE)
    k_ptr += k_first * kv_stride + head * kv_head_stride
    v_ptr += k_first * kv_stride + head * kv_head_stride
    pe_ptr += k_first * pe_stride
    most = tl.full([BM], float("-inf"), tl.float32)
    total = tl.zeros([BM], tl.float32)
    acc = tl.zeros([BM, VALUE], tl.float32)
    for start in range(0, whole, BN):
        acc, most, total = attend_block(
            q, q_pe, acc, most, total, k_ptr, v_ptr, pe_ptr, start, keys, visible, kv_stride, pe_stride, scale_log2,
            NOPE, ROPE, VALUE, BN, False, DTYPE,
        )  # fmt: skip
    for start in range(whole, end, BN):
        acc, most, total = attend_block(
            q, q_pe, acc, most, total, k_ptr, v_ptr, pe_ptr, start, keys, visible, kv_stride, pe_stride, scale_log2,
            NOPE, ROPE, VALUE, BN, True, DTYPE,
        )  # fmt: skip
    some = total > 0
    acc = acc / tl.where(some, total, 1.0)[:, None]
    lse = tl.where(some, most + tl.log2(tl.where(some, total, 1.0)), float("-inf"))
    to = token * heads + head
    out_ptrs = out_ptr + to[:, None] * VALUE + tl.arange(0, VALUE)[None, :]
    tl.store(out_ptrs, acc.to(out_ptr.dtype.element_ty), mask=inside)
    tl.store(lse_ptr + to, lse, mask=row < length)


@triton.jit
def cache_write_kernel(
    kv_ptr, weight_ptr, cos_ptr, sin_ptr, slots_ptr, cache_ptr, stride, eps,
    RANK: tl.constexpr, BLOCK: tl.constexpr, ROPE: tl.constexpr,
):  # fmt: skip
    """
    Norm the latent, turn the key, and put both in the token's slot; a program owns one token, a negative slot none.
    """
    token = tl.program_id(0).to(tl.int64)
    slot = tl.load(slots_ptr + token).to(tl.int64)
    if slot < 0:
        return
    dtype = kv_ptr.dtype.element_ty
    r = tl.arange(0, BLOCK)
    latent = tl.load(kv_ptr + token * stride + r, mask=r < RANK, other=0.0).to(tl.float32)
    normed = latent * tl.rsqrt(tl.sum(latent * latent) / RANK + eps)
    # Rounded before the weight is applied, as the reference does.
    normed = normed.to(dtype).to(tl.float32) * tl.load(weight_ptr + r, mask=r < RANK, other=0.0).to(tl.float32)
    to = cache_ptr + slot * (RANK + ROPE)
    tl.store(to + r, normed.to(cache_ptr.dtype.element_ty), mask=r < RANK)
    j = tl.arange(0, ROPE // 2)
    a = tl.load(kv_ptr + token * stride + RANK + 2 * j).to(tl.float32)
    b = tl.load(kv_ptr + token * stride + RANK + 2 * j + 1).to(tl.float32)
    cos = tl.load(cos_ptr + token * (ROPE // 2) + j)
    sin = tl.load(sin_ptr + token * (ROPE // 2) + j)
    tl.store(to + RANK + 2 * j, (a * cos - b * sin).to(cache_ptr.dtype.element_ty))
    tl.store(to + RANK + 2 * j + 1, (b * cos + a * sin).to(cache_ptr.dtype.element_ty))
