"""
Ctrl-C, SIGTERM and a closed terminal at every station: nothing stays, no file, no child, no temporary. Nor after a run.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.marked_processes import MARK, left_after

ROOT = Path(__file__).resolve().parents[3]
PICTURE = ROOT / "examples" / "login-card.png"

#: The command line, with a progress bar that sends a signal when a station begins, or a little later.
DRIVER = """
import os, sys, threading
from contextlib import contextmanager
from vision_code import _bootstrap; _bootstrap.activate()
from vision_code.cli import component, run

station, signum, after_s = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])

@contextmanager
def progress(enabled):
    def show(name, done):
        if name == station and not after_s:
            os.kill(os.getpid(), signum)
        elif name == station:
            threading.Timer(after_s, os.kill, (os.getpid(), signum)).start()
    yield show

component.progress = progress
sys.exit(run(sys.argv[4:]))
"""


@pytest.fixture
def temporary() -> Iterator[Path]:
    """
    A path short enough for the browser's own folder: of a longer one it would not be in there.
    """
    with tempfile.TemporaryDirectory(prefix="vct-", dir="/tmp") as folder:
        yield Path(folder)


def _start(program: list[str], folder: Path, temporary: Path, mark: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary), MARK: mark}
    environment.pop("ORT_DISABLE_TELEMETRY", None)  # the program must see to that itself
    command = [sys.executable, *program, "component", str(PICTURE), "-o", "made/out.html"]
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _nothing_stays(folder: Path, temporary: Path, mark: str) -> None:
    assert left_after(mark, wait_s=2) == []
    assert list(folder.iterdir()) == []
    assert [path.name for path in temporary.rglob("*")] == []


INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP


@pytest.mark.browser
@pytest.mark.parametrize(
    ("station", "sent", "after_s"),
    [
        *((station, INT, 0.03) for station in ("intake", "read", "draft", "render", "repair")),
        *((station, INT, 0) for station in ("divide", "emit")),  # over in a few milliseconds
        *((station, TERM, 0.03) for station in ("read", "draft", "render")),
        ("read", HUP, 0.03),
    ],
)
def test_an_interrupt_at_a_station_leaves_nothing(
    station: str, sent: signal.Signals, after_s: float, tmp_path: Path, temporary: Path
) -> None:
    mark = secrets.token_hex(8)
    process = _start(["-c", DRIVER, station, str(int(sent)), str(after_s)], tmp_path, temporary, mark)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 128 + sent, error
    assert "Traceback" not in error
    _nothing_stays(tmp_path, temporary, mark)


@pytest.mark.parametrize("after_s", [0.05, 0.15, 0.5])
@pytest.mark.parametrize("sent", [INT, TERM])
def test_an_interrupt_while_it_starts_leaves_nothing(
    after_s: float, sent: signal.Signals, tmp_path: Path, temporary: Path
) -> None:
    mark = secrets.token_hex(8)
    process = _start(["-m", "vision_code"], tmp_path, temporary, mark)
    time.sleep(after_s)
    process.send_signal(sent)
    _, error = process.communicate(timeout=60)
    assert process.returncode != 0
    if "Traceback" in error:  # Python itself was still starting, and says so in its own way
        assert "in run\n" not in error
    else:
        assert process.returncode in (128 + sent, -sent)
    _nothing_stays(tmp_path, temporary, mark)


GENERATED = """
import signal, sys
from vision_code.cli.signals import ending_signals

with ending_signals() as came:
    try:
        exec("signal.raise_signal(signal.SIGTERM)")
    except KeyboardInterrupt:
        pass
sys.exit(128 + came[0])
"""


def test_a_signal_in_generated_code_keeps_its_exit_code(tmp_path: Path) -> None:
    """
    Dataclasses are made by such code while modules are loaded.
    """
    (tmp_path / "generated.py").write_text(GENERATED)
    done = subprocess.run([sys.executable, "-m", "generated"], cwd=tmp_path, check=False)
    assert done.returncode == 128 + TERM


IMPORTING = """
import functools, importlib, operator, signal, sys, threading
from vision_code.cli.signals import ending_signals

machinery, real = importlib._bootstrap, importlib._bootstrap._imp

class Shim:  # as the lock is taken, a signal comes; the interpreter looks for it when it is back in the machinery
    release_lock = staticmethod(real.release_lock)
    acquire_lock = staticmethod(functools.partial(any, map(operator.call, (
        real.acquire_lock,
        functools.partial(setattr, machinery, "_imp", real),
        functools.partial(signal.raise_signal, signal.SIGTERM),
    ))))

with ending_signals() as came:
    try:
        machinery._imp = Shim
        import colorsys
        signal.pause()
    except KeyboardInterrupt:
        pass
other = threading.Thread(target=importlib.import_module, args=("wave",), daemon=True)
other.start()
other.join(10)
sys.exit(1 if other.is_alive() else 128 + came[0])
"""


def test_a_signal_in_the_import_machinery_leaves_its_locks_free(tmp_path: Path) -> None:
    """
    Else whatever other threads import waits for ever, and the program's end for them.
    """
    done = subprocess.run([sys.executable, "-c", IMPORTING], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 128 + TERM


@pytest.mark.browser
def test_a_finished_run_leaves_only_what_was_asked_for(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    mark = secrets.token_hex(8)
    process = _start(["-m", "vision_code"], tmp_path, temporary, mark)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 0, error
    assert (tmp_path / "made" / "out.html").is_file()
    assert [path for path in home.rglob("*") if "onnxruntime" in path.name] == []  # its telemetry
    shutil.rmtree(tmp_path / "made")
    shutil.rmtree(home)  # what Chromium's desktop libraries keep there is not ours
    _nothing_stays(tmp_path, temporary, mark)
