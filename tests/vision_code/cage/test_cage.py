"""
The cage: honest tests run and are judged by their report, hostile ones change and learn nothing outside.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.marked_processes import MARK, left_after
from vision_code.cage import Cage, CageLimits, TestCommand, TestRun, detect, given
from vision_code.cage.report import read_report
from vision_code.cage.walls import find_walls
from vision_code.edits import Change, Entry, Staged
from vision_code.errors import Denied, EngineUnavailable
from vision_code.patching.select import Verdict
from vision_code.patching.testing import judged

QUICK = CageLimits(wall_s=20, disk_bytes=64 * 2**20, processes=64, memory_bytes=2**30)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    root.mkdir()
    (root / "pytest.ini").write_text("[pytest]\n")
    (root / "code.py").write_text("def double(n):\n    return n + n\n")
    (root / "test_code.py").write_text(
        "from code import double\nimport pytest\n\n\ndef test_two():\n    assert double(2) == 4\n\n\n"
        "def test_three():\n    assert double(3) == 7\n\n\n@pytest.mark.skip\ndef test_none():\n    pass\n"
    )
    (root / "test_code.py").write_text((root / "test_code.py").read_text().replace("from code ", "from own "))
    (root / "code.py").rename(root / "own.py")
    return root


@pytest.fixture(params=["as it is", "bubblewrap", "an ordinary user"])
def _walls(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Every way to build the walls that this system has.
    """
    if request.param == "as it is":
        return
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("vision_code.cage.walls.shutil.which", _which(bubblewrap=request.param == "bubblewrap"))
    try:
        found = find_walls()
    except Denied:
        pytest.skip("this system gives an ordinary user no namespaces")
    if (found == "bubblewrap") != (request.param == "bubblewrap"):
        pytest.skip("bubblewrap is not installed")


def _which(*, bubblewrap: bool) -> Callable[[str], str | None]:
    real = shutil.which
    return lambda name: real(name) if bubblewrap or name != "bwrap" else None


def _caged(repository: Path, command: TestCommand, limits: CageLimits = QUICK) -> Cage:
    try:
        return Cage(repository, repository, command, limits)
    except Denied:
        pytest.skip("this system gives no namespaces")


def _shell(repository: Path, script: str, limits: CageLimits = QUICK) -> int | None:
    return _caged(repository, given(script), limits).run(None).status


def _change(path: str, new: str) -> Staged:
    return Staged(changes=(Change(path=path, old=None, new=Entry(new.encode())),))


@pytest.mark.usefixtures("_walls")
def test_pytest_runs_on_a_copy_and_its_report_is_read(repository: Path) -> None:
    before = sorted(path.name for path in repository.iterdir())
    cage = _caged(repository, detect(repository))
    assert cage.base.status == 1
    assert cage.base.tests == {"test_code::test_two": True, "test_code::test_three": False}
    better = cage.run(_change("own.py", "def double(n):\n    return n + n + n % 2\n"))
    assert (better.status, better.tests) == (0, {"test_code::test_two": True, "test_code::test_three": True})
    assert sorted(path.name for path in repository.iterdir()) == before


