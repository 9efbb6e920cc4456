"""
Compile a Triton kernel for a GPU that is not there, and read from the binary what decides its speed.

Triton's wheel carries the assemblers and disassemblers of its targets, so neither a driver nor a device is needed.
Knows kernels as (function, argument types, constants); not what they compute.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kernels.target import AMPERE, BLACKWELL, CDNA3, HOPPER, Target

#: Targets: name -> backend, architecture, warp size, most shared memory of one program in bytes, device.
TARGETS: dict[str, tuple[str, int | str, int, int, Target]] = {
    "sm_80": ("cuda", 80, 32, AMPERE.shared_bytes, AMPERE),
    "sm_90": ("cuda", 90, 32, HOPPER.shared_bytes, HOPPER),
    "sm_100": ("cuda", 100, 32, BLACKWELL.shared_bytes, BLACKWELL),
    "gfx942": ("hip", "gfx942", 64, CDNA3.shared_bytes, CDNA3),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """
    One kernel as it is launched at one shape class.

    Args:
        name: Unique.
        function: The jitted function.
        types: Argument name to Triton type, without the constants, in the function's order.
        constants: The rest; a ``None`` stands for an absent pointer.
        num_warps: Warps of one program.
        num_stages: Depth of the load pipeline.
        weights: Weights that one program unpacks in one round of its main loop; 0 where none are.
        matrix_unit: Whether products must be on the matrix unit.
    """

    name: str
    function: Any
    types: dict[str, str]
    constants: dict[str, object]
    num_warps: int
    num_stages: int = 2
    weights: int = 0
    matrix_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """
    What was read from one binary.

    Args:
        registers: Registers a thread.
        spills: Bytes of stack a thread (NVIDIA), or spilled registers (AMD).
        shared_bytes: Shared memory of one program.
        loop: Instructions in the main loop (the longest backward branch).
        matrix: Matrix instructions in the whole kernel.
        matrix_kind: Their name.
        per_weight: Thread-instructions a weight in the main loop; 0 where no weights are unpacked.
    """

    registers: int
    spills: int
    shared_bytes: int
    loop: int
    matrix: int
    matrix_kind: str
    per_weight: float


def compile_case(case: Case, target: str) -> Binary:
    """
    Compile and read.

    Args:
        case: What to compile.
        target: A key of ``TARGETS``.

    Raises:
        Exception: Whatever Triton raises when the kernel does not compile.
    """
    import triton
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    backend, arch, warp, *_ = TARGETS[target]
    names = list(case.function.arg_names)
    signature = {name: case.types.get(name, "constexpr") for name in names}
    constants = {(names.index(name),): value for name, value in case.constants.items()}
    aligned: list[list[object]] = [["tt.divisibility", 16]]
    # What the JIT finds for pointers of whole tensors and for sizes that are multiples of 16.
    attrs = {(i,): aligned for i, n in enumerate(names) if n in case.types and _is_aligned(n, case.types[n])}
    source = ASTSource(fn=case.function, signature=signature, constexprs=constants, attrs=attrs)
    options = {"num_warps": case.num_warps, "num_stages": case.num_stages}
    built = triton.compile(source, target=GPUTarget(backend, arch, warp), options=options)
    threads = case.num_warps * warp
    if backend == "cuda":
        return _read_cuda(built.asm["cubin"], built.metadata.shared, threads, case.weights)
    return _read_hip(built.asm["amdgcn"], built.metadata.shared, threads, case.weights)


def _is_aligned(name: str, kind: str) -> bool:
    changing = ("table_stride", "parts_stride", "sequence_stride")
    sizes = ("hidden", "inter", "out", "columns", "width")
    return kind.startswith("*") or name in sizes or ("stride" in name and name not in changing)


def _read_cuda(cubin: bytes, shared: int, threads: int, weights: int) -> Binary:
    tool = _cuobjdump()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "kernel.cubin"
        path.write_bytes(cubin)
        usage = subprocess.run([tool, "-res-usage", path], check=True, capture_output=True, text=True).stdout
        sass = subprocess.run([tool, "-sass", path], check=True, capture_output=True, text=True).stdout
    code = re.findall(r"/\*([0-9a-f]{4,})\*/\s+((?:@!?U?P\w+\s+)?)([A-Z][\w.]*)([^;]*);", sass)
    lines = [(int(at, 16), name.strip(), rest) for at, _, name, rest in code]
    matrix = [name for _, name, _ in lines if re.match(r"(HMMA|HGMMA|UTC\w*MMA|QGMMA)", name)]
    loop = _longest_loop(
        [(at, name) for at, name, _ in lines],
        [
            (at, int(found[1], 16))
            for at, name, rest in lines
            if name.startswith("BRA") and (found := re.search(r"0x([0-9a-f]+)", rest))
        ],
    )
    stack = int(_first(r"STACK:(\d+)", usage))
    local = sum(name.startswith(("STL", "LDL")) for _, name, _ in lines)
    return Binary(
        registers=int(_first(r"REG:(\d+)", usage)),
        spills=max(stack, local),
        shared_bytes=shared,
        loop=loop,
        matrix=len(matrix),
        matrix_kind=matrix[0].split(".")[0] if matrix else "",
        per_weight=round(loop * threads / weights, 2) if weights else 0.0,
    )


def _read_hip(text: str, shared: int, threads: int, weights: int) -> Binary:
    lines: list[tuple[int, str]] = []
    labels: dict[str, int] = {}
    jumps: list[tuple[int, str]] = []
    for line in text.splitlines():
        if found := re.match(r"(\.L\w+):", line):
            labels[found[1]] = len(lines)
        elif found := re.match(r"\s+([svdbg]\w*_\w+)\s*(.*)", line):
            if found[1].startswith(("s_cbranch", "s_branch")):
                jumps.append((len(lines), found[2].split()[0]))
            lines.append((len(lines), found[1]))
    matrix = [name for _, name in lines if name.startswith("v_mfma")]
    loop = _longest_loop(lines, [(at, labels[to]) for at, to in jumps if to in labels])
    return Binary(
        registers=int(_first(r"\.vgpr_count:\s+(\d+)", text)),
        spills=int(_first(r"\.vgpr_spill_count:\s+(\d+)", text)) + int(_first(r"\.sgpr_spill_count:\s+(\d+)", text)),
        shared_bytes=shared,
        loop=loop,
        matrix=len(matrix),
        matrix_kind="MFMA" if matrix else "",
        per_weight=round(loop * threads / weights, 2) if weights else 0.0,
    )


def _longest_loop(lines: list[tuple[int, str]], jumps: list[tuple[int, int]]) -> int:
    """
    Instructions between the target of a backward branch and the branch; a branch to itself ends the program.
    """
    return max((sum(to <= at <= end for at, _ in lines) for end, to in jumps if to < end), default=0)


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "0"


def _cuobjdump() -> Path:
    import triton

    return Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "cuobjdump"
