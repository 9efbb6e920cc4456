"""
The wheel works beside, and among, other people's packages called `runtime` and `kernels`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder), "."]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


def test_nothing_generic_lands_at_the_top(wheel: Path) -> None:
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.startswith("vision_code")} <= {"lsp_server"}


def test_the_wheel_holds_no_tests_and_is_small(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert not [n for n in names if n.startswith(("tests/", "training/", "benchmarks/", "examples/"))]
    assert wheel.stat().st_size <= 40 * 2**20


def test_it_starts_in_a_hostile_project_beside_foreign_packages(wheel: Path, tmp_path: Path) -> None:
    site, project = tmp_path / "site", tmp_path / "project"
    zipfile.ZipFile(wheel).extractall(site)
    for place in (site, project):
        for name in ("runtime", "kernels"):
            (place / name).mkdir(parents=True)
            (place / name / "__init__.py").write_text("raise SystemExit('foreign code ran')")
    code = "import vision_code.__main__, runtime.api, kernels; print(runtime.api.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "_bundled" in done.stdout


def test_the_language_server_starts_in_a_hostile_project(wheel: Path, tmp_path: Path) -> None:
    site, project = tmp_path / "site", tmp_path / "project"
    zipfile.ZipFile(wheel).extractall(site)
    for name in ("runtime", "kernels", "lsp_server", "vision_code"):
        (project / name).mkdir(parents=True)
        (project / name / "__init__.py").write_text("raise SystemExit('foreign code ran')")
    assert (site / "lsp_server" / "PROTOCOL.md").is_file()
    body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
    done = subprocess.run(
        [sys.executable, "-P", "-m", "lsp_server"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(site)},
        input=b"Content-Length: %d\r\n\r\n%b" % (len(body), body),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert b'"positionEncoding":"utf-16"' in done.stdout
    assert done.returncode == 1  # the client just went
