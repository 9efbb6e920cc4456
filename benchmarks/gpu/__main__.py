"""
``python -m benchmarks.gpu --out DIR``: every Triton kernel on the GPU of this machine, right first, then timed.

The report (``DIR/gpu.md``, ``DIR/gpu.jsonl``) sets each time beside the floor that the card's own measured copy
bandwidth and matrix rate allow, and beside the best PyTorch form. A run that was cut off goes on where it stopped.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.gpu.rows import TOLERANCE, error, rows

#: Rounds of which the median counts, and about how long one candidate may take in all.
ROUNDS = 20
SECONDS = 1.0
COPY_BYTES = 2 * 2**30
PRODUCT = 8192


def main() -> int:
    """
    0 when all results are right, 1 when one is wrong, 2 without a GPU.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder of the report")
    parser.add_argument("--only", default="", help="part of a row's name")
    wanted = parser.parse_args()
    if not torch.cuda.is_available():
        print("no GPU here: python -m benchmarks.binaries reads the kernels without one", file=sys.stderr)
        return 2
    wanted.out.mkdir(parents=True, exist_ok=True)
    log = wanted.out / "gpu.jsonl"
    done = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    names = {row["name"] for row in done}
    torch.manual_seed(0)
    with torch.no_grad(), log.open("a") as file:
        for name, measure in (("card", _card), *((None, make) for make in rows())):
            if name in names:
                continue
            found = _measured(measure, names, wanted.only) if name is None else measure()
            if found is not None:
                done.append(found)
                file.write(json.dumps(found) + "\n")
                file.flush()
                print(found, flush=True)
    (wanted.out / "gpu.md").write_text(_report(done), encoding="utf-8")
    return 1 if any(not row.get("right", True) for row in done) else 0


def _measured(make: Callable[[], Any], names: set[str], only: str) -> dict[str, Any] | None:
    row = make()
    if row.name in names or only not in row.name:
        return None
    found: dict[str, Any] = {"name": row.name, "bytes": row.num_bytes, "flops": row.flops}
    try:
        found["error"] = error(row)
        found["right"] = found["error"] <= TOLERANCE
        found["ours_us"] = _microseconds(row.ours)
        found["peer_us"] = _microseconds(row.peer) if row.peer else None
    except Exception as failure:  # one kernel that fails must not hide the others
        found |= {"right": False, "failure": repr(failure)[:500]}
    torch.cuda.empty_cache()
    return found


def _card() -> dict[str, Any]:
    source = torch.empty(COPY_BYTES, dtype=torch.uint8, device="cuda").random_()
    target = torch.empty_like(source)
    copy = _microseconds(lambda: target.copy_(source))
    a, b = (torch.randn(PRODUCT, PRODUCT, dtype=torch.bfloat16, device="cuda") for _ in range(2))
    product = _microseconds(lambda: a @ b)
    import triton

    return {
        "name": "card",
        "card": torch.cuda.get_device_name(),
        "torch": torch.__version__,
        "triton": triton.__version__,
        "date": time.strftime("%Y-%m-%d"),
        "bytes_per_s": 2 * COPY_BYTES / copy * 1e6,
        "flops_per_s": 2 * PRODUCT**3 / product * 1e6,
    }


def _microseconds(run: Callable[[], object]) -> float:
    """
    The median of replays of a captured graph (launch gaps stay out); a cache-sized buffer is overwritten in between.
    """
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    replay: Callable[[], object] = run
    try:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            run()
        replay = graph.replay
    except Exception:  # forms that wait for the host cannot be captured; they are timed as they are
        torch.cuda.synchronize()
    flush = torch.empty(256 * 2**20, dtype=torch.uint8, device="cuda")
    times: list[float] = []
    begun = time.perf_counter()
    while len(times) < 3 or (len(times) < ROUNDS and time.perf_counter() - begun < SECONDS):
        flush.zero_()
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        replay()
        end.record()
        end.synchronize()
        times.append(1000 * start.elapsed_time(end))
    return statistics.median(times)


def _report(done: list[dict[str, Any]]) -> str:
    card = next(row for row in done if row["name"] == "card")
    lines = [
        f"{card['card']}, torch {card['torch']}, Triton {card['triton']}, {card['date']}.",
        f"Measured ceilings: copy {card['bytes_per_s'] / 1e12:.2f} TB/s, bf16 product"
        f" {card['flops_per_s'] / 1e12:.0f} TFLOP/s.",
        "",
        "| kernel | error | us | TB/s | TFLOP/s | share of ceiling | PyTorch us |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in done:
        if row["name"] == "card":
            continue
        if "ours_us" not in row:
            lines.append(f"| {row['name']} | {row.get('failure', 'wrong')} | | | | | |")
            continue
        seconds = row["ours_us"] / 1e6
        floor = max(row["bytes"] / card["bytes_per_s"], row["flops"] / card["flops_per_s"])
        peer = f"{row['peer_us']:.1f}" if row.get("peer_us") else "-"
        wrong = "" if row["right"] else " WRONG"
        lines.append(
            f"| {row['name']} | {row['error']:.1e}{wrong} | {row['ours_us']:.1f} | {row['bytes'] / seconds / 1e12:.2f}"
            f" | {row['flops'] / seconds / 1e12:.1f} | {floor / seconds:.2f} | {peer} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
