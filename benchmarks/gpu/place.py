"""
Where and how large things are measured: the card at real sizes, or tiny ones on the CPU to try the measuring itself.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

#: Rounds of which the median counts, and about how long one candidate may take in all.
ROUNDS = 20
SECONDS = 0.4
#: Larger than any card's last-level cache.
FLUSH_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Place:
    """
    Args:
        device: Where tensors lie; tiny sizes everywhere but on a GPU.
        dtype: What is computed in.
    """

    device: torch.device
    dtype: torch.dtype

    @classmethod
    def of(cls, *, dry: bool) -> Place:
        """
        The GPU, or for a dry run the CPU, whose interpreter knows no bf16.
        """
        if dry:
            return cls(torch.device("cpu"), torch.float32)
        return cls(torch.device("cuda", 0), torch.bfloat16)

    @property
    def tiny(self) -> bool:
        """
        Whether sizes are those of a dry run.
        """
        return self.device.type == "cpu"

    def normal(self, *shape: int, dtype: torch.dtype | None = None) -> torch.Tensor:
        """
        Numbers of spread 1.
        """
        return torch.randn(*shape, device=self.device, dtype=dtype or self.dtype)

    def microseconds(self, run: Callable[[], object], *, rounds: int = ROUNDS, seconds: float = SECONDS) -> float:
        """
        The median of replays of a captured graph (launch gaps stay out); the cache is overwritten in between.

        Args:
            run: What is timed.
            rounds: At most.
            seconds: About, for all rounds.
        """
        if self.device.type != "cuda":
            begun = time.perf_counter()
            run()
            return 1e6 * (time.perf_counter() - begun)
        for _ in range(2):
            run()
        torch.cuda.synchronize()
        replay = captured(run) or run
        flush = torch.empty(FLUSH_BYTES, dtype=torch.uint8, device=self.device)
        times: list[float] = []
        begun = time.perf_counter()
        while len(times) < 3 or (len(times) < rounds and time.perf_counter() - begun < seconds):
            flush.zero_()
            start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
            start.record()
            replay()
            end.record()
            end.synchronize()
            times.append(1000 * start.elapsed_time(end))
        return statistics.median(times)

    def wait(self) -> None:
        """
        Until everything launched is done.
        """
        if self.device.type == "cuda":
            torch.cuda.synchronize()

    def release(self) -> None:
        """
        Give back what the last measurement held.
        """
        if self.device.type == "cuda":
            torch.cuda.empty_cache()


def captured(run: Callable[[], object]) -> Callable[[], object] | None:
    """
    The replay of a graph of what ``run`` launches; None where it waits for the host and cannot be captured.
    """
    try:
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            run()
    except Exception:  # torch raises many kinds here; such forms are timed as they are
        torch.cuda.synchronize()
        return None
    return graph.replay
