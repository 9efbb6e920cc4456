"""
The engine's own process: reads requests from stdin, answers on stdout, dies with its parent.

Started by :mod:`runtime.client`. torch is imported by the main thread only after the pipe is served, so that cancels
and the parent's end are noticed while the model loads.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import queue
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from runtime import wire
from runtime.api import GenerateRequest
from runtime.errors import EngineError
from runtime.torch_start import import_torch

if TYPE_CHECKING:
    from runtime.engine import Engine

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1
HEARTBEAT_S = 5.0
MAX_WAITING = 8

Call = tuple[int, bool, list[GenerateRequest]]
"""
Number, whether every chunk is wanted, and what is asked.
"""


def main(arguments: list[str]) -> None:
    """
    Serve one checkpoint until the pipe closes.

    Args:
        arguments: Checkpoint folder, device, dtype (``auto``, ``float32`` or ``bfloat16``).
    """
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle; it closes the pipe.
    _die_with(parent)
    # The channel is a copy of stdout; whatever prints goes to stderr and cannot break a frame.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    worker = Worker(sys.stdin.buffer, channel)
    worker.serve(Path(arguments[0]), arguments[1], arguments[2])


def _die_with(parent: int) -> None:
    """
    Ask the kernel for a signal when the parent ends; the pipe's end says the same, unless someone else holds it open.
    """

    def check(*_: object) -> None:
        # Linux sends the signal also when only the thread that started us ends.
        if os.getppid() != parent:
            os._exit(0)

    if sys.platform == "linux":
        signal.signal(signal.SIGUSR1, check)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1)
        check()


class Worker:
    """
    Answers calls in order; cancels overtake them.

    Args:
        source: Frames from the parent.
        channel: Frames to the parent.
    """

    def __init__(self, source: BinaryIO, channel: BinaryIO) -> None:
        self._source = source
        self._channel = channel
        self._sending = threading.Lock()
        self._calls: queue.Queue[Call] = queue.Queue()
        self._cancelled: set[str] = set()
        self._engine: Engine | None = None

    def serve(self, folder: Path, device: str, dtype: str) -> None:
        """
        Load, then answer until the process ends.
        """
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        try:
            self._engine = _load(folder, device, dtype)
        except Exception as error:
            self._send_error(None, error)
            return
        self._send({"op": "ready"})
        while True:
            self._answer(self._engine, *self._calls.get())

    def _read(self) -> None:
        try:
            while True:
                header, blobs = wire.read_frame(self._source)
                if header["op"] == "generate":
                    self._enqueue(header, blobs)
                elif header["op"] == "cancel":
                    self._cancel(str(header["request_id"]))
        finally:
            # Without a parent there is nobody to answer: leave at once, also in the middle of a step.
            os._exit(0)

    def _enqueue(self, header: wire.Header, blobs: list[bytes]) -> None:
        number = cast("int", header["call"])
        if self._calls.qsize() >= MAX_WAITING:
            message = f"{MAX_WAITING} waiting"
            self._send(
                {"op": "error", "call": number, "kind": "engine.busy", "message": message, "exit": 8, "retry": True}
            )
            return
        requests = wire.unpack_requests(cast("list[wire.Header]", header["requests"]), blobs)
        self._calls.put((number, bool(header["stream"]), requests))

    def _cancel(self, request_id: str) -> None:
        self._cancelled.add(request_id)
        if self._engine is not None:
            self._engine.cancel(request_id)

    def _beat(self) -> None:
        while True:
            threading.Event().wait(HEARTBEAT_S)
            self._send({"op": "alive"})

    def _answer(self, engine: Engine, number: int, every: bool, requests: list[GenerateRequest]) -> None:
        try:
            chunks = engine.stream(requests)
            for request in requests:
                if request.request_id in self._cancelled:
                    engine.cancel(request.request_id)
            for chunk in chunks:
                if every or chunk.done is not None:
                    self._send({"op": "chunk", "call": number, **wire.pack_chunk(chunk)})
        except Exception as error:
            self._send_error(number, error)
            return
        finally:
            self._cancelled -= {request.request_id for request in requests if request.request_id}
        self._send({"op": "end", "call": number})

    def _send_error(self, number: int | None, error: Exception) -> None:
        if isinstance(error, EngineError):
            kind, message, code, retry = error.kind, error.message, error.exit_code, error.retry
        elif isinstance(error, MemoryError):
            kind, message, code, retry = "memory.host", "the allocation failed", 7, True
        else:
            logger.error("engine failed", exc_info=error)
            kind, message, code, retry = "engine.failed", type(error).__name__, 8, False
        self._send({"op": "error", "call": number, "kind": kind, "message": message, "exit": code, "retry": retry})

    def _send(self, header: wire.Header) -> None:
        try:
            with self._sending:
                wire.write_frame(self._channel, header)
        except wire.BrokenPipe:
            os._exit(0)


def _load(folder: Path, device: str, dtype: str) -> Engine:
    gc.disable()  # a tenth of the time would go into looking for cycles among what torch and the model make for good
    import_torch()
    import torch

    from runtime.engine import Engine
    from runtime.model import load

    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(_num_cores())
    engine = Engine(load(folder, device, dtype))
    gc.freeze()
    gc.enable()
    return engine


def _num_cores() -> int:
    """
    Cores this process may use: its affinity, bounded by a control group's quota.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = Path("/sys/fs/cgroup/cpu.max")
    if quota.exists():
        limit, period = quota.read_text().split()
        if limit.isdigit():
            cores = min(cores, max(1, round(int(limit) / int(period))))
    return cores
