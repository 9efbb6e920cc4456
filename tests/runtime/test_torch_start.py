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


def test_tokens_are_drawn_as_with_all_of_torch() -> None:
    script = """
import torch
from runtime.api import SamplingParams
from runtime.sampler import Draw, draw, random_numbers
rules = [SamplingParams(temperature=temperature, top_p=0.9, seed=7) for temperature in (0.0, 1.0, 2.0)]
by = [Draw(params=each, generator=random_numbers(each)) for each in rules]
print(*draw(torch.linspace(0, 4, 300).view(3, 100), by))
"""
    start = "from runtime.torch_start import import_torch\nimport_torch()\n"
    assert _run(start + script) == _run(script) != []
