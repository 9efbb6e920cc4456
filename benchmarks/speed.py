"""
Speed of the whole road: ``python -m benchmarks.speed`` runs the program on a card and on a page as a user would.

Reported, never judged: wall time from the start of the process, time by station, peak memory of all its processes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import describe
from vision_code.render import Browser

PAGES = Path(__file__).with_name("speed_pages")
RESULTS = Path(__file__).with_name("results")

#: Name, viewport; `card` and `page` are the sizes that the project sets itself bars for.
SHOTS = {"card": (640, 480), "page": (1920, 1700)}

_SAMPLE_S = 0.05


@dataclass(slots=True)
class Memory:
    """
    Peak memory of a process and all below it, sampled while it runs.

    Attributes:
        peak_mib: Highest sum of the resident sets, Chromium left out (shared pages count in each process).
        browser_peak_mib: Highest sum of Chromium's proportional sets.
    """

    pid: int
    peak_mib: float = 0.0
    browser_peak_mib: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def watch(self) -> None:
        while not self._stop.wait(_SAMPLE_S):
            ours, browser = _resident_mib(self.pid)
            self.peak_mib = max(self.peak_mib, ours)
            self.browser_peak_mib = max(self.browser_peak_mib, browser)

    def stop(self) -> None:
        self._stop.set()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", help="repeatable (default: none, embedded)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each; the best and the median are reported")
    parser.add_argument("--save", action="store_true", help="write results/speed-<date>.json and .md")
    args = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as folder:
        shots = _draw_shots(Path(folder))
        for engine in args.engine or ["none", "embedded"]:
            for name, shot in shots.items():
                row = {"shot": name, "engine": engine, **measure(shot, engine, args.runs)}
                rows.append(row)
                print(json.dumps(row), flush=True)
    text = markdown(rows)
    print(text)
    if args.save:
        RESULTS.mkdir(exist_ok=True)
        stem = RESULTS / f"speed-{time.strftime('%Y-%m-%d')}"
        stem.with_suffix(".json").write_text(json.dumps({"machine": describe(), "rows": rows}, indent=1) + "\n")
        stem.with_suffix(".md").write_text(text)
    return 1 if any("error" in row for row in rows) else 0


def _draw_shots(folder: Path) -> dict[str, Path]:
    """
    Screenshots of our own two pages.
    """
    from PIL import Image

    shots = {}
    with Browser() as browser:
        for name, (width, height) in SHOTS.items():
            rendering = browser.render(PAGES / f"{name}.html", width_px=width, height_px=height)
            shots[name] = folder / f"{name}.png"
            Image.fromarray(rendering.pixels[:height]).save(shots[name])
    return shots


def measure(shot: Path, engine: str, runs: int) -> dict[str, Any]:
    """
    Run ``vision-code component`` on one picture several times in fresh processes.

    Returns:
        Best and median wall seconds, seconds by station of the best run, peak memory; or ``error``.
    """
    results = [_run(shot, engine) for _ in range(runs)]
    failed = next((result for result in results if "error" in result), None)
    if failed:
        return failed
    ordered = sorted(results, key=lambda result: result["wall_s"])
    return {
        "wall_s": ordered[0]["wall_s"],
        "wall_median_s": ordered[len(ordered) // 2]["wall_s"],
        "stations_s": ordered[0]["stations_s"],
        "fidelity": ordered[0]["fidelity"],
        "peak_mib": max(result["peak_mib"] for result in results),
        "browser_peak_mib": max(result["browser_peak_mib"] for result in results),
    }


def _run(shot: Path, engine: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="bench-speed-") as folder:
        program = [sys.executable, "-m", "vision_code", "component", str(shot), "--engine", engine]
        command = [*program, "-o", str(Path(folder) / "index.html"), "--json"]
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        memory = Memory(process.pid)
        watcher = threading.Thread(target=memory.watch)
        watcher.start()
        try:
            out, err = process.communicate(timeout=300)
        finally:
            memory.stop()
            watcher.join()
        wall = time.monotonic() - started
    if process.returncode:
        return {"error": (err.strip() or out.strip()).splitlines()[-1]}
    answer = json.loads(out)
    return {
        "wall_s": round(wall, 2),
        "stations_s": answer["seconds"],
        "fidelity": answer["fidelity"] and round(answer["fidelity"]["mean"], 3),
        "peak_mib": round(memory.peak_mib),
        "browser_peak_mib": round(memory.browser_peak_mib),
    }


def _resident_mib(root: int) -> tuple[float, float]:
    """
    Memory of the process tree below ``root``: resident sets of ours, proportional sets of the browser's, MiB.
    """
    ours = browser = 0.0
    for pid in _tree(root):
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
            if name.startswith(("chrom", "node", "msedge")):
                browser += _kib(pid, "smaps_rollup", "Pss:")
            else:
                ours += _kib(pid, "status", "VmRSS:")
        except OSError:  # it ended meanwhile
            continue
    return ours / 1024, browser / 1024


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:  # grows while it is walked
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        except OSError:
            continue
    return found


def _kib(pid: int, file: str, key: str) -> float:
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(key):
            return float(line.split()[1])
    return 0.0


def markdown(rows: list[dict[str, Any]]) -> str:
    """
    The rows as a table.
    """
    head = ["shot", "engine", "wall s", "median s", "peak MiB", "browser MiB", "fidelity", "by station, s"]
    lines = [head, ["---"] * len(head)]
    for row in rows:
        if "error" in row:
            lines.append([row["shot"], row["engine"], row["error"], *[""] * 5])
            continue
        stations = ", ".join(f"{name} {seconds:.2f}" for name, seconds in row["stations_s"].items())
        numbers = (row["wall_s"], row["wall_median_s"], row["peak_mib"], row["browser_peak_mib"], row["fidelity"])
        lines.append([row["shot"], row["engine"], *map(str, numbers), stations])
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    facts = ", ".join(f"{key} {value}" for key, value in describe().items())
    return f"# Speed of `vision-code component`\n\n{facts}\n\n{table}\n"


if __name__ == "__main__":
    sys.exit(main())
