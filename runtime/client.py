"""
An engine in a child process: the same Protocol over a pipe; torch-free.
"""

from __future__ import annotations

import atexit
import contextlib
import itertools
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast

from runtime import wire
from runtime.api import Engine, GenerateRequest, Generation, TokenChunk
from runtime.errors import CheckpointError, EngineError, EngineUnavailable, from_kind

# The worker beats every 5 s from a thread of its own, also while it loads or computes.
SILENCE_LIMIT_S = 30.0
CLOSE_WAIT_S = 2.0
# A worker that dies this often within the window is not started again.
MAX_DEATHS = 5
DEATH_WINDOW_S = 300.0
# OpenMP threads that spin while they wait fight everything else on the machine: the same batch took 33 s spinning and
# 3 s sleeping, with two threads on two busy cores; on idle ones sleeping costs about a fifth more CPU time.
PASSIVE_WAIT = {"OMP_WAIT_POLICY": "PASSIVE"}
ENTRY = "import sys; sys.path.insert(0, sys.argv[1]); from runtime.worker import main; main(sys.argv[2:])"

Dtype = Literal["auto", "float32", "bfloat16"]


class WorkerEngine(Engine):
    """
    Owns a child process that holds one model. Starting does not wait: the child loads while the caller goes on.

    Args:
        path: Checkpoint folder.
        device: As torch spells it.
        dtype: To compute in; ``auto`` takes what a short probe finds fastest.
    """

    def __init__(self, path: Path, *, device: str = "cpu", dtype: Dtype = "auto") -> None:
        self._arguments = [str(path), device, dtype]
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._deaths: list[float] = []
        self._closed = False
        self._child = _Child(self._arguments)
        atexit.register(self.close)

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests as one batch; waits for the model to load.

        Raises:
            EngineError: What the child raised; ``engine.restarting`` (retry) when it died, ``engine.closed``.
        """
        done = {chunk.index: chunk.done for chunk in self._call(requests, every=False) if chunk.done is not None}
        return [done[index] for index in range(len(requests))]

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, step by step; closing the iterator cancels what is under way.
        """
        return self._call(requests, every=True)

    def cancel(self, request_id: str) -> None:
        """
        End a request within one step; its answer so far comes back as cancelled. Unknown ids are ignored.
        """
        with contextlib.suppress(wire.BrokenPipe):
            self._child.send({"op": "cancel", "request_id": request_id})

    def close(self) -> None:
        """
        End the child; calls under way raise.
        """
        atexit.unregister(self.close)
        with self._lock:
            self._closed = True
            self._child.end()

    @property
    def pid(self) -> int:
        """
        Process id of the current child.
        """
        return self._child.process.pid

    def _call(self, requests: Sequence[GenerateRequest], *, every: bool) -> Iterator[TokenChunk]:
        number = next(self._numbers)
        named = [r if r.request_id else replace(r, request_id=f"call-{number}.{i}") for i, r in enumerate(requests)]
        child = self._running()
        answers = child.open(number)
        finished = False
        try:
            headers, blobs = wire.pack_requests(named)
            with contextlib.suppress(wire.BrokenPipe):
                child.send({"op": "generate", "call": number, "stream": every, "requests": headers}, blobs)
            yield from child.chunks(answers)
            finished = True
        except EngineError:
            finished = True
            raise
        finally:
            child.forget(number)
            if not finished:
                for request in named:
                    self.cancel(str(request.request_id))

    def _running(self) -> _Child:
        """
        The child, started anew when the last one died.
        """
        with self._lock:
            if self._closed:
                raise EngineUnavailable("engine.closed", "the engine was closed")
            if self._child.died_working:
                now = time.monotonic()
                self._deaths = [t for t in self._deaths if now - t < DEATH_WINDOW_S] + [now]
                if len(self._deaths) >= MAX_DEATHS:
                    raise EngineUnavailable("engine.failed", f"the worker ended {MAX_DEATHS} times in 5 minutes")
                self._child.end()
                self._child = _Child(self._arguments)
            return self._child


class _Child:
    """
    One run of the worker process and the thread that sorts its answers.

    Args:
        arguments: Of :func:`runtime.worker.main`.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        # -P: the current folder may hold someone else's `runtime` or `kernels`.
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", ENTRY, root, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=PASSIVE_WAIT | os.environ,
        )
        self._answers: dict[int, queue.Queue[wire.Header]] = {}
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._ready = False
        self._final: EngineError | None = None
        self._heard = time.monotonic()
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def died_working(self) -> bool:
        """
        Whether the process is gone although the checkpoint was good.
        """
        return self._final is not None and self._final.retry

    def open(self, number: int) -> queue.Queue[wire.Header]:
        """
        A place for the answers of one call.
        """
        with self._lock:
            self._answers[number] = queue.Queue()
            return self._answers[number]

    def forget(self, number: int) -> None:
        """
        Drop whatever still comes for a call.
        """
        with self._lock:
            self._answers.pop(number, None)

    def send(self, header: wire.Header, blobs: Sequence[bytes] = ()) -> None:
        """
        Send one frame.

        Raises:
            BrokenPipe: The process is gone.
        """
        assert self.process.stdin is not None
        with self._sending:
            wire.write_frame(self.process.stdin, header, blobs)  # type: ignore[arg-type]

    def chunks(self, answers: queue.Queue[wire.Header]) -> Iterator[TokenChunk]:
        """
        The answers of one call until its end.

        Raises:
            EngineError: Of the call, or of the process.
        """
        while True:
            try:
                header = answers.get(timeout=0.1)
            except queue.Empty:
                if self._final is not None and answers.empty():
                    raise self._final from None
                if time.monotonic() - self._heard > SILENCE_LIMIT_S:
                    self.process.kill()
                continue
            if header["op"] == "end":
                return
            if header["op"] == "error":
                raise _error(header)
            yield wire.unpack_chunk(header)

    def end(self) -> None:
        """
        Close the pipe, wait shortly, kill.
        """
        self._final = self._final or EngineUnavailable("engine.closed", "the engine was closed")
        assert self.process.stdin is not None
        with contextlib.suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(CLOSE_WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        stream = self.process.stdout
        try:
            while True:
                header, _ = wire.read_frame(stream)  # type: ignore[arg-type]
                self._heard = time.monotonic()
                if header["op"] == "ready":
                    self._ready = True
                elif header["op"] == "error" and header["call"] is None:
                    self._final = _error(header)
                elif header["op"] != "alive":
                    with self._lock:
                        target = self._answers.get(cast("int", header["call"]))
                    if target is not None:
                        target.put(header)
        except wire.BrokenPipe:
            self._final = self._final or self._obituary(self.process.wait())
        finally:
            stream.close()

    def _obituary(self, code: int) -> EngineError:
        how = f"worker ended by signal {-code}" if code < 0 else f"worker ended with code {code}"
        if not self._ready and -code == signal.SIGBUS:
            return CheckpointError("checkpoint.io", how)
        return EngineUnavailable("engine.restarting", how, retry=True)


def _error(header: wire.Header) -> EngineError:
    code, retry = cast("int", header["exit"]), bool(header["retry"])
    return from_kind(str(header["kind"]), str(header["message"]), code, retry=retry)
