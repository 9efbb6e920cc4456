"""
The measuring on a GPU, tried without one: whoever has a card for a few minutes must not meet an error of Python's.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.overrides import TorchFunctionMode

import kernels
from benchmarks.gpu import models, tune
from benchmarks.gpu.carry import carried
from benchmarks.gpu.place import Place
from benchmarks.gpu.report import launches, page
from benchmarks.gpu.rows import rows
from kernels import dispatch, launch_table, triton_rows
from kernels.target import AMPERE, BLACKWELL, CDNA3, HOPPER
from kernels.triton_int4_moe import launch as int4_launch
from kernels.triton_mla import launch as mla_launch
from kernels.triton_vit_attention import launch as vision_launch

pytest.importorskip("triton")

ROOT = Path(__file__).resolve().parents[2]
#: No values, real sizes.
SHAPES_ONLY = Place(torch.device("meta"), torch.bfloat16)
CONFIGS = {
    "int4_gate_up": int4_launch.LaunchConfig,
    "int4_down": int4_launch.LaunchConfig,
    "int4_linear": int4_launch.LaunchConfig,
    "mla_decode": mla_launch.DecodeConfig,
    "mla_prefill": mla_launch.PrefillConfig,
    "vit_attention": vision_launch.LaunchConfig,
}


def _run(folder: Path, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "benchmarks.gpu", "--out", str(folder), "--dry-run", *more]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    log = folder / "gpu.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return done.returncode, [json.loads(line) for line in lines], done.stdout + done.stderr


@pytest.mark.slow
def test_all_of_it_runs_and_goes_on_where_it_stopped(tmp_path: Path) -> None:
    code, first, said = _run(tmp_path, "--only", "swiglu")
    assert (code, [row["part"] for row in first]) == (0, ["row"]), said
    code, every, said = _run(tmp_path, "--seconds", "3000")
    assert code == 0, said
    assert every[0] == first[0]
    assert {row["part"] for row in every} == {"card", "warm", "tests", "tune", "row", "model"}
    assert [row for row in every if "failure" in row or row.get("right") is False] == []
    assert _run(tmp_path, "--seconds", "0")[1] == every
    text = (tmp_path / "gpu.md").read_text(encoding="utf-8")
    assert "right (" in text
    assert "| swiglu" in text
    table = json.loads((tmp_path / "launches.json").read_text(encoding="utf-8"))
    assert set(table["cuda-90"]["launches"]) == {r["name"][5:] for r in every if r["part"] == "tune"}


class _Zeros(TorchFunctionMode):
    """
    Values that are asked for are 0, or 1 for the numbers of a draw.
    """

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = getattr(func, "__name__", "")
        if name == "tolist" and args[0].is_meta:
            return [1.0 if args[0].is_floating_point() else 0] * args[0].numel()
        if name == "pin_memory":
            return args[0]
        return func(*args, **kwargs or {})


@pytest.fixture
def shapes_only(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from kernels.triton_rows.kernel import rms_norm_kernel

    monkeypatch.setattr(type(rms_norm_kernel), "__getitem__", lambda *_: lambda *_, **__: None)
    for module in (dispatch, kernels):
        monkeypatch.setattr(module, "runs_triton", lambda x, dtype=torch.bfloat16: x.dtype == dtype)
    with torch.no_grad(), _Zeros():
        yield


# Neither is known without values or without a GPU.
UNKNOWN = ("tinygemm", "grouped_mm bf16")


@pytest.mark.usefixtures("shapes_only")
@pytest.mark.parametrize("name", [name for name, _ in rows(SHAPES_ONLY)])
def test_shapes_fit_at_real_sizes(name: str) -> None:
    row = dict(rows(SHAPES_ONLY))[name](SHAPES_ONLY)
    expected, actual = row.expected(), row.ours()
    assert actual[tuple(slice(0, n) for n in expected.shape)].shape == expected.shape
    assert row.num_bytes > 0
    for peer, make in row.peers.items():
        if peer not in UNKNOWN:
            make()()


@pytest.mark.usefixtures("shapes_only")
def test_the_sweep_fits_at_real_sizes() -> None:
    for target in (HOPPER, AMPERE, BLACKWELL, CDNA3):
        for operation in tune.operations(SHAPES_ONLY, target):
            runs = operation.make()
            assert all(run(operation.default()).numel() for run in runs)
            assert len(list(operation.neighbours())) >= 4
            for neighbour in operation.neighbours():
                assert all(run(neighbour).numel() for run in runs)


@pytest.mark.usefixtures("shapes_only")
@pytest.mark.parametrize("config", [models.kimi_vl, models.k25_slice], ids=["kimi_vl", "k25_slice"])
def test_models_fit_at_real_sizes(config: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from runtime.layers.moe import Int4Experts

    monkeypatch.setattr(Int4Experts, "_put_in_order", lambda *_, **__: True)
    found = models.measure(models.random_model(config(SHAPES_ONLY), SHAPES_ONLY), SHAPES_ONLY)
    assert {"prompt_tokens_per_s", "tokens_per_s_batch_1", "replayed_step_ms_batch_16"} <= set(found)


def test_a_sweep_takes_the_fastest_launch_that_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    config = int4_launch.TABLE["hopper", "few"]

    def run(launch: Any) -> torch.Tensor:
        if launch.num_warps == 8:
            raise RuntimeError("out of resource")
        return torch.zeros(4) if launch.block_rows == 128 else torch.ones(4)

    speed = {(64, 3): 10.0, (32, 3): 8.0, (128, 3): 1.0, (64, 2): 9.0, (32, 2): 7.0}
    monkeypatch.setattr(tune, "_mean", lambda _, launch, __: speed[launch.block_rows, launch.num_stages])
    operation = tune.Operation(
        name="int4_down",
        shape="few",
        default=lambda: config,
        choices={"block_rows": (32, 64, 128), "num_stages": (2, 3), "num_warps": (4, 8)},
        make=lambda: [run],
    )
    found = tune.sweep(operation, SHAPES_ONLY)
    assert (found["launch"]["block_rows"], found["launch"]["num_stages"], found["us"]) == (32, 2, 7.0)
    assert len(found["failed"]) == 2


def test_what_a_sweep_found_is_launched(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {}
    monkeypatch.setattr(launch_table, "table", lambda: found)
    wanted = dataclasses.replace(int4_launch.TABLE["hopper", "few"], block_rows=32)
    tune.use("int4_down few", dataclasses.asdict(wanted), HOPPER)
    assert int4_launch.choose(8, 384, HOPPER, "down") == wanted
    assert int4_launch.choose(8, 384, HOPPER) == int4_launch.TABLE["hopper", "few"]
    assert int4_launch.choose(8, 384, AMPERE, "down") == int4_launch.TABLE["ampere", "few"]
    row = {"name": "tune int4_down few", "part": "tune", "launch": dataclasses.asdict(wanted)}
    table = json.loads(launches({row["name"]: row}, "cuda-90"))
    assert table["cuda-90"]["launches"] == {"int4_down few": dataclasses.asdict(wanted)}


def test_the_committed_table_can_be_launched() -> None:
    for device, found in json.loads(launch_table.FILE.read_text(encoding="utf-8")).items():
        assert device.split("-")[0] in ("cuda", "hip")
        for key, fields in found["launches"].items():
            name, _, shape = key.partition(" ")
            CONFIGS[name](**fields)
            if name == "int4_down" and f"int4_gate_up {shape}" in found["launches"]:
                other = found["launches"][f"int4_gate_up {shape}"]
                assert [fields[k] for k in ("block_tokens", "finish_weights")] == [
                    other[k] for k in ("block_tokens", "finish_weights")
                ]


def test_a_report_without_a_card_says_so() -> None:
    assert "no device" in page({"card": {"part": "card", "failure": "no device"}})


def test_tensors_travel_to_a_launch_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from kernels.triton_rows.kernel import rms_norm_kernel

    kind = type(rms_norm_kernel)
    seen: list[int] = []
    original = kind.run

    def looking(self: Any, *args: Any, **named: Any) -> Any:
        seen.extend(value.data_ptr() for value in (*args, *named.values()) if isinstance(value, torch.Tensor))
        return original(self, *args, **named)

    monkeypatch.setattr(kind, "run", carried(looking, torch.device("cpu")))
    wide = torch.full((3, 2, 24), float("nan"))
    wide[..., 8:] = torch.randn(3, 2, 16, generator=torch.Generator().manual_seed(0))
    angles = torch.linspace(0, 1, 24).view(3, 8)
    expected = kernels.rotate_pairs(wide[..., 8:], angles.cos().unsqueeze(1), angles.sin().unsqueeze(1))
    triton_rows.rotate_pairs(wide[..., 8:], angles.cos(), angles.sin(), wide[..., 8:])
    assert torch.allclose(wide[..., 8:], expected, atol=1e-5)
    assert bool(wide[..., :8].isnan().all())
    assert len(seen) == 4
    # Read and written through one copy of the memory that they share, away from the original.
    assert seen[0] == seen[3] != wide[..., 8:].data_ptr()
