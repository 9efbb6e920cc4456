"""
Device code of the dense linear map at few tokens: as wide a read of the weight as there are multiprocessors.
"""

import triton
import triton.language as tl


# Tokens change from step to step and are not compiled for.
@triton.jit(do_not_specialize=["num_rows"])
def linear_kernel(
    x_ptr, w_ptr, y_ptr, num_rows, out, columns, x_stride, w_stride, share,
    SPLIT: tl.constexpr, BN: tl.constexpr, BM: tl.constexpr, BK: tl.constexpr, DTYPE: tl.constexpr,
):  # fmt: skip
    """
    ``BN`` outputs of ``BM`` tokens over one share of the columns; the weight is the first operand, as in the INT4 form.
    """
    n = tl.program_id(0) * BN + tl.arange(0, BN)
    m = tl.program_id(1) * BM + tl.arange(0, BM)
    begin = tl.program_id(2) * share
    end = tl.minimum(begin + share, columns)
    # Rows past the end read the last row; they are not stored.
    w_ptrs = w_ptr + tl.minimum(n, out - 1).to(tl.int64)[:, None] * w_stride + tl.arange(0, BK)[None, :]
    x_ptrs = x_ptr + tl.minimum(m, num_rows - 1).to(tl.int64)[None, :] * x_stride + tl.arange(0, BK)[:, None]
    acc = tl.zeros([BN, BM], tl.float32)
    for start in range(begin, end, BK):
        k = start + tl.arange(0, BK)
        w = tl.load(w_ptrs + start, mask=(k < end)[None, :], other=0.0).to(DTYPE)
        x = tl.load(x_ptrs + start, mask=(k < end)[:, None], other=0.0).to(DTYPE)
        acc = tl.dot(w, x, acc, input_precision="ieee")
    to = m.to(tl.int64)[None, :] * out + n[:, None]
    if SPLIT:
        to += tl.program_id(2).to(tl.int64) * num_rows * out
    tl.store(y_ptr + to, acc.to(y_ptr.dtype.element_ty), mask=(n < out)[:, None] & (m < num_rows)[None, :])


@triton.jit
def sum_shares_kernel(parts_ptr, y_ptr, size, SHARES: tl.constexpr, BLOCK: tl.constexpr):
    """
    ``y = sum over shares``, in their order: the same bits on every run.
    """
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros([BLOCK], tl.float32)
    for share in range(SHARES):
        total += tl.load(parts_ptr + share * size + at, mask=at < size, other=0.0)
    tl.store(y_ptr + at, total.to(y_ptr.dtype.element_ty), mask=at < size)
