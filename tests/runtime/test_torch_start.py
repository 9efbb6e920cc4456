"""
What the engine's process leaves out of torch, and takes back when it is needed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

import runtime

ROOT = Path(runtime.__file__).resolve().parent.parent


def _run(script: str) -> list[str]:
    command = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.skipif(not torch.__version__.startswith("2.13."), reason="tried with torch 2.13 only")
def test_the_formulas_for_shapes_are_not_imported() -> None:
    script = """
from runtime.torch_start import import_torch
import_torch()
import torch
print("torch._decomp" in sys.modules, float(torch.ones(3, 3).mm(torch.ones(3, 3)).sum()))
"""
    assert _run(script) == ["False", "27.0"]


def test_random_numbers_are_those_of_all_of_torch() -> None:
    script = """
from runtime.torch_start import import_torch
import_torch()
import torch
from runtime.api import SamplingParams
from runtime.sampler import random_numbers
print(random_numbers(SamplingParams(temperature=0.0)))
print(*torch.rand(3, generator=random_numbers(SamplingParams(temperature=1.0, seed=7))).tolist())
"""
    nothing, *numbers = _run(script)
    assert nothing == "None"
    assert [float(number) for number in numbers] == torch.rand(3, generator=torch.Generator().manual_seed(7)).tolist()
