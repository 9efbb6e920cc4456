"""
A child process that does one piece of work: a question in, an answer out, killed at its deadline, gone with its parent.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from vision_code import errors
from vision_code.capture.sweep import sweep_later
from vision_code.errors import VisionCodeError

_ENTRY = "import sys, importlib; sys.path.insert(0, sys.argv[1]); importlib.import_module(sys.argv[2]).main()"
_ROOT = Path(__file__).resolve().parents[2]
#: From a closed pipe to the kill.
_GRACE_S = 1.5


class ChildTimeout(Exception):
    """
    It did not answer in time.
    """


class ChildDied(Exception):
    """
    It ended without an answer; ``str()`` says how.
    """


def ask(module: str, question: Mapping[str, object], *, deadline_s: float, folder: Path | None = None) -> Any:
    """
    Let ``module.main()`` answer in a process of its own.

    Args:
        folder: Its temporary folder. The caller removes it; the child does when the caller was killed.

    Returns:
        The fields of the answer, and its bytes.

    Raises:
        VisionCodeError: What the work raised there.
        ChildTimeout, ChildDied: Instead of an answer.
    """
    scratch = {name: str(folder) for name in ("TMPDIR", "TEMP", "TMP")} if folder else {}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the question goes in as data
        # -P: the current folder may hold files that are called like modules.
        [sys.executable, "-P", "-c", _ENTRY, str(_ROOT), module, *([str(folder)] if folder else [])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is the parent's to handle
        env={**os.environ, **scratch},
    )
    try:
        answer = _heard(process, question, deadline_s)
    finally:
        _kill(process)
    head, newline, content = answer.partition(b"\n")
    if not newline:
        code = process.returncode
        raise ChildDied(f"signal {-code}" if code < 0 else f"exit {code}")
    fields: dict[str, Any] = json.loads(head)
    if "error" in fields:
        raise _raised(fields["error"])
    return fields, content


def _heard(process: subprocess.Popen[bytes], question: Mapping[str, object], deadline_s: float) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    stream, heard = process.stdout, [b""]
    with contextlib.suppress(OSError):  # it died at once: there will be no answer
        process.stdin.write(json.dumps(question).encode() + b"\n")
        process.stdin.flush()

    def listen() -> None:
        with contextlib.suppress(OSError, ValueError):
            heard[0] = stream.read()

    listening = threading.Thread(target=listen, daemon=True)
    listening.start()
    listening.join(deadline_s)
    if listening.is_alive():
        raise ChildTimeout
    return heard[0]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """
    End it and what it started; harmless when it has ended. A closed pipe tells it to; then it is killed.
    """
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE_S)
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _raised(error: Mapping[str, Any]) -> VisionCodeError:
    kind: type[VisionCodeError] = getattr(errors, error["class"])
    return kind(error["kind"], error["message"], retry=error["retry"])


def answer(
    work: Callable[[dict[str, Any]], tuple[dict[str, object], bytes]], *, abandon: Callable[[], None] = lambda: None
) -> None:
    """
    The child's side: read the question, do the work, send the answer.

    Args:
        abandon: Called on a thread of its own when nobody waits for the answer any more; then the process ends.
    """
    # The channel is a copy of stdout; whatever prints goes to stderr.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    question: dict[str, Any] = json.loads(sys.stdin.buffer.readline())

    def watch() -> None:
        while os.read(0, 4096):
            continue
        if len(sys.argv) > 3:
            sweep_later(Path(sys.argv[3]))
        abandon()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    content = b""
    fields: dict[str, object]
    try:
        fields, content = work(question)
    except VisionCodeError as error:
        told = {"class": type(error).__name__, "kind": error.kind, "message": error.message, "retry": error.retry}
        fields = {"error": told}
    channel.write(json.dumps(fields).encode() + b"\n" + content)
    channel.flush()
    os._exit(0)  # the thread at the pipe would wait for ever
