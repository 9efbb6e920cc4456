"""
The engine in a child process: same answers, nothing left behind, every failure an answer.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import runtime
from runtime.api import (
    Choice,
    FinishReason,
    GenerateRequest,
    ImagePart,
    Message,
    SamplingParams,
    TextPart,
    ToolCall,
    user,
)
from runtime.client import WorkerEngine
from runtime.errors import CheckpointError, EngineUnavailable, MemoryLimit, NonFinite, RequestError, from_kind
from runtime.wire import pack_requests, unpack_requests

MakePart = Callable[[int, int], ImagePart]
ROOT = Path(runtime.__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def worker(tiny_folder: Path) -> Iterator[WorkerEngine]:
    with WorkerEngine(tiny_folder, dtype="float32") as engine:
        yield engine


def _is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def _dies_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _is_alive(pid):
            return True
        time.sleep(0.02)
    return False


def _long(request_id: str | None = None) -> GenerateRequest:
    sampling = SamplingParams(max_tokens=3000, max_repeats=None, temperature=1.0, seed=5)
    return GenerateRequest(messages=(user("hello"),), sampling=sampling, request_id=request_id)


def test_answers_are_those_of_the_engine_here(worker: WorkerEngine, tiny_model: runtime.Model, part: MakePart) -> None:
    requests = [
        GenerateRequest(messages=(user(part(90, 60), "hi"),), template=("<a ", Choice(("x", "yz")), "end")),
        GenerateRequest(messages=(user("hi"),), sampling=SamplingParams(max_tokens=7)),
    ]
    here = runtime.Engine(tiny_model).generate(requests)
    there = worker.generate(requests)
    assert [answer.text for answer in there] == [answer.text for answer in here]
    assert there[0].slots[0].probability == pytest.approx(here[0].slots[0].probability, abs=1e-4)
    streamed = [chunk.done for chunk in worker.stream(requests) if chunk.done]
    assert {answer.text for answer in streamed} == {answer.text for answer in here}


def test_cancelled_answers_come_back_as_far_as_they_got(worker: WorkerEngine) -> None:
    stream = worker.stream([_long("mine")])
    for _ in range(3):
        next(stream)
    worker.cancel("mine")
    (done,) = [chunk.done for chunk in stream if chunk.done]
    assert done.finish is FinishReason.CANCELLED
    assert 0 < len(done.token_ids) < 3000


def test_an_abandoned_stream_frees_the_engine(worker: WorkerEngine) -> None:
    stream = worker.stream([_long()])
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    start = time.monotonic()
    worker.generate([GenerateRequest(messages=(user("hi"),), sampling=SamplingParams(max_tokens=1))])
    assert time.monotonic() - start < 2


def test_refused_requests_raise_here_and_the_engine_lives_on(worker: WorkerEngine) -> None:
    with pytest.raises(RequestError) as caught:
        worker.generate([GenerateRequest(messages=(user("hi"),), template=(Choice(("a", "a")),))])
    assert caught.value.kind == "request.template"
    assert worker.generate([GenerateRequest(messages=(user("hi"),), template=("a",))])[0].text == "a"


def test_a_killed_worker_is_an_error_and_then_a_new_worker(worker: WorkerEngine) -> None:
    stream = worker.stream([_long()])
    next(stream)
    first = worker.pid
    os.kill(first, signal.SIGKILL)
    with pytest.raises(EngineUnavailable) as caught:
        for _ in stream:
            pass
    assert (caught.value.kind, caught.value.message) == ("engine.restarting", "worker ended by signal 9")
    assert caught.value.retry
    assert worker.generate([GenerateRequest(messages=(user("hi"),), template=("a",))])[0].text == "a"
    assert worker.pid != first


def test_starting_does_not_wait_and_close_leaves_nothing(tiny_folder: Path) -> None:
    start = time.monotonic()
    engine = WorkerEngine(tiny_folder)
    assert time.monotonic() - start < 0.5
    pid = engine.pid
    assert _is_alive(pid)
    engine.close()
    assert not _is_alive(pid)
    with pytest.raises(EngineUnavailable) as caught:
        engine.generate([_long()])
    assert caught.value.kind == "engine.closed"


def test_close_ends_a_call_under_way(tiny_folder: Path) -> None:
    engine = WorkerEngine(tiny_folder)
    threading.Timer(0.3, engine.close).start()
    with pytest.raises(EngineUnavailable) as caught:
        engine.generate([_long()])
    assert caught.value.kind == "engine.closed"


def test_a_damaged_checkpoint_is_told_at_first_use(tiny_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_folder, tmp_path / "copy")
    os.truncate(folder / "model-00002-of-000003.safetensors", 5000)
    with WorkerEngine(folder) as engine:
        for _ in range(2):
            with pytest.raises(CheckpointError) as caught:
                engine.generate([_long()])
            assert caught.value.kind == "checkpoint.truncated"


def test_more_than_eight_waiting_calls_are_turned_away(tiny_folder: Path) -> None:
    with WorkerEngine(tiny_folder) as engine:
        # All arrive while the model loads, so none is taken off the queue yet.
        streams = [engine.stream([_long(f"call {i}")]) for i in range(9)]
        refused: list[str] = []

        def wait(stream: Iterator[object]) -> None:
            try:
                next(stream)
            except EngineUnavailable as error:
                refused.append(f"{error.kind}: {error.message}")

        threads = [threading.Thread(target=wait, args=[stream]) for stream in streams]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 20
        while not refused and time.monotonic() < deadline:
            time.sleep(0.01)
        for i in range(9):
            engine.cancel(f"call {i}")
        for thread in threads:
            thread.join()
    assert refused == ["engine.busy: 8 waiting"]


def test_the_worker_dies_with_its_parent(tiny_folder: Path) -> None:
    script = f"""
        import sys
        from runtime.client import WorkerEngine
        from runtime.api import GenerateRequest, SamplingParams, user
        engine = WorkerEngine({str(tiny_folder)!r})
        sampling = SamplingParams(max_tokens=3000, max_repeats=None)
        stream = engine.stream([GenerateRequest(messages=(user("hello"),), sampling=sampling)])
        next(stream)
        assert "torch" not in sys.modules
        print(engine.pid, flush=True)
        for _ in stream:
            pass
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert parent.stdout is not None
    try:
        pid = int(parent.stdout.readline())
        assert _is_alive(pid)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()
    assert _dies_within(pid, 3)


