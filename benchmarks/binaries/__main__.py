"""
``python -m benchmarks.binaries [--target T]... [--case NAME]... [--save]``: compile every kernel for GPUs that are not
there, print what their binaries cost, and fail when one spills, does not fit, or rose above its committed budget.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from multiprocessing import get_context

from benchmarks.binaries import budget
from benchmarks.binaries.cases import cases
from benchmarks.binaries.compile import TARGETS, Binary, compile_case

#: Compilers that run at the same time.
WORKERS = 2


def main() -> int:
    """
    0 when all budgets hold, 1 when one does not.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="default: all")
    parser.add_argument("--case", action="append", help="part of a case's name; default: all")
    parser.add_argument("--save", action="store_true", help="commit these numbers as the budget")
    wanted = parser.parse_args()
    # The interpreter's functions cannot be compiled.
    os.environ.pop("TRITON_INTERPRET", None)
    import triton

    jobs = [
        (case.name, target)
        for target in wanted.target or TARGETS
        for case in cases(target)
        if not wanted.case or any(part in case.name for part in wanted.case)
    ]
    committed = budget.load()
    known = committed.get("targets", {}) if committed.get("triton") == triton.__version__ else {}
    wrong: list[str] = []
    rows: dict[str, dict[str, dict[str, object]]] = {}
    with get_context("fork").Pool(WORKERS) as pool:
        for name, target, binary, error, seconds in pool.imap(_compile, jobs):
            if binary is None:
                wrong.append(f"{name} on {target} does not compile: {error}")
                continue
            case = next(case for case in cases(target) if case.name == name)
            allowed = None if wanted.save else known.get(target, {}).get(name)
            wrong += budget.findings(case, target, binary, allowed)
            rows.setdefault(target, {})[name] = budget.numbers(binary)
            print(_line(name, target, binary, seconds), flush=True)
    for finding in wrong:
        print(f"WRONG {finding}", file=sys.stderr)
    if wanted.save:
        budget.save(triton.__version__, rows)
    return 1 if wrong else 0


def _compile(job: tuple[str, str]) -> tuple[str, str, Binary | None, str, float]:
    name, target = job
    case = next(case for case in cases(target) if case.name == name)
    start = time.perf_counter()
    try:
        return name, target, compile_case(case, target), "", time.perf_counter() - start
    except Exception as error:  # any failure of the compiler is a finding of its own
        return name, target, None, repr(error)[:2000], time.perf_counter() - start


def _line(name: str, target: str, binary: Binary, seconds: float) -> str:
    matrix = f"{binary.matrix} {binary.matrix_kind}" if binary.matrix else "-"
    cost = f"{binary.per_weight:5.2f}/weight" if binary.per_weight else " " * 12
    return (
        f"{target:7} {name:24} {binary.registers:3} registers {binary.spills:3} spilled"
        f" {binary.shared_bytes:7} B shared  loop {binary.loop:4} {cost}  {matrix:9} {seconds:5.1f} s"
    )


if __name__ == "__main__":
    sys.exit(main())
