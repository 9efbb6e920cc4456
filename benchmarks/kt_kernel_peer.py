"""
kt-kernel's mixture of INT4 experts, where the wheel is at hand: a peer of :mod:`benchmarks.bench_cpu_kernels`.

`pip install --no-deps --target FOLDER kt-kernel gguf`, then `PYTHONPATH=FOLDER`: its metadata pins a torch of its own,
which the CPU part does not need. Written against kt-kernel 0.7.2.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec

import torch


def available() -> bool:
    """
    Whether the package can be imported.
    """
    return find_spec("kt_kernel") is not None and find_spec("gguf") is not None


def experts_layer(
    gate_up: tuple[torch.Tensor, torch.Tensor], down: tuple[torch.Tensor, torch.Tensor], top_k: int, threads: int
) -> Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]:
    """
    One layer of experts in its memory.

    Args:
        gate_up: Words ``[experts, 2 * inter, hidden / 8]`` int32 and scales bf16.
        down: The same, ``[experts, hidden, inter / 8]``.
        top_k: Experts of a token.
        threads: Of its pool.

    Returns:
        Takes ``x [num_tokens, hidden]`` bf16, ids int64 and weights float32; gives ``[num_tokens, hidden]`` bf16.
    """
    from kt_kernel import kt_kernel_ext
    from kt_kernel.utils.amx import _select_rawint4_backend

    pool = kt_kernel_ext.WorkerPoolConfig()
    pool.subpool_count, pool.subpool_numa_map, pool.subpool_thread_count = 1, [0], [threads]
    engine = kt_kernel_ext.CPUInfer(pool)
    (words, scales), (down_words, down_scales) = gate_up, down
    experts, hidden, inter = len(words), down_words.shape[1], words.shape[1] // 2
    pieces = {
        "gate": (words[:, :inter].contiguous(), scales[:, :inter].contiguous()),
        "up": (words[:, inter:].contiguous(), scales[:, inter:].contiguous()),
        "down": (down_words, down_scales),
    }
    on_gpu = torch.zeros(experts, dtype=torch.bool)
    config = kt_kernel_ext.moe.MOEConfig(experts, top_k, hidden, inter, on_gpu.data_ptr())
    config.layer_idx, config.pool, config.max_len = 0, engine.backend_, 512
    for name, (packed, scale) in pieces.items():
        setattr(config, f"{name}_projs", [[one.data_ptr() for one in packed]])
        setattr(config, f"{name}_scales", [[one.data_ptr() for one in scale]])
    config.quant_config.bits, config.quant_config.group_size, config.quant_config.zero_point = 4, 32, False
    moe = _select_rawint4_backend(32)(config)
    logical = torch.arange(experts, dtype=torch.int64)
    engine.submit(moe.load_weights_task(logical.data_ptr()))
    engine.sync()

    def run(x: torch.Tensor, ids: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
        out, count = torch.empty_like(x), torch.tensor([len(x)], dtype=torch.int32)
        addresses = (tensor.data_ptr() for tensor in (ids, weights, x, out))
        engine.submit(moe.forward_task(count.data_ptr(), top_k, *addresses, False))
        engine.sync()
        # The engine reads these while it lives.
        assert on_gpu is not None
        assert pieces
        return out

    return run
