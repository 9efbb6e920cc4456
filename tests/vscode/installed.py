"""
The tools of the extension's tests, installed once into a folder that git ignores: VS Code's server, Node, and the
extension's own build tools; and the extension, built from its sources.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = ROOT / "editors" / "vscode"
_CACHE = ROOT / ".npm"
#: VS Code loads these; all others that it could be built with serve terminals and company logins.
_NATIVE = ("@vscode/spdlog", "native-watchdog")


@dataclass(frozen=True, slots=True)
class Tools:
    """
    Attributes:
        node: Folder of Node, with `bin` and `include`.
        vscode: Folder of VS Code's server.
    """

    node: Path
    vscode: Path

    @property
    def environment(self) -> dict[str, str]:
        """
        In which npm and Node are those of the tests.
        """
        own = {"PATH": f"{self.node / 'bin'}{os.pathsep}{os.environ['PATH']}", "npm_config_nodedir": str(self.node)}
        return {**os.environ, **own}


def tools() -> Tools:
    """
    Install what is missing; skips where that cannot be.
    """
    missing = [name for name in ("npm", "g++", "make") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (a real VS Code is built from npm)")
    manifest = (Path(__file__).parent / "workbench" / "package.json").read_bytes()
    home = _CACHE / f"workbench-{hashlib.sha256(manifest).hexdigest()[:12]}"
    with _alone():
        if not (home / "ready").exists():
            home.mkdir(exist_ok=True)
            (home / "package.json").write_bytes(manifest)
            _install(home)
            (home / "ready").touch()
    return _tools(home)


def built_extension() -> Path:
    """
    The package that users install, made of the sources as they are.
    """
    own = tools()
    lock = hashlib.sha256((EXTENSION / "package-lock.json").read_bytes()).hexdigest()
    stamp = EXTENSION / "node_modules" / ".ready"
    with _alone():
        if not stamp.exists() or stamp.read_text() != lock:
            _run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], EXTENSION, own.environment)
            stamp.write_text(lock)
    return make_package(own, ROOT / "out" / "vsix" / "vision-code.vsix")


def make_package(own: Tools, target: Path) -> Path:
    """
    Build and pack the extension as `make vsix` does, one at a time: all builds write into one folder.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    command = ["node", "package.mjs", str(target)]
    with _alone():
        _run(command, EXTENSION, own.environment)
    return target


def _tools(home: Path) -> Tools:
    node = next((path for path in home.glob("node_modules/node-linux-*") if (path / "bin" / "node").exists()), None)
    if node is None:
        pytest.skip("there is no Node of this kind of machine on npm")
    return Tools(node=node, vscode=home / "node_modules" / "code-server" / "lib" / "vscode")


def _install(home: Path) -> None:
    """
    code-server carries VS Code's server with its dependencies' exact versions, not the dependencies.
    """
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
    _run(["npm", "install", "--no-package-lock", *quiet], home, dict(os.environ))
    own = _tools(home)
    _run(["npm", "install", "--omit=dev", *quiet], own.vscode, own.environment)
    _run(["npm", "install", "--omit=dev", *quiet], own.vscode / "extensions", own.environment)  # TypeScript
    for module in _NATIVE:
        _run(["npm", "rebuild", module], own.vscode, own.environment)
    # It searches with a program that the package of this version downloads, and newer ones carry.
    for program in home.glob("node_modules/@vscode/ripgrep-linux-*/bin/rg"):
        link = own.vscode / "node_modules" / "@vscode" / "ripgrep" / "bin" / "rg"
        link.parent.mkdir(exist_ok=True)
        link.symlink_to(program)


@contextmanager
def _alone() -> Iterator[None]:
    """
    Test workers share the installation: the first one makes it, the others wait.
    """
    _CACHE.mkdir(exist_ok=True)
    with (_CACHE / "lock-workbench").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    if done.returncode and command[0] == "npm":
        pytest.skip(f"npm cannot install a VS Code: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, f"{' '.join(command)}: {done.stdout[-4000:]}{done.stderr[-4000:]}"
