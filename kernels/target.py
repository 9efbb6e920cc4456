"""
What the device and the process offer: whether the Triton kernels can run here, and the facts launch choices need.

Importing this imports neither torch's CUDA context nor Triton: a machine without a GPU pays nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import torch

from kernels.errors import KernelError

#: Set to ``reference`` to keep every operation on its PyTorch form.
CHOICE_VARIABLE = "VISION_CODE_KERNELS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    One kind of device, as far as a launch choice depends on it.

    Args:
        backend: ``cuda`` or ``hip``.
        capability: Compute capability times ten (90 for Hopper); 0 for ``hip``.
        processors: Multiprocessors (compute units) that work at the same time.
        shared_bytes: Most shared memory of one program.
    """

    backend: str
    capability: int
    processors: int
    shared_bytes: int


# Limits of one thread block, CUDA programming guide, table of technical specifications; CDNA3 ISA, local data share.
AMPERE = Target(backend="cuda", capability=80, processors=108, shared_bytes=163 * 1024)
HOPPER = Target(backend="cuda", capability=90, processors=132, shared_bytes=227 * 1024)
BLACKWELL = Target(backend="cuda", capability=100, processors=148, shared_bytes=227 * 1024)
CDNA3 = Target(backend="hip", capability=0, processors=304, shared_bytes=64 * 1024)


def family(target: Target) -> str:
    """
    The key of launch tables: ``ampere`` (mma.sync), ``hopper`` (wgmma), ``blackwell`` (tcgen05) or ``cdna``.

    Consumer parts (sm_86, 89, 120) have Ampere's matrix instructions and less shared memory.
    """
    if target.backend == "hip":
        return "cdna"
    return {9: "hopper", 10: "blackwell"}.get(target.capability // 10, "ampere")


def interpreting() -> bool:
    """
    Whether Triton runs its kernels in its interpreter, on CPU tensors.
    """
    return os.environ.get("TRITON_INTERPRET") == "1"


def reference_only() -> bool:
    """
    Whether the user keeps every operation on its PyTorch form.

    Raises:
        KernelError: ``VISION_CODE_KERNELS`` has a value that means nothing.
    """
    wanted = os.environ.get(CHOICE_VARIABLE, "auto")
    if wanted not in ("auto", "reference"):
        raise KernelError(f"{CHOICE_VARIABLE}={wanted}: expected auto or reference")
    return wanted == "reference"


@cache
def has_triton() -> bool:
    """
    Whether Triton is installed; it is not imported.
    """
    return find_spec("triton") is not None


def runs_triton(x: torch.Tensor, dtype: torch.dtype = torch.bfloat16) -> bool:
    """
    The one choice: a bf16 tensor on a GPU, outside of autograd, goes to Triton, everything else to the reference.

    Args:
        x: The operation's main input.
        dtype: What it must be.
    """
    if not x.is_cuda or x.dtype != dtype or torch.is_grad_enabled():
        return False
    return not reference_only() and has_triton()


@cache
def _of_index(index: int) -> Target:
    facts = torch.cuda.get_device_properties(index)
    if torch.version.hip is not None:
        return Target(backend="hip", capability=0, processors=facts.multi_processor_count, shared_bytes=64 * 1024)
    capability = 10 * facts.major + facts.minor
    limit = int(getattr(facts, "shared_memory_per_block_optin", 99 * 1024))
    return Target(backend="cuda", capability=capability, processors=facts.multi_processor_count, shared_bytes=limit)


def target_of(x: torch.Tensor) -> Target:
    """
    The device that holds ``x``; Hopper's numbers where the interpreter runs.
    """
    return _of_index(x.get_device()) if x.is_cuda else HOPPER
