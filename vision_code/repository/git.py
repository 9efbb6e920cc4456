"""
The only place that runs git, so hardened that nothing a repository says is ever run.

A repository can name programs in its configuration (monitors, hooks, filters, drivers, pagers, signers, aliases), and
ordinary commands run them. Here git gets an environment built from nothing, in which each of them is switched off, and
those whose names a repository chooses are read first (reading configuration runs nothing) and switched off by name.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import IO

from vision_code.errors import InputRejected, LimitExceeded

_DEADLINE_S = 60.0
_MAX_OUTPUT_BYTES = 256 * 2**20

_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.editor": "false",
    "core.sshCommand": "false",
    "core.gitProxy": "",
    "core.askPass": "",
    "core.alternateRefsCommand": "",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.protectHFS": "true",
    "core.protectNTFS": "true",
    "core.untrackedCache": "false",
    "core.preloadIndex": "false",
    "diff.external": "",
    "diff.submodule": "short",
    "sequence.editor": "false",
    "credential.helper": "",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "gpg.program": "false",
    "gpg.openpgp.program": "false",
    "gpg.ssh.program": "false",
    "gpg.x509.program": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
    "safe.bareRepository": "explicit",
    "uploadpack.packObjectsHook": "",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "log.showSignature": "false",
    "interactive.diffFilter": "",
    "pack.windowMemory": "64m",
}
#: Keys with a name of the repository's own in the middle.
_NAMED = r"^(filter\..*\.(clean|smudge|process|required)|diff\..*\.(textconv|command)|merge\..*\.driver|alias\..*|" \
    r"trailer\..*|pager\..*|gpg\..*\.program|credential\..*\.helper|remote\..*\.(uploadpack|receivepack|vcs|proxy)|" \
    r"difftool\..*|mergetool\..*|browser\..*|man\..*|tar\..*\.command|hook\..*|submodule\..*\.update)$"  # fmt: skip


@dataclass(frozen=True)
class Git:
    """
    Git in one repository.

    Attributes:
        folder: Its working tree, or a folder of no repository.
    """

    folder: Path

    def run(self, *arguments: str, data: bytes = b"", fails: bool = False) -> bytes:
        """
        Run one command and return what it printed.

        Args:
            arguments: Of ours; names that came from elsewhere stand after ``--`` or in ``data``.
            data: For its stdin.
            fails: Whether another exit code than 0 is an answer, too: empty then.

        Raises:
            InputRejected: ``repository.git``, git refuses.
            LimitExceeded: ``repository.timeout``.
        """
        done = _run([git_program(), *arguments], self.folder, self.environment, data)
        if done.returncode and not fails:
            first = next(iter(done.stderr.decode("utf-8", "replace").strip().splitlines()), "no reason given")
            raise InputRejected("repository.git", f"git {arguments[0]}: {first[:200]}")
        return done.stdout if not done.returncode else b""

    @cached_property
    def environment(self) -> dict[str, str]:
        """
        Everything that git gets to know.
        """
        settings = {**_SETTINGS, "safe.directory": _trusted(self.folder).as_posix()}
        plain = _environment(settings)
        command = [git_program(), "config", "--includes", "--null", "--name-only", "--get-regexp", _NAMED]
        names = _run(command, self.folder, plain, b"").stdout.decode("utf-8", "surrogateescape").split("\0")
        off = {name: "false" if name.endswith(".required") else "" for name in names if name}
        return _environment({**settings, **off})


@cache
def git_program() -> str:
    """
    Git's absolute path, never one in the current folder.

    Raises:
        InputRejected: ``repository.no_git``.
    """
    found = shutil.which("git", path=os.pathsep.join(p for p in os.get_exec_path() if Path(p).is_absolute()))
    if found is None:
        raise InputRejected("repository.no_git", "git is not installed")
    return found


def _trusted(folder: Path) -> Path:
    """
    The one folder whose repository git reads whoever owns it: in a container's job that is seldom whom we run as, and
    nothing that it says is run. It has to belong to the owner of the folder that was named, or is that folder itself: a
    repository around it may be another user's, who put it there to be found.
    """
    real = Path(os.path.realpath(folder))
    for place in (real, *real.parents):
        with contextlib.suppress(OSError):
            if (place / ".git").lstat().st_uid == place.stat().st_uid == real.stat().st_uid:
                return place
            return real
    return real


def _environment(settings: dict[str, str]) -> dict[str, str]:
    environment = {
        "PATH": os.pathsep.join(p for p in os.get_exec_path() if Path(p).is_absolute()),
        "HOME": "/nonexistent",
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_PAGER": "cat",
        "GIT_EDITOR": "false",
        "GIT_ASKPASS": "",
        "GIT_CONFIG_COUNT": str(len(settings)),
    }
    for number, (key, value) in enumerate(settings.items()):
        environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return environment


def _run(
    command: Sequence[str], folder: Path, environment: dict[str, str], data: bytes
) -> subprocess.CompletedProcess[bytes]:
    process = subprocess.Popen(  # noqa: S603 - git by its absolute path, arguments as a list
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    out, err = _Drain(process, process.stdout), _Drain(process, process.stderr)
    try:
        with contextlib.suppress(BrokenPipeError):
            if process.stdin is not None:
                process.stdin.write(data)
                process.stdin.close()
        # Its output ends when it does, and that is heard of at once: `wait` with a limit looks only every 50 ms.
        start_s = time.monotonic()
        out.join(_DEADLINE_S)
        process.wait(max(0.0, start_s + _DEADLINE_S - time.monotonic()))
    except BaseException as error:
        _kill(process)
        if isinstance(error, subprocess.TimeoutExpired):
            raise LimitExceeded("repository.timeout", f"git {command[1]} took longer than {_DEADLINE_S:g} s") from error
        raise
    finally:
        out.join()
        err.join()
    if len(out.data) > _MAX_OUTPUT_BYTES:
        raise LimitExceeded("repository.too_large", f"git {command[1]} printed more than {_MAX_OUTPUT_BYTES:,} bytes")
    return subprocess.CompletedProcess(command, process.returncode, out.data, err.data)


class _Drain(threading.Thread):
    """
    Reads what a process prints, and ends the process where that is too much.
    """

    def __init__(self, process: subprocess.Popen[bytes], stream: IO[bytes] | None) -> None:
        super().__init__(daemon=True)
        self.data = b""
        self._process = process
        self._stream = stream
        self.start()

    def run(self) -> None:
        """
        Until the end, or one byte too many.
        """
        if self._stream is None:
            return
        with self._stream as stream:
            self.data = stream.read(_MAX_OUTPUT_BYTES + 1)
        if len(self.data) > _MAX_OUTPUT_BYTES:
            _kill(self._process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
