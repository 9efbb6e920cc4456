"""
The C library on an Arm processor, emulated: its NEON form against exact results.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import torch

import kernels
from kernels.cpu import build
from kernels.cpu import tiles as layout
from kernels.testing import rms_error

COMPILER, EMULATOR = shutil.which("aarch64-linux-gnu-gcc"), shutil.which("qemu-aarch64")
PROGRAM = Path(__file__).with_name("on_arm.c")
# The first has dot products, the second has none.
NEW, OLD = "neoverse-n1", "cortex-a72"

pytestmark = pytest.mark.skipif(
    COMPILER is None or EMULATOR is None, reason="on Debian: apt-get install gcc-aarch64-linux-gnu qemu-user"
)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("arm") / "program"
    flags = [flag for flag in build.FLAGS if flag not in ("-fPIC", "-shared")]
    command = [str(COMPILER), *flags, "-static", '-DSOURCE_HASH=""', f"-I{build.SOURCE}", "-o", str(made), str(PROGRAM)]
    subprocess.run([*command, "-lm"], check=True, timeout=120)
    return made


def _run(program: Path, names: str, *parts: torch.Tensor, numbers: tuple[int, ...], cpu: str = NEW) -> torch.Tensor:
    """
    ``names``: the instructions to take, those to be in use then, and what to compute.
    """
    wanted, expected, work = names.split()
    data = b"".join(part.contiguous().view(torch.uint8).numpy().tobytes() for part in parts)
    command = [str(EMULATOR), "-cpu", cpu, str(program), wanted, work, *map(str, numbers)]
    done = subprocess.run(command, input=data, capture_output=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, expected.encode())
    return torch.frombuffer(bytearray(done.stdout), dtype=torch.float32)


def _normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("tokens", [1, 2, 3, 4, 7, 33])
@pytest.mark.parametrize(("planes", "limit"), [(2, 5e-5), (1, 1e-2)])
def test_an_int4_product_is_exact_on_arm(program: Path, tokens: int, planes: int, limit: float) -> None:
    packed, scale = kernels.quantise(_normal(200, 1408, seed=1) * 1408**-0.5)
    x, data = _normal(tokens, 1408), layout.tile(packed, scale)
    exact = x.double() @ kernels.dequantise(packed, scale.double()).T
    numbers = (200, 44, tokens, planes, 2)
    found = _run(program, "best neon int4", data, x, numbers=numbers).view(tokens, 200)
    assert rms_error(found, exact) < limit
    assert rms_error(found * 1.01, exact) > limit * 0.9
    # The same integers, and the same rounding of them.
    assert torch.equal(found.flatten(), _run(program, "neon neon int4", data, x, numbers=(*numbers[:4], 1)))
    plain = _run(program, "scalar scalar int4", data, x, numbers=numbers).view(tokens, 200)
    assert rms_error(found, plain.double()) < 1e-6


@pytest.mark.parametrize("tokens", [1, 5])
def test_a_layer_of_experts_is_exact_on_arm(program: Path, tokens: int) -> None:
    hidden, inter, experts, top_k = 192, 128, 8, 3
    gate_up = kernels.quantise(_normal(experts, 2 * inter, hidden, seed=2) * hidden**-0.5)
    down = kernels.quantise(_normal(experts, hidden, inter, seed=3) * inter**-0.5)
    x, weights = _normal(tokens, hidden), _normal(tokens, top_k, seed=4).abs()
    ids = torch.stack(
        [torch.randperm(experts, generator=torch.Generator().manual_seed(t))[:top_k] for t in range(tokens)]
    )
    exact = [kernels.dequantise(packed, scale.double()) for packed, scale in (gate_up, down)]
    right = kernels.expert_mlp(x.double(), ids, weights.double(), *exact)
    first = torch.stack([layout.tile(packed, scale, paired=True) for packed, scale in zip(*gate_up, strict=True)])
    second = torch.stack([layout.tile(packed, scale) for packed, scale in zip(*down, strict=True)])
    numbers = (hidden // 32, inter // 32, experts, tokens, top_k, 2, 2)
    found = _run(program, "best neon experts", first, second, x, ids, weights, numbers=numbers)
    assert rms_error(found.view(tokens, hidden), right) < 7e-5


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("shape", [(3, 5), (70, 203), (64, 512)])
def test_a_float_product_is_exact_on_arm(program: Path, dtype: torch.dtype, shape: tuple[int, int]) -> None:
    w, x = _normal(*shape).to(dtype), _normal(9, shape[1], seed=1)
    numbers = (int(dtype == torch.bfloat16), *shape, 9, 2)
    found = _run(program, "best neon float", w, x, numbers=numbers).view(9, shape[0])
    assert rms_error(found, x.double() @ w.double().T) < 1e-6


def test_an_arm_processor_without_dot_products_computes_plainly(program: Path) -> None:
    packed, scale = kernels.quantise(_normal(64, 96))
    x = _normal(3, 96)
    numbers = (64, 3, 3, 2, 1)
    found = _run(program, "best scalar int4", layout.tile(packed, scale), x, numbers=numbers, cpu=OLD)
    assert rms_error(found.view(3, 64), x.double() @ kernels.dequantise(packed, scale.double()).T) < 5e-5
