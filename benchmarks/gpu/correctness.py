"""
The kernels' own tests, compiled on the GPU: the same cases that run in the interpreter where there is none.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 6
#: Tests that launch kernels.
TESTS = ("test_triton_*.py", "test_paged.py", "test_dispatch.py")


def run_tests(timeout_s: float, *, dry: bool) -> dict[str, Any]:
    """
    Run them in a process of their own.

    Args:
        timeout_s: When to give up.
        dry: Only the smallest file.

    Returns:
        ``right``, and the end of what pytest said.
    """
    patterns = TESTS if not dry else ("test_triton_sample.py",)
    files = sorted(str(path) for pattern in patterns for path in (ROOT / "tests" / "kernels").glob(pattern))
    # Whatever plugins and versions a machine has: the project's settings ask for its own.
    command = [sys.executable, "-m", "pytest", "--rootdir", str(ROOT), "-q", "-p", "no:cacheprovider", "-o"]
    command += ["addopts=--import-mode=importlib", "-o", "filterwarnings=", "-o", "xfail_strict=true"]
    command += ["-n", str(WORKERS)] if importlib.util.find_spec("xdist") and not dry else []
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run(
            [*command, *files],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        said = late.stdout.decode(errors="replace") if isinstance(late.stdout, bytes) else str(late.stdout)
        return {"right": False, "said": f"gave up after {timeout_s:.0f} s\n{said[-3000:]}"}
    return {"right": done.returncode == 0, "said": (done.stdout + done.stderr)[-6000:]}
