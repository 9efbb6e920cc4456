"""
The dense linear map ``y = x w^T`` at few tokens, on a GPU.

At few tokens the time is that of reading ``w [N, K]`` once. Columns are cut into shares when the rows alone do not fill
the device; shares are summed in a fixed order. Above ``MOST_TOKENS`` tokens a library product is as good and this
module refuses. INT4 weights: ``kernels.triton_int4_moe.linear``.

Dtypes: bf16 in and out (fp32, fp16 in the interpreter), sums in fp32. Source: the definition; oracle
``torch.nn.functional.linear``.
"""

from __future__ import annotations

import torch

from kernels.errors import UnsupportedShape
from kernels.target import interpreting, target_of
from kernels.triton_linear.launch import MOST_TOKENS, LaunchConfig, choose

__all__ = ["MOST_TOKENS", "linear"]

SUM_BLOCK = 1024


def linear(x: torch.Tensor, weight: torch.Tensor, config: LaunchConfig | None = None) -> torch.Tensor:
    """
    Args:
        x: ``[..., K]``, at most ``MOST_TOKENS`` rows.
        weight: ``[N, K]``, a row's values contiguous.
        config: Overrides the launch choice.

    Returns:
        ``[..., N]`` in the dtype of ``x``.

    Raises:
        UnsupportedShape: Widths differ, too many rows, or a transposed weight.
    """
    import triton.language as tl

    from kernels.triton_linear.kernel import linear_kernel, sum_shares_kernel

    rows = x.reshape(-1, x.shape[-1])
    num_rows, columns, out = rows.shape[0], rows.shape[1], weight.shape[0]
    if weight.shape[1] != columns or num_rows > MOST_TOKENS or weight.stride(1) != 1:
        raise UnsupportedShape(f"x {list(x.shape)}, weight {list(weight.shape)} with strides {weight.stride()}")
    y = x.new_empty(num_rows, out)
    if y.numel():
        rows = rows if rows.stride(1) == 1 else rows.contiguous()
        config = config or choose(num_rows, out, columns, target_of(x))
        split = config.shares > 1
        to = torch.empty(config.shares, num_rows, out, dtype=torch.float32, device=x.device) if split else y
        step = config.block_columns
        share = -(-columns // (config.shares * step)) * step
        linear_kernel[(-(-out // config.block_rows), -(-num_rows // config.block_tokens), config.shares)](
            rows, weight, to, num_rows, out, columns, rows.stride(0), weight.stride(0), share,
            SPLIT=split, BN=config.block_rows, BM=config.block_tokens, BK=step,
            DTYPE=tl.float32 if interpreting() else tl.bfloat16,
            num_warps=config.num_warps, num_stages=config.num_stages,
        )  # fmt: skip
        if split:
            sum_shares_kernel[(-(-y.numel() // SUM_BLOCK),)](to, y, y.numel(), SHARES=config.shares, BLOCK=SUM_BLOCK)
    return y.view(*x.shape[:-1], out)
