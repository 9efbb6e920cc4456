"""
Runs tests in the cage and judges what came out: exit status and report, compared with a run without the patch.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

from vision_code.cage import inner
from vision_code.cage.commands import OUT, TestCommand
from vision_code.cage.limits import CageLimits
from vision_code.cage.report import read_report
from vision_code.cage.walls import find_walls, opening
from vision_code.edits import Staged
from vision_code.output import scratch_folder
from vision_code.project.files import read_plain

#: Of the system, readable in the cage. Of /etc only what programs need to find libraries, users and certificates.
_VISIBLE = (
    "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/opt", "/nix", "/etc/alternatives", "/etc/ld.so.cache",
    "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime",
    "/etc/ssl/certs", "/etc/mime.types",
)  # fmt: skip
#: Installed beside the code, too large to copy, and not part of a patch.
_DEPENDENCIES = ("node_modules", ".venv", "venv")
_NOBODY = 65534


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """
    Attributes:
        status: Exit status; None when time ran out.
        tests: Test → whether it passed; None without a readable report.
    """

    __test__ = False  # pytest collects classes by their names

    status: int | None
    tests: Mapping[str, bool] | None


class Cage:
    """
    The tests of one repository.

    Args:
        folder: Its files as they are without a patch.
        installed: Where its dependencies lie, and where the copy seems to lie to the tests.
        command: How they are run.
        limits: For each run.
        walls: False only where the user said so: the tests can then do whatever the user can.

    Raises:
        Denied: ``sandbox.unavailable``.
    """

    def __init__(
        self,
        folder: Path,
        installed: Path,
        command: TestCommand,
        limits: CageLimits | None = None,
        *,
        walls: bool = True,
    ) -> None:
        self._folder = Path(os.path.realpath(folder))
        self._installed = Path(os.path.realpath(installed))
        self._command = command
        self._limits = limits or CageLimits()
        self._walls = find_walls() if walls else None

    @cached_property
    def base(self) -> TestRun:
        """
        The run without a patch.
        """
        return self.run(None)

    def run(self, staged: Staged | None) -> TestRun:
        """
        Run the tests on a copy with the changes made.
        """
        with self._laid_out(staged) as (scratch, out, spec):
            with self._process(scratch, spec) as process:
                try:
                    status = process.wait(self._limits.wall_s)
                except subprocess.TimeoutExpired:
                    status = None
            return TestRun(status=status, tests=self._report(out))

    @contextmanager
    def serving(self, staged: Staged | None) -> Iterator[tuple[Path, subprocess.Popen[bytes]]]:
        """
        Run the command on such a copy while the caller does something else: the folder that it writes to, and the cage.
        """
        with self._laid_out(staged) as (scratch, out, spec), self._process(scratch, spec) as process:
            yield out, process

    @contextmanager
    def _laid_out(self, staged: Staged | None) -> Iterator[tuple[Path, Path, Mapping[str, object]]]:
        with scratch_folder() as scratch:
            out = scratch / "out"
            out.mkdir()
            out.chmod(0o777)
            (scratch / "root").mkdir()
            spec = self._spec(scratch, out, staged)
            (scratch / "spec.json").write_text(json.dumps(spec))
            yield scratch, out, spec

    def _spec(self, scratch: Path, out: Path, staged: Staged | None) -> dict[str, object]:
        changes = {
            change.path: None if change.new is None else base64.b64encode(change.new.content).decode()
            for change in (staged.changes if staged else ())
        }
        program, path = _programs(self._command.argv[0])
        work = self._installed if self._walls else scratch / "work"
        argv = [program, *self._command.argv[1:]]
        home, temporary = ("/home", "/tmp") if self._walls else (str(scratch), str(scratch))  # noqa: S108  of the cage
        environment = {"PATH": path, "HOME": home, "TMPDIR": temporary, "LANG": "C.UTF-8", "CI": "1"}
        return asdict(self._limits) | {
            "walls": self._walls,
            "root": str(scratch / "root"),
            "visible": [*_VISIBLE, *_toolchains(self._command.argv[0], self._installed)],
            "source": str(self._folder),
            "installed": str(self._installed),
            "copied_from": "/cage/source" if self._walls else str(self._folder),
            "work": str(work),
            "dependencies": [name for name in _DEPENDENCIES if (self._installed / name).is_dir()],
            "out": str(out),
            "changes": changes,
            "argv": argv if self._walls else [word.replace(OUT, str(out)) for word in argv],
            "environment": environment,
            "user": _NOBODY if os.geteuid() == 0 else None,
        }

    @contextmanager
    def _process(self, scratch: Path, spec: Mapping[str, object]) -> Iterator[subprocess.Popen[bytes]]:
        code = Path(inner.__file__).read_text(encoding="utf-8")
        before, place = opening(self._walls, spec, scratch / "spec.json")
        argv = [*before, os.path.realpath(sys.executable), "-I", "-S", "-c", code, place]
        process = subprocess.Popen(  # noqa: S603
            argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath},
            start_new_session=True,
        )
        try:
            yield process
        finally:  # Ctrl-C too: the whole cage goes with its first process
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _report(self, out: Path) -> Mapping[str, bool] | None:
        if self._command.report == "none":
            return None
        # What the cage left may be a link to anything, a pipe or a folder.
        content = read_plain(out / self._command.report_file, self._limits.report_bytes)
        return None if content is None else read_report(self._command.report, content)


def _programs(program: str) -> tuple[str, str]:
    """
    The program's absolute path as the cage sees it, and the search path there.
    """
    found = program if "/" in program else shutil.which(program) or program
    folders = ["/usr/local/bin", "/usr/bin", "/bin"]
    for tool in (found, "node", "go", "cargo"):
        place = shutil.which(tool)
        if place is not None and (folder := str(Path(place).parent)) not in folders:
            folders.insert(0, folder)
    return found, os.pathsep.join(folders)


def _toolchains(program: str, repository: Path) -> list[str]:
    """
    Folders outside the system's that hold interpreters: a person's own Python, Node, Go or Rust.
    """
    home = Path(os.path.realpath(Path.home()))
    roots = []
    for tool in (program, "python3", "node", "go", "cargo", "rustc", sys.executable):
        place = shutil.which(tool) or (tool if Path(tool).exists() else None)
        if place is None:
            continue
        for path in {Path(place).absolute(), Path(os.path.realpath(place))}:
            root = path.parent.parent
            too_much = root.is_relative_to(repository) or home.is_relative_to(root)
            if path.parent.name == "bin" and not too_much and root.name not in (".cargo", ".pyenv", ".local"):
                roots.append(str(root))
    rust = home / ".rustup"
    roots += [str(path) for path in (home / ".cargo/bin", home / ".cargo/registry", rust) if path.is_dir()]
    system = ("/usr", "/bin", "/opt", "/nix")
    return [root for root in dict.fromkeys(roots) if not root.startswith(system)]
