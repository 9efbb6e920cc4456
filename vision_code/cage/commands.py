"""
How a repository runs its tests, and where the run leaves a report that a machine can read.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from vision_code.errors import EngineUnavailable
from vision_code.project.files import Files

ReportKind = Literal["junit", "jest", "mocha", "go", "none"]
#: Where the cage has the folder that outlives it.
OUT = "/cage/out"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCommand:
    """
    Attributes:
        name: For people: ``pytest`` …
        argv: Its first word is a program on the search path of the cage, or an absolute path.
        report: What the file that it writes holds; ``none`` for the exit status alone.
        report_file: Its name below the out folder; for ``go`` what is printed.
    """

    __test__ = False  # pytest collects classes by their names

    name: str
    argv: tuple[str, ...]
    report: ReportKind
    report_file: str = ""


def given(command: str) -> TestCommand:
    """
    What a person typed; the exit status decides.
    """
    return TestCommand(name=command.split(None, 1)[0], argv=("/bin/sh", "-c", command), report="none")


def detect(folder: Path) -> TestCommand:
    """
    The test runner that the project is made for, by its files alone.

    Raises:
        EngineUnavailable: ``tests.unknown``.
    """
    files = Files.below(folder)
    found = _python(files) or _node(files) or _go(files) or _cargo(files)
    if found is None:
        raise EngineUnavailable("tests.unknown", "no test runner was recognised; name one with --test-cmd")
    return found


def _python(files: Files) -> TestCommand | None:
    root = files.root
    names = ("pytest.ini", "tox.ini", "setup.cfg", "pyproject.toml", "conftest.py")
    held = "".join(files.text(root / name) or "" for name in names)
    tests = any((root / name).is_dir() for name in ("tests", "test")) or any(root.glob("test_*.py"))
    if "pytest" not in held and not (tests and any(root.glob("**/test_*.py"))):
        return None
    own = [f"{root}/{name}/bin/python" for name in (".venv", "venv")]
    active = os.environ.get("VIRTUAL_ENV")
    ours = [sys.executable] if importlib.util.find_spec("pytest") else []
    candidates = [*own, *([f"{active}/bin/python"] if active else []), *ours]
    python = next((path for path in candidates if Path(path).exists()), shutil.which("python3") or "python3")
    report = f"--junitxml={OUT}/report.xml"
    argv = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", report)
    return TestCommand(name="pytest", argv=argv, report="junit", report_file="report.xml")


def _node(files: Files) -> TestCommand | None:
    text = files.text(files.root / "package.json")
    try:
        manifest = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(manifest, dict):
        return None
    depends = {name for key in ("dependencies", "devDependencies") for name in (manifest.get(key) or {})}
    binaries = "./node_modules/.bin"
    if "vitest" in depends:
        argv: tuple[str, ...] = (f"{binaries}/vitest", "run", "--reporter=json", f"--outputFile={OUT}/report.json")
        return TestCommand(name="vitest", argv=argv, report="jest", report_file="report.json")
    if "jest" in depends:
        argv = (f"{binaries}/jest", "--ci", "--json", f"--outputFile={OUT}/report.json")
        return TestCommand(name="jest", argv=argv, report="jest", report_file="report.json")
    if "mocha" in depends:
        argv = (f"{binaries}/mocha", "--reporter", "json", "--reporter-option", f"output={OUT}/report.json")
        return TestCommand(name="mocha", argv=argv, report="mocha", report_file="report.json")
    return None


def _go(files: Files) -> TestCommand | None:
    if not files.is_file(files.root / "go.mod"):
        return None
    command = f"go test -json ./... > {OUT}/report.jsonl"
    return TestCommand(name="go test", argv=("/bin/sh", "-c", command), report="go", report_file="report.jsonl")


def _cargo(files: Files) -> TestCommand | None:
    if not files.is_file(files.root / "Cargo.toml"):
        return None
    # Its report is an unstable feature: the exit status decides.
    return TestCommand(name="cargo test", argv=("cargo", "test", "--offline", "--quiet"), report="none")
