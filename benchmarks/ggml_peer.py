"""
llama.cpp's INT4 product (ggml, Q4_0 in its repacked form), where its library is at hand: a peer of
:mod:`benchmarks.bench_cpu_kernels`.

`pip download --no-deps --no-binary llama-cpp-python llama-cpp-python` brings its source; in its `vendor/llama.cpp/ggml`
`touch ggml.pc.in`, `cmake -B build -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DGGML_OPENMP=OFF` and
`cmake --build build`; then `GGML_FOLDER=…/build/src`. Written against ggml 0.25.3.
"""

from __future__ import annotations

import ctypes
import os
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

import kernels

FOLDER = "GGML_FOLDER"
F32, Q4_0 = 0, 2
_PTR, _I64, _SIZE = ctypes.c_void_p, ctypes.c_int64, ctypes.c_size_t
SIGNATURES: dict[str, tuple[list[type], type | None]] = {
    "ggml_tensor_overhead": ([], _SIZE),
    "ggml_graph_overhead": ([], _SIZE),
    "ggml_new_tensor_2d": ([_PTR, ctypes.c_int, _I64, _I64], _PTR),
    "ggml_mul_mat": ([_PTR, _PTR, _PTR], _PTR),
    "ggml_new_graph": ([_PTR], _PTR),
    "ggml_build_forward_expand": ([_PTR, _PTR], None),
    "ggml_get_data": ([_PTR], _PTR),
    "ggml_backend_alloc_ctx_tensors_from_buft": ([_PTR, _PTR], _PTR),
    "ggml_backend_tensor_set": ([_PTR, _PTR, _SIZE, _SIZE], None),
    "ggml_backend_graph_compute": ([_PTR, _PTR], ctypes.c_int),
    "ggml_backend_reg_dev_get": ([_PTR, _SIZE], _PTR),
    "ggml_backend_reg_get_proc_address": ([_PTR, ctypes.c_char_p], _PTR),
    "ggml_backend_buft_name": ([_PTR], ctypes.c_char_p),
    "ggml_backend_cpu_buffer_type": ([], _PTR),
    "ggml_backend_cpu_init": ([], _PTR),
    "ggml_backend_cpu_reg": ([], _PTR),
    "ggml_backend_cpu_set_n_threads": ([_PTR, ctypes.c_int], None),
    "ggml_backend_buffer_free": ([_PTR], None),
    "ggml_backend_free": ([_PTR], None),
    "ggml_free": ([_PTR], None),
}


class _Memory(ctypes.Structure):
    _fields_ = (("size", _SIZE), ("buffer", _PTR), ("no_alloc", ctypes.c_bool))


class _Library:
    """
    The functions of both shared objects.
    """

    def __init__(self, folder: Path) -> None:
        # The processor's part finds the base by its name.
        self._objects = [
            ctypes.CDLL(str(folder / f"libggml-{part}.so"), ctypes.RTLD_GLOBAL) for part in ("base", "cpu")
        ]
        for name, (arguments, result) in (SIGNATURES | {"ggml_init": ([_Memory], _PTR)}).items():
            function = next(getattr(found, name) for found in self._objects if hasattr(found, name))
            function.argtypes, function.restype = arguments, result
            setattr(self, name, function)

    def __getattr__(self, name: str) -> Callable[..., int]:
        raise AttributeError(name)

    def context(self, tensors: int) -> int:
        """
        Room for the descriptions of so many tensors and a graph.
        """
        size = tensors * self.ggml_tensor_overhead() + self.ggml_graph_overhead()
        return self.ggml_init(_Memory(size, None, True))

    def repacked(self) -> int:
        """
        The kind of memory whose tensors are arranged for this processor.
        """
        registry = self.ggml_backend_cpu_reg()
        address = self.ggml_backend_reg_get_proc_address(registry, b"ggml_backend_dev_get_extra_bufts")
        kinds = ctypes.CFUNCTYPE(ctypes.POINTER(_PTR), _PTR)(address)(self.ggml_backend_reg_dev_get(registry, 0))
        names: dict[bytes, int] = {}
        while kind := kinds[len(names)]:
            names[bytes(self.ggml_backend_buft_name(kind))] = kind  # type: ignore[call-overload]
        return names[b"CPU_REPACK"]


def available() -> bool:
    """
    Whether the libraries are there.
    """
    return FOLDER in os.environ


def linear(
    weights: Sequence[tuple[torch.Tensor, torch.Tensor]], x: torch.Tensor, threads: int
) -> Callable[[], torch.Tensor]:
    """
    The products of one input with several weights, as one graph.

    Args:
        weights: Words ``[out, in / 8]`` int32 and scales bf16 each; they become Q4_0 without a loss.
        x: ``[num_tokens, in]`` float32.
        threads: Threads in use.

    Returns:
        Computes all of them and gives the last, ``[num_tokens, out]`` float32.
    """
    found = _Library(Path(os.environ[FOLDER]))
    (rows, groups), (num_tokens, columns) = weights[0][1].shape, x.shape
    of_weights, of_rest = found.context(len(weights)), found.context(len(weights) + 1)
    stored = [found.ggml_new_tensor_2d(of_weights, Q4_0, columns, rows) for _ in weights]
    given = found.ggml_new_tensor_2d(of_rest, F32, columns, num_tokens)
    made = [found.ggml_mul_mat(of_rest, weight, given) for weight in stored]
    kinds = ((of_weights, found.repacked()), (of_rest, found.ggml_backend_cpu_buffer_type()))
    buffers = [found.ggml_backend_alloc_ctx_tensors_from_buft(*both) for both in kinds]
    for tensor, (packed, scale) in zip(stored, weights, strict=True):
        blocks = _blocks(packed, scale, groups)
        found.ggml_backend_tensor_set(tensor, blocks.data_ptr(), 0, blocks.numel())
    found.ggml_backend_tensor_set(given, x.data_ptr(), 0, x.numel() * 4)
    graph, backend = found.ggml_new_graph(of_rest), found.ggml_backend_cpu_init()
    for tensor in made:
        found.ggml_build_forward_expand(graph, tensor)
    found.ggml_backend_cpu_set_n_threads(backend, threads)
    numbers = (ctypes.c_float * (num_tokens * rows)).from_address(found.ggml_get_data(made[-1]))
    last = torch.frombuffer(numbers, dtype=torch.float32).view(num_tokens, rows)

    def run() -> torch.Tensor:
        assert found.ggml_backend_graph_compute(backend, graph) == 0
        return last

    def free() -> None:
        for buffer in buffers:
            found.ggml_backend_buffer_free(buffer)
        for context in (of_weights, of_rest):
            found.ggml_free(context)
        found.ggml_backend_free(backend)

    weakref.finalize(run, free)
    return run


def _blocks(packed: torch.Tensor, scale: torch.Tensor, groups: int) -> torch.Tensor:
    """
    ``[out, in / 32, 18]`` bytes: a scale in fp16, then column j in the low half of byte j and 16 + j in the high one.
    """
    raw = torch.unflatten((kernels.unpack(packed) + 8).to(torch.uint8), 1, (groups, 32))
    nibbles = raw[..., :16] | raw[..., 16:] << 4
    return torch.cat([scale.half().unsqueeze(-1).view(torch.uint8), nibbles], dim=-1).contiguous()
