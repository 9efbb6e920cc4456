from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

import runtime
from runtime.api import Choice, Engine, FinishReason, GenerateRequest, user
from runtime.errors import EngineUnavailable, MemoryLimit
from runtime.testing import ScriptedEngine


def test_answers_follow_the_script() -> None:
    engine: Engine = ScriptedEngine(lambda request: [1] if request.template else "text")
    requests = [
        GenerateRequest(messages=(user("a"),), template=("<", Choice(("x", "y")), ">")),
        GenerateRequest(messages=(user("b"),)),
    ]
    first, second = engine.generate(requests)
    assert (first.text, first.slots[0].option) == ("<y>", 1)
    assert second.text == "text"


def test_scripts_may_fail() -> None:
    def fail(_: GenerateRequest) -> str:
        raise MemoryLimit("memory.host", "need 2 GiB, free 1 GiB")

    with pytest.raises(MemoryLimit):
        ScriptedEngine(fail).generate([GenerateRequest(messages=(user("a"),))])


def test_stalled_answers_end_by_cancel_or_close() -> None:
    stalled = threading.Event()
    stalled.set()
    engine = ScriptedEngine(lambda _: "late", stalled=stalled)
    threading.Timer(0.05, engine.cancel, ["a"]).start()
    (answer,) = engine.generate([GenerateRequest(messages=(user("a"),), request_id="a")])
    assert answer.finish is FinishReason.CANCELLED
    threading.Timer(0.05, engine.close).start()
    with pytest.raises(EngineUnavailable):
        engine.generate([GenerateRequest(messages=(user("b"),))])


@pytest.mark.parametrize(
    "modules", ["runtime", "runtime.api, runtime.client, runtime.errors, runtime.testing, runtime.checkpoint.inspect"]
)
def test_callers_do_not_pay_for_torch(modules: str) -> None:
    root = Path(runtime.__file__).resolve().parent.parent
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0