def test_foreign_modules_in_the_current_folder_are_not_imported(
    tiny_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("runtime", "kernels", "json"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('foreign code ran')")
    monkeypatch.chdir(tmp_path)
    with WorkerEngine(tiny_folder) as engine:
        assert engine.generate([GenerateRequest(messages=(user("hi"),), template=("a",))])[0].text == "a"


def test_requests_survive_the_wire(part: MakePart) -> None:
    image = part(9, 7)
    call = ToolCall(id="functions.f:0", arguments="{}")
    requests = [
        GenerateRequest(
            messages=(
                user(image, "hi", image),
                Message(role="assistant", content=(TextPart("ho"),), reasoning="r", tool_calls=(call,), name="n"),
                Message(role="tool", content=(), tool_call_id="functions.f:0"),
            ),
            sampling=SamplingParams(temperature=0.3, top_k=5, stop=("x",), max_repeats=None),
            template=("a", Choice(("b", "c"))),
            thinking=True,
            tools=({"type": "function", "function": {"name": "f"}},),
            request_id="id",
        ),
        GenerateRequest(messages=(user("plain"),)),
    ]
    headers, blobs = pack_requests(requests)
    assert len(blobs) == 1
    assert unpack_requests(headers, blobs) == requests


@pytest.mark.parametrize(
    ("kind", "code", "expected"),
    [
        ("checkpoint.header", 4, CheckpointError),
        ("engine.nonfinite", 4, NonFinite),
        ("memory.host", 7, MemoryLimit),
        ("request.image", 3, RequestError),
        ("engine.busy", 8, EngineUnavailable),
    ],
)
def test_errors_keep_their_class_across_processes(kind: str, code: int, expected: type[Exception]) -> None:
    error = from_kind(kind, "message", code, retry=True)
    assert type(error) is expected
    assert (error.kind, error.message, error.exit_code, error.retry) == (kind, "message", code, True)


def test_a_silent_worker_is_given_up(worker: WorkerEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.generate([GenerateRequest(messages=(user("hi"),), template=("a",))])
    monkeypatch.setattr("runtime.client.SILENCE_LIMIT_S", 0.3)
    os.kill(worker.pid, signal.SIGSTOP)
    time.sleep(0.4)
    with pytest.raises(EngineUnavailable) as caught:
        worker.generate([_long()])
    assert caught.value.kind == "engine.restarting"
