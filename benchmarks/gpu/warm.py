"""
Compiling ahead, in many processes: a kernel takes seconds of one core, and a sweep needs a hundred of them.

Each process launches its share once; what it compiles lies in Triton's cache on disk when the measurement comes.
"""

from __future__ import annotations

import contextlib
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from typing import Any

import torch

from benchmarks.gpu.place import Place
from benchmarks.gpu.rows import rows
from benchmarks.gpu.tune import operations
from kernels.target import target_of

WORKERS = 10
#: Launches of one process at a time.
SHARE = 4


def warm(place: Place, timeout_s: float) -> dict[str, Any]:
    """
    Launch every row and every neighbour of the sweep once.

    Args:
        place: Where.
        timeout_s: When to go on with what is there.

    Returns:
        How many launches were compiled, and seconds.
    """
    target = target_of(torch.empty(0, device=place.device))
    found = operations(place, target)
    jobs = [("row", name, 0) for name, _ in rows(place)]
    for operation in found:
        jobs += [("tune", operation.key, place_) for place_, _ in enumerate(operation.neighbours())]
    if place.tiny:
        jobs = [jobs[0], jobs[-1]]
        return {"jobs": len(jobs), "done": sum(_launch(place, job) for job in jobs)}
    shares = [jobs[start : start + SHARE] for start in range(0, len(jobs), SHARE)]
    begun, done = time.perf_counter(), 0
    pool = ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"))
    try:
        waiting = [pool.submit(_launch_all, place, share) for share in shares]
        with contextlib.suppress(TimeoutError):
            for future in as_completed(waiting, timeout=timeout_s):
                done += future.result()
    finally:
        for process in list(pool._processes.values()):
            process.terminate()
        pool.shutdown(wait=False, cancel_futures=True)
    return {"jobs": len(jobs), "done": done, "seconds": time.perf_counter() - begun}


def _launch_all(place: Place, share: list[tuple[str, str, int]]) -> int:
    with torch.no_grad():
        return sum(_launch(place, job) for job in share)


def _launch(place: Place, job: tuple[str, str, int]) -> bool:
    """
    One launch; whatever goes wrong will be told when it is measured.
    """
    kind, name, number = job
    try:
        if kind == "row":
            dict(rows(place))[name](place).ours()
        else:
            target = target_of(torch.empty(0, device=place.device))
            operation = next(o for o in operations(place, target) if o.key == name)
            config = list(operation.neighbours())[number]
            for run in operation.make():
                run(config)
        place.wait()
    except Exception:
        return False
    finally:
        place.release()
    return True
