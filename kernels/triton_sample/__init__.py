"""
The next token of each row, chosen on the GPU: logits never leave it, and nothing waits for the host.

Formula and arguments: ``kernels.sample.sample``, the oracle. A token stays if its score is not below a threshold, so
the threshold is searched by halving over the scores' bit patterns (about 18 passes over a row that lies in cache).
Sums are fp32. A row gives the same token in any batch. One program holds one row: at few rows the passes bound the
time.

Source: threshold search instead of a sort as in Ye et al. 2025, FlashInfer's sampling kernels.
"""

from __future__ import annotations

import torch

from kernels.errors import UnsupportedShape

__all__ = ["sample"]

MOST_BLOCK = 8192


def sample(
    logits: torch.Tensor,
    temperature: torch.Tensor,
    top_k: torch.Tensor,
    top_p: torch.Tensor,
    min_p: torch.Tensor,
    uniform: torch.Tensor,
) -> torch.Tensor:
    """
    Args:
        logits: ``[rows, vocab]`` fp32, bf16 or fp16, a row's values contiguous.
        temperature: As of ``kernels.sample.sample``, on the same device, as all that follow.
        top_k: ``[rows]`` int32.
        top_p: ``[rows]`` float32.
        min_p: ``[rows]`` float32.
        uniform: ``[rows]`` float32 in [0, 1).

    Returns:
        ``[rows]`` int64.

    Raises:
        UnsupportedShape: No vocabulary, or parameters of another length.
    """
    from kernels.triton_sample.kernel import sample_kernel

    rows, vocab = logits.shape
    if not vocab or any(t.shape != (rows,) for t in (temperature, top_k, top_p, min_p, uniform)):
        raise UnsupportedShape(f"logits {list(logits.shape)}, temperature {list(temperature.shape)}")
    logits = logits if logits.stride(1) == 1 else logits.contiguous()
    tokens = torch.empty(rows, dtype=torch.int64, device=logits.device)
    if rows:
        block = min(MOST_BLOCK, 1 << max(4, (vocab - 1).bit_length()))
        sample_kernel[(rows,)](
            logits, temperature, top_k, top_p, min_p, uniform, tokens, vocab, logits.stride(0),
            BLOCK=block, num_warps=max(1, min(16, block // 512)),
        )  # fmt: skip
    return tokens
