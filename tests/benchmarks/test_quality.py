"""
A run that is ended takes its workers and their browsers with it.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.marked_processes import MARK, survivors

ROOT = Path(__file__).resolve().parents[2]

#: Items that need no stored pages, and a system that works on one until it is ended.
SLOW = """
import time
from dataclasses import dataclass
from pathlib import Path

@dataclass
class Slow:
    id: str
    split: str = "tuning"
    kind: str = "page"

    def screenshot(self):
        return b""

def system(png, folder):
    Path(f"begun-{time.monotonic_ns()}").touch()
    time.sleep(60)
"""
DRIVER = """
import sys
from benchmarks import quality
from slow import Slow

if __name__ == "__main__":
    quality._chosen = lambda args: [Slow("one"), Slow("two"), Slow("three")]
    sys.exit(quality.main())
"""


@pytest.mark.browser
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_an_ended_run(jobs: int, sent: signal.Signals, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(SLOW)
    (tmp_path / "driver.py").write_text(DRIVER)
    mark = secrets.token_hex(8)
    with tempfile.TemporaryDirectory(prefix="vct-", dir="/tmp") as temporary:  # short: the browser's folder is in it
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{tmp_path}", "TMPDIR": temporary, MARK: mark}
        command = [sys.executable, "driver.py", "--engine", "slow:system", "--jobs", str(jobs)]
        run = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
        _wait(60, lambda: len(list(tmp_path.glob("begun-*"))) == jobs)
        run.send_signal(sent)
        _wait(10, lambda: not survivors(mark))
        left = survivors(mark)
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        _, error = run.communicate(timeout=20)
        assert left == []
        assert "Traceback" not in error
        if sent is signal.SIGTERM:
            assert run.returncode == 128 + sent
            assert list(Path(temporary).iterdir()) == []


def _wait(seconds: float, is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.05)
