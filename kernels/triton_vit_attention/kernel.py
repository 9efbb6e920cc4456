"""
Device code of the vision tower's attention.

A head of 72 is no power of two: it is held as 64 + 8, the 8 padded to 16 with zeros, so that products waste 8 columns
and not 56, and no copy is padded in memory.
"""

import triton
import triton.language as tl


@triton.jit
def load_rows(ptr, token, stride, inside, first, width, BLOCK: tl.constexpr, DTYPE: tl.constexpr):
    """
    Columns ``first`` to ``first + width - 1`` of some rows, zeros beyond.
    """
    column = tl.arange(0, BLOCK)
    mask = inside[:, None] & (column < width)[None, :]
    return tl.load(ptr + token[:, None] * stride + first + column[None, :], mask=mask, other=0.0).to(DTYPE)


@triton.jit
def vit_attention_kernel(
    q_ptr, k_ptr, v_ptr, out_ptr, cu_ptr, qk_stride, qk_head_stride, v_stride, v_head_stride, heads, scale_log2,
    MAIN: tl.constexpr, REST: tl.constexpr, PAD: tl.constexpr, BM: tl.constexpr, BN: tl.constexpr,
    DTYPE: tl.constexpr,
):  # fmt: skip
    """
    ``BM`` patches of one head of one picture against all patches of that picture.
    """
    m = tl.program_id(0)
    head = tl.program_id(1)
    first = tl.load(cu_ptr + tl.program_id(2)).to(tl.int64)
    length = (tl.load(cu_ptr + tl.program_id(2) + 1) - first).to(tl.int32)
    if m * BM >= length:
        return
    row = m * BM + tl.arange(0, BM)
    inside = row < length
    q_ptr += first * qk_stride + head * qk_head_stride
    k_ptr += first * qk_stride + head * qk_head_stride
    v_ptr += first * v_stride + head * v_head_stride
    at = row.to(tl.int64)
    q = load_rows(q_ptr, at, qk_stride, inside, 0, MAIN, MAIN, DTYPE)
    most = tl.full([BM], float("-inf"), tl.float32)
    total = tl.zeros([BM], tl.float32)
    acc = tl.zeros([BM, MAIN], tl.float32)
    if REST > 0:
        q_rest = load_rows(q_ptr, at, qk_stride, inside, MAIN, REST, PAD, DTYPE)
        acc_rest = tl.zeros([BM, PAD], tl.float32)
    for start in range(0, length, BN):
        key = start + tl.arange(0, BN)
        real = key < length
        k_at = key.to(tl.int64)
        k = load_rows(k_ptr, k_at, qk_stride, real, 0, MAIN, MAIN, DTYPE)
        scores = tl.dot(q, tl.trans(k), input_precision="ieee")
        if REST > 0:
            k_rest = load_rows(k_ptr, k_at, qk_stride, real, MAIN, REST, PAD, DTYPE)
            scores = tl.dot(q_rest, tl.trans(k_rest), scores, input_precision="ieee")
        scores = tl.where(real[None, :], scores * scale_log2, float("-inf"))
        # Every block holds a key, so the maximum is finite.
        new = tl.maximum(most, tl.max(scores, axis=1))
        weights = tl.exp2(scores - new[:, None])
        shrink = tl.exp2(most - new)
        most = new
        total = total * shrink + tl.sum(weights, axis=1)
        v = load_rows(v_ptr, k_at, v_stride, real, 0, MAIN, MAIN, DTYPE)
        acc = tl.dot(weights.to(DTYPE), v, acc * shrink[:, None], input_precision="ieee")
        if REST > 0:
            v_rest = load_rows(v_ptr, k_at, v_stride, real, MAIN, REST, PAD, DTYPE)
            acc_rest = tl.dot(weights.to(DTYPE), v_rest, acc_rest * shrink[:, None], input_precision="ieee")
    out_ptr += ((first + at) * heads + head)[:, None] * (MAIN + REST)
    column = tl.arange(0, MAIN)
    tl.store(out_ptr + column[None, :], (acc / total[:, None]).to(out_ptr.dtype.element_ty), mask=inside[:, None])
    if REST > 0:
        column = tl.arange(0, PAD)
        mask = inside[:, None] & (column < REST)[None, :]
        rest = (acc_rest / total[:, None]).to(out_ptr.dtype.element_ty)
        tl.store(out_ptr + MAIN + column[None, :], rest, mask=mask)
