"""
Device code of what is done to one token at a time: norms, the gate of an MLP, rotation.
"""

import triton
import triton.language as tl


@triton.jit
def rms_norm_kernel(
    x_ptr, residual_ptr, weight_ptr, y_ptr, sum_ptr, width, x_stride, residual_stride, eps,
    RESIDUAL: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """
    One row: add the residual (and keep the sum), norm it, apply the weight.
    """
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, BLOCK)
    inside = column < width
    dtype = y_ptr.dtype.element_ty
    x = tl.load(x_ptr + row * x_stride + column, mask=inside, other=0.0).to(tl.float32)
    if RESIDUAL:
        x += tl.load(residual_ptr + row * residual_stride + column, mask=inside, other=0.0).to(tl.float32)
        # Rounded as the sum that later layers see.
        x = x.to(dtype).to(tl.float32)
        tl.store(sum_ptr + row * width + column, x.to(dtype), mask=inside)
    normed = x * tl.rsqrt(tl.sum(x * x) / width + eps)
    weight = tl.load(weight_ptr + column, mask=inside, other=0.0).to(tl.float32)
    # Rounded before the weight is applied, as the reference does.
    tl.store(y_ptr + row * width + column, (normed.to(dtype).to(tl.float32) * weight).to(dtype), mask=inside)


@triton.jit
def layer_norm_kernel(x_ptr, weight_ptr, bias_ptr, y_ptr, width, stride, eps, BLOCK: tl.constexpr):
    """
    One row: the mean first, then the spread about it, both from registers.
    """
    row = tl.program_id(0).to(tl.int64)
    column = tl.arange(0, BLOCK)
    inside = column < width
    x = tl.load(x_ptr + row * stride + column, mask=inside, other=0.0).to(tl.float32)
    centred = tl.where(inside, x - tl.sum(x) / width, 0.0)
    normed = centred * tl.rsqrt(tl.sum(centred * centred) / width + eps)
    weight = tl.load(weight_ptr + column, mask=inside, other=0.0).to(tl.float32)
    bias = tl.load(bias_ptr + column, mask=inside, other=0.0).to(tl.float32)
    tl.store(y_ptr + row * width + column, (normed * weight + bias).to(y_ptr.dtype.element_ty), mask=inside)


@triton.jit
def swiglu_kernel(gate_ptr, up_ptr, y_ptr, inter, gate_stride, up_stride, BLOCK: tl.constexpr):
    """
    ``BLOCK`` outputs of one row.
    """
    row = tl.program_id(0).to(tl.int64)
    column = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = column < inter
    gate = tl.load(gate_ptr + row * gate_stride + column, mask=inside, other=0.0).to(tl.float32)
    up = tl.load(up_ptr + row * up_stride + column, mask=inside, other=0.0).to(tl.float32)
    y = gate * tl.sigmoid(gate) * up
    tl.store(y_ptr + row * inter + column, y.to(y_ptr.dtype.element_ty), mask=inside)


@triton.jit
def rotate_kernel(
    x_ptr, cos_ptr, sin_ptr, y_ptr, heads, x_stride, x_head_stride, y_stride, y_head_stride, half,
    BH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """
    ``BH`` heads of one token: the pairs (0, 1), (2, 3), … by the token's angles.
    """
    token = tl.program_id(0).to(tl.int64)
    head = tl.program_id(1) * BH + tl.arange(0, BH)
    j = tl.arange(0, BLOCK)
    inside = (head < heads)[:, None] & (j < half)[None, :]
    cos = tl.load(cos_ptr + token * half + j, mask=j < half, other=1.0)[None, :]
    sin = tl.load(sin_ptr + token * half + j, mask=j < half, other=0.0)[None, :]
    x_ptrs = x_ptr + token * x_stride + head[:, None] * x_head_stride + 2 * j[None, :]
    a = tl.load(x_ptrs, mask=inside, other=0.0).to(tl.float32)
    b = tl.load(x_ptrs + 1, mask=inside, other=0.0).to(tl.float32)
    y_ptrs = y_ptr + token * y_stride + head[:, None] * y_head_stride + 2 * j[None, :]
    tl.store(y_ptrs, (a * cos - b * sin).to(y_ptr.dtype.element_ty), mask=inside)
    tl.store(y_ptrs + 1, (b * cos + a * sin).to(y_ptr.dtype.element_ty), mask=inside)