@pytest.mark.usefixtures("_walls")
def test_hostile_tests_reach_nothing_outside(repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED", "secret")
    planted = Path.home() / f".vision-code-test-{os.getpid()}"
    planted.write_text("secret")
    outside = tmp_path / "outside.txt"
    outside.write_text("old")
    try:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = listening.getsockname()[1]
            connect = f"import socket; socket.create_connection(('127.0.0.1', {port}), 2)"
            for script in (
                f"cat {planted}",
                f"cat {outside}",
                "echo x > /usr/bin/planted",
                "echo x > /etc/passwd",
                "env | grep PLANTED",
                f'python3 -c "{connect}"',
                "cat /proc/1/environ | grep PLANTED",
                "ls /cage/old/root",
                "mount -t tmpfs none /usr",
                "cat .git/config",
            ):
                assert _shell(repository, f"({script}) && exit 0; exit 7") == 7, script
            _shell(repository, f"echo new > {outside}")
    finally:
        planted.unlink()
    assert outside.read_text() == "old"


@pytest.mark.usefixtures("_walls")
def test_a_loopback_of_its_own_is_there(repository: Path) -> None:
    code = "import socket; s = socket.create_server(('127.0.0.1', 0)); socket.create_connection(s.getsockname())"
    python = detect(repository).argv[0]
    assert _shell(repository, f'{python} -c "{code}"') == 0


def test_disk_processes_and_time_are_bounded(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"cage-{os.getpid()}"
    monkeypatch.setenv(MARK, mark)
    assert _shell(repository, "head -c 200000000 /dev/zero > big && exit 0; exit 7") == 7
    bomb = "trap '' TERM INT; f() { f | f & f; }; f 2>/dev/null; sleep 60"
    start = time.monotonic()
    assert _shell(repository, bomb, CageLimits(wall_s=2, processes=64, disk_bytes=2**24)) is not 0  # noqa: F632
    assert time.monotonic() - start < 15
    assert _shell(repository, "sleep 300 & setsid sleep 300 & sleep 300", CageLimits(wall_s=1)) is None
    assert left_after(mark) == []
    sleeping = [p for p in Path("/proc").glob("[0-9]*/cmdline") if _read(p) == b"sleep\x00300\x00"]
    assert sleeping == []


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize(
    "command",
    ["echo '10 passed'; ln -s /etc/passwd /cage/out/report.xml; exit 3", "mkdir /cage/out/report.xml; exit 3"],
)
def test_what_is_printed_decides_nothing_and_a_report_that_is_no_file_is_none(repository: Path, command: str) -> None:
    fake = TestCommand(name="x", argv=("/bin/sh", "-c", command), report="junit", report_file="report.xml")
    run = _caged(repository, fake).run(None)
    assert (run.status, run.tests) == (3, None)


def test_without_walls_the_copy_is_still_a_copy(repository: Path) -> None:
    cage = Cage(repository, repository, given("echo x > own.py; test -f test_code.py"), QUICK, walls=False)
    assert cage.run(None).status == 0
    assert "double" in (repository / "own.py").read_text()


def test_interrupting_leaves_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = f"interrupt-{os.getpid()}"
    monkeypatch.setenv(MARK, mark)
    cage = _caged(repository, given("sleep 300"))
    threading.Timer(1, os.kill, (os.getpid(), 2)).start()
    with pytest.raises(KeyboardInterrupt):
        cage.run(None)
    assert left_after(mark) == []


def test_a_killed_program_takes_its_cage_along(repository: Path) -> None:
    _caged(repository, given("true"))  # skips where there is none
    seconds = f"9000.{os.getpid()}"
    code = "import sys\nfrom pathlib import Path\nfrom vision_code.cage import Cage, given\n"
    code += (
        "Cage(Path(sys.argv[1]), Path(sys.argv[1]), given(f'sleep {sys.argv[2]} & sleep {sys.argv[2]}')).run(None)\n"
    )
    program = subprocess.Popen([sys.executable, "-c", code, repository, seconds])
    try:
        assert _until(lambda: len(_sleeping(seconds)) == 2)
    finally:
        program.kill()
        program.wait()
    assert _until(lambda: not _sleeping(seconds))


def _sleeping(seconds: str) -> list[int]:
    found = []
    for process in Path("/proc").iterdir():
        with contextlib.suppress(OSError):
            if process.name.isdigit() and (process / "cmdline").read_bytes() == f"sleep\0{seconds}\0".encode():
                found.append(int(process.name))
    return found


def _until(holds: Callable[[], bool], limit_s: float = 60.0) -> bool:
    end = time.monotonic() + limit_s
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


@pytest.mark.parametrize(
    ("files", "name", "report"),
    [
        ({"package.json": '{"devDependencies": {"jest": "29"}}'}, "jest", "jest"),
        ({"package.json": '{"devDependencies": {"vitest": "3", "jest": "29"}}'}, "vitest", "jest"),
        ({"package.json": '{"dependencies": {"mocha": "11"}}'}, "mocha", "mocha"),
        ({"go.mod": "module x\n"}, "go test", "go"),
        ({"Cargo.toml": "[package]\n"}, "cargo test", "none"),
        ({"pyproject.toml": "[tool.pytest.ini_options]\n"}, "pytest", "junit"),
    ],
)
def test_runners_are_recognised(tmp_path: Path, files: dict[str, str], name: str, report: str) -> None:
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    found = detect(tmp_path)
    assert (found.name, found.report) == (name, report)


def test_no_runner_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("[1, 2")
    with pytest.raises(EngineUnavailable, match="--test-cmd"):
        detect(tmp_path)


@pytest.mark.parametrize(
    ("kind", "content", "wanted"),
    [
        (
            "junit",
            b"<testsuites><testsuite><testcase classname='a' name='b'/></testsuite></testsuites>",
            {"a::b": True},
        ),
        ("junit", b"<testsuite><testcase name='b'><error/></testcase></testsuite>", {"::b": False}),
        ("junit", b"<!DOCTYPE x [<!ENTITY a 'b'>]><testsuite><testcase name='b'/></testsuite>", None),
        ("junit", b"<testsuite>", None),
        ("junit", b"<testsuite/>", None),
        (
            "jest",
            b'{"testResults": [{"name": "/w/a.js", "assertionResults": [{"status": "passed", "fullName": "x"}]}]}',
            {"a.js::x": True},
        ),
        (
            "jest",
            b'{"testResults": [{"name": "/w/a.js", "status": "failed", "assertionResults": []}]}',
            {"/w/a.js": False},
        ),
        ("mocha", b'{"passes": [{"fullTitle": "a"}], "failures": [{"fullTitle": "b"}]}', {"a": True, "b": False}),
        ("go", b'{"Action": "pass", "Package": "p", "Test": "T"}\nok\n', {"p::T": True}),
        ("jest", b"[" * 100000, None),
        ("mocha", b'{"passes": 3}', None),
    ],
)
def test_reports(kind: str, content: bytes, wanted: dict[str, bool] | None) -> None:
    assert read_report(kind, content) == wanted  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("base", "run", "passed", "broken", "mended"),
    [
        (TestRun(status=1, tests={"a": True, "b": False}), TestRun(status=0, tests={"a": True, "b": True}), True, 0, 1),
        (
            TestRun(status=1, tests={"a": True, "b": False}),
            TestRun(status=1, tests={"a": True, "b": False}),
            True,
            0,
            0,
        ),
        (TestRun(status=0, tests={"a": True}), TestRun(status=0, tests={"c": True}), False, 1, 0),
        (TestRun(status=0, tests={"a": True}), TestRun(status=0, tests=None), False, 1, 0),
        (TestRun(status=0, tests={"a": True}), TestRun(status=1, tests={"a": True}), False, 0, 0),
        (TestRun(status=0, tests={"a": True}), TestRun(status=None, tests={"a": True}), False, 0, 0),
        (TestRun(status=0, tests=None), TestRun(status=0, tests=None), True, None, 0),
        (TestRun(status=0, tests=None), TestRun(status=1, tests=None), False, None, 0),
    ],
)
def test_a_run_is_judged_by_report_and_status_together(
    base: TestRun, run: TestRun, passed: bool, broken: int | None, mended: int
) -> None:
    assert judged(base, run) == Verdict(broken=broken, passed=passed, mended=mended)
