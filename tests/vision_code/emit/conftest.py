"""
The frameworks' own tools and a browser, for tests that hold the emitted code to them.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from vision_code.render import find_browser

_ROOT = Path(__file__).parents[3]
_NODE = _ROOT / "tests" / "node"
_CACHE = _ROOT / ".npm"


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """
    The folder of installed npm packages; installed once, into a folder that git ignores.
    """
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed")
    package = (_NODE / "package.json").read_bytes()
    home = _CACHE / f"compilers-{hashlib.sha256(package).hexdigest()[:12]}"
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        # Test workers share the installation: the first one makes it, the others wait.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            home.mkdir(exist_ok=True)
            (home / "package.json").write_bytes(package)
            command = [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=home, capture_output=True, text=True, timeout=300, check=False)
            if done.returncode:
                pytest.skip(f"npm cannot install the compilers: {done.stderr.strip()[-200:]}")
            (home / "ready").touch()
    return home / "node_modules"


@pytest.fixture
def workshop(node_modules: Path, tmp_path: Path) -> Path:
    """
    An empty project with the compilers' settings and packages.
    """
    for file in _NODE.iterdir():
        shutil.copy(file, tmp_path)
    (tmp_path / "node_modules").symlink_to(node_modules)
    for folder in ("react", "vue", "svelte"):
        (tmp_path / folder).mkdir()
    return tmp_path


@pytest.fixture
def run_tool(workshop: Path) -> Callable[..., str]:
    """
    Runs a program of the workshop's packages in it; fails with what the program said.
    """

    def run(name: str, *arguments: str) -> str:
        program = [name] if name == "node" else [str(workshop / "node_modules" / ".bin" / name)]
        done = subprocess.run(
            [*program, *arguments], cwd=workshop, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, f"{name}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
        return done.stdout

    return run


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    Chromium, without network.
    """
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()
