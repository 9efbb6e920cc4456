"""
``python -m benchmarks.gpu --out DIR``: all that a few minutes on a GPU can teach, right first, then fast.

In this order: the card's own ceilings; everything compiled, in many processes; the kernels' tests, compiled; a sweep
that writes ``DIR/launches.json`` (to be put in place of ``kernels/launches.json``); each kernel at real sizes beside
its floor and the best PyTorch forms; whole models. Each part is kept in ``DIR/gpu.jsonl`` as soon as it is done and
``DIR/gpu.md`` is written again: a run that was cut off goes on where it stopped, and what fails hides nothing else.
``--dry-run`` tries all of it at tiny sizes in Triton's interpreter, without a GPU.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

#: Seconds after which nothing new is begun.
SECONDS = 450
COPY_BYTES = 2 * 2**30
PRODUCT = 8192

Part = tuple[str, str, Callable[[float], dict[str, Any]]]


class Log:
    """
    What is done, by name, kept on disk line by line.

    Args:
        folder: Of the report.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._file = folder / "gpu.jsonl"
        self.done: dict[str, dict[str, Any]] = {}
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                # The last line may have been cut off with the run.
                if line.endswith("}"):
                    row = json.loads(line)
                    self.done[row["name"]] = row

    def add(self, row: dict[str, Any]) -> None:
        """
        Keep a row and write the report again.
        """
        self.done[row["name"]] = row
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")
        self.write()
        print(json.dumps({k: v for k, v in row.items() if k != "said"})[:600], flush=True)

    def write(self) -> None:
        """
        ``gpu.md`` of what there is.
        """
        from benchmarks.gpu.report import page

        (self._folder / "gpu.md").write_text(page(self.done), encoding="utf-8")


def main() -> int:
    """
    0 when all results are right, 1 when one is wrong or failed, 2 without a GPU.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")
    parser.add_argument("--only", default="", help="part of a row's name")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="after which nothing new is begun")
    parser.add_argument("--dry-run", action="store_true", help="tiny sizes in the interpreter")
    wanted = parser.parse_args()
    if wanted.dry_run:
        # Triton reads it when it is first imported.
        os.environ["TRITON_INTERPRET"] = "1"
    import torch

    from benchmarks.gpu.place import Place
    from benchmarks.gpu.report import launches
    from kernels.launch_table import device_key
    from kernels.target import target_of

    if not wanted.dry_run and not torch.cuda.is_available():
        print("no GPU here: python -m benchmarks.binaries reads the kernels without one", file=sys.stderr)
        return 2
    end = time.monotonic() + wanted.seconds
    torch.manual_seed(0)
    place, log = Place.of(dry=wanted.dry_run), Log(wanted.out)
    if wanted.dry_run:
        _take_kernels()
    target = target_of(torch.empty(0, device=place.device))
    with torch.no_grad():
        for part, name, measure in _parts(place):
            left = end - time.monotonic()
            if wanted.only in name and name not in log.done and left > 0:
                log.add({"name": name, "part": part, **_guarded(measure, left)})
                place.release()
            _use(log.done.get(name, {}), place)
    (wanted.out / "launches.json").write_text(launches(log.done, device_key(target)), encoding="utf-8")
    log.write()
    return 1 if any("failure" in row or row.get("right") is False for row in log.done.values()) else 0


def _take_kernels() -> None:
    """
    Send a CPU's tensors to the kernels, too, for a dry run of whole models.
    """
    import kernels
    from kernels import dispatch
    from kernels.target import reference_only

    for module in (kernels, dispatch):
        module.runs_triton = lambda *_: not reference_only()  # type: ignore[attr-defined]


def _parts(place: Any) -> Iterator[Part]:
    """
    Kind, name and measurement (given the seconds left) of everything, in order.
    """
    import torch

    from benchmarks.gpu import models
    from benchmarks.gpu.correctness import run_tests
    from benchmarks.gpu.rows import rows
    from benchmarks.gpu.tune import operations, sweep
    from benchmarks.gpu.warm import warm
    from kernels.target import target_of

    yield "card", "card", lambda _: _card(place)
    yield "warm", "warm", lambda left: warm(place, min(left / 3, 120))
    yield "tests", "tests", lambda left: run_tests(min(left / 2, 150), dry=place.tiny)
    for operation in operations(place, target_of(torch.empty(0, device=place.device))):
        yield "tune", f"tune {operation.key}", lambda _, o=operation: sweep(o, place)
    for name, make in rows(place):
        yield "row", name, partial(_row, place, make)
    for name, config in (("Kimi-VL", models.kimi_vl), ("a layer of K2.5", models.k25_slice)):
        yield "model", name, partial(_model, place, config)


def _guarded(measure: Callable[[float], dict[str, Any]], left: float) -> dict[str, Any]:
    begun = time.monotonic()
    try:
        found = measure(left)
    except Exception:  # one part that fails must not hide the others
        found = {"failure": traceback.format_exc(limit=-4)[-1500:]}
    return {**found, "took_s": round(time.monotonic() - begun, 1)}


def _use(row: dict[str, Any], place: Any) -> None:
    """
    What is measured after a sweep runs with what it found.
    """
    import torch

    from benchmarks.gpu.tune import use
    from kernels.target import target_of

    if "launch" in row:
        use(row["name"].removeprefix("tune "), row["launch"], target_of(torch.empty(0, device=place.device)))


def _card(place: Any) -> dict[str, Any]:
    import torch
    import triton

    size, side = (COPY_BYTES, PRODUCT) if not place.tiny else (4096, 16)
    source = torch.empty(size, dtype=torch.uint8, device=place.device).random_()
    to = torch.empty_like(source)
    copy = place.microseconds(lambda: to.copy_(source))
    a, b = (place.normal(side, side) for _ in range(2))
    product = place.microseconds(lambda: a @ b)
    return {
        "card": torch.cuda.get_device_name() if not place.tiny else "dry run",
        "torch": torch.__version__,
        "triton": triton.__version__,
        "date": time.strftime("%Y-%m-%d"),
        "bytes_per_s": 2 * size / copy * 1e6,
        "flops_per_s": 2 * side**3 / product * 1e6,
    }


def _row(place: Any, make: Callable[[Any], Any], _: float) -> dict[str, Any]:
    from benchmarks.gpu.rows import TOLERANCE, errors

    row = make(place)
    worst, mean = errors(row)
    found: dict[str, Any] = {"bytes": row.num_bytes, "flops": row.flops, "max_error": worst, "rms_error": mean}
    found |= {"right": mean <= TOLERANCE, "us": place.microseconds(row.ours), "peers": {}}
    for name, peer in row.peers.items():
        try:
            found["peers"][name] = place.microseconds(peer())
        except Exception as failure:  # a peer that this version lacks is told, not fatal
            found["peers"][name] = None
            found[f"{name} said"] = repr(failure)[:300]
    return found


def _model(place: Any, config: Callable[[Any], Any], left: float) -> dict[str, Any]:
    from benchmarks.gpu import models

    begun = time.monotonic()
    model = models.random_model(config(place), place)
    found: dict[str, Any] = models.measure(model, place)
    if time.monotonic() - begun < left / 2:
        try:
            found |= models.measure_plain(model, place)
        except Exception as failure:  # the peer must not cost the measurement
            found["plain failure"] = repr(failure)[:300]
    return found


if __name__ == "__main__":
    sys.exit(main())
