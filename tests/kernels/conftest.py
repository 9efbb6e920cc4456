"""
Each instruction set of the C library in turn; Triton's kernels in its interpreter where there is no GPU.

On a GPU the same tests run compiled: their tensors are carried there, and products are taken in fp32 as in the
interpreter, so that the same bounds hold (bf16 products are held by ``benchmarks.gpu``).
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from benchmarks.gpu.carry import carried
from kernels.cpu import build
from kernels.cpu.library import library, load

# Triton reads it when it is first imported.
if not torch.cuda.is_available():
    os.environ["TRITON_INTERPRET"] = "1"


@pytest.fixture(scope="session", autouse=True)
def _on_the_device() -> Iterator[None]:
    if not torch.cuda.is_available() or importlib.util.find_spec("triton") is None:
        yield
        return
    from triton.runtime.jit import JITFunction

    from kernels import target, triton_int4_moe, triton_linear, triton_mla, triton_vit_attention

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JITFunction, "run", carried(JITFunction.run, torch.device("cuda", 0)))
        patch.setattr(target, "HOPPER", target._of_index(0))
        for module in (triton_int4_moe, triton_linear, triton_mla, triton_vit_attention):
            patch.setattr(module, "interpreting", lambda: True)
        yield


BY_HAND = Path(__file__).with_name("avx512_by_hand.h")


@functools.cache
def _emulated(folder: Path) -> ctypes.CDLL:
    path = folder / "by_hand.so"
    build.compile_to(path, build.find_compiler(), folder, f'-DEMULATE_AVX512="{BY_HAND}"', "-Wno-psabi", "-O1")
    return load(str(path))


@pytest.fixture(scope="session")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compiled")


@pytest.fixture(params=["scalar", "avx2", "avx512", "avx512 by hand", "neon"])
def cpu_library(
    request: pytest.FixtureRequest, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ctypes.CDLL]:
    """
    The C library with each instruction set in turn; ``by hand``: AVX-512 written out, for CPUs without it.
    """
    found = library()
    if found is None:
        pytest.skip("no C compiler")
    name, _, by_hand = request.param.partition(" ")
    if by_hand:
        found = _emulated(scratch)
        monkeypatch.setattr("kernels.choice.library", lambda: found)
    if found.int4_use(name.encode()) is None:
        pytest.skip(f"this CPU has no {name}")
    yield found
    found.int4_use(None)
