"""
Every Triton kernel is compiled for GPUs that are not here and held against its budget.
"""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.binaries import budget
from benchmarks.binaries.cases import cases
from benchmarks.binaries.compile import TARGETS, Binary, Case

pytest.importorskip("triton")

ROOT = Path(__file__).resolve().parents[2]
CASE = Case(name="some", function=None, types={}, constants={}, num_warps=4, weights=8192, matrix_unit=True)
GOOD = Binary(registers=96, spills=0, shared_bytes=20480, loop=424, matrix=16, matrix_kind="HGMMA", per_weight=3.3)


@pytest.mark.slow
@pytest.mark.parametrize("target", list(TARGETS))
def test_every_kernel_compiles_and_keeps_its_budget(target: str) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    command = [sys.executable, "-P", "-m", "benchmarks.binaries", "--target", target]
    environment["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"spills": 8}, "spills 8"),
        ({"shared_bytes": 240 * 1024}, "the target has 232448"),
        ({"matrix": 0}, "does not use the matrix unit"),
        ({"registers": 120}, "registers is 120, committed 96"),
        ({"per_weight": 3.9}, "per_weight is 3.9, committed 3.3"),
        ({"matrix_kind": "HMMA"}, "products are on HMMA, committed HGMMA"),
    ],
)
def test_a_binary_that_got_worse_is_found(change: dict[str, object], finding: str) -> None:
    assert budget.findings(CASE, "sm_90", GOOD, dataclasses.asdict(GOOD)) == []
    found = budget.findings(CASE, "sm_90", dataclasses.replace(GOOD, **change), dataclasses.asdict(GOOD))
    assert [text for text in found if finding in text]


def test_no_int4_decode_on_an_nvidia_gpu_spends_more_than_the_h100_can_afford() -> None:
    # Instructions a weight that an H100 has time for while it reads 0.5625 bytes (kernels/README.md).
    affordable = 5.6
    known = budget.load()["targets"]
    for target in ("sm_80", "sm_90", "sm_100"):
        for case in ("int4_gate_up_few", "int4_down_few", "int4_linear_few", "int4_gate_up_some"):
            assert 0 < known[target][case]["per_weight"] <= affordable, (target, case)


def test_no_int4_prefill_on_an_nvidia_gpu_spends_more_than_nine_instructions_a_weight() -> None:
    known = budget.load()["targets"]
    for target in ("sm_80", "sm_90", "sm_100"):
        for case in ("int4_gate_up_many", "int4_down_many", "int4_gate_up_most", "int4_down_most", "int4_linear_many"):
            assert 0 < known[target][case]["per_weight"] <= 9, (target, case)


def test_the_committed_numbers_hold_the_rules() -> None:
    rows = [(t, name, row) for t, cases in budget.load()["targets"].items() for name, row in cases.items()]
    assert {(target, name) for target, name, _ in rows} == {(t, case.name) for t in TARGETS for case in cases(t)}
    assert [(target, name) for target, name, row in rows if row["spills"]] == []
    assert [(target, name) for target, name, row in rows if row["shared_bytes"] > TARGETS[target][3]] == []


def test_importing_the_kernels_does_not_import_triton() -> None:
    if importlib.util.find_spec("triton") is None:
        pytest.skip("nothing to find")
    code = (
        "import json, sys; import kernels, kernels.dispatch;"
        "import kernels.triton_int4_moe, kernels.triton_route, kernels.triton_mla, kernels.triton_vit_attention;"
        "import kernels.triton_rows, kernels.triton_linear, kernels.triton_sample;"
        "print(json.dumps('triton' in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) is False


def test_the_gpu_benchmark_says_so_where_there_is_none(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, "-P", "-m", "benchmarks.gpu", "--out", str(tmp_path / "out")]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "no GPU" in done.stderr
