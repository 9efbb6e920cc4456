"""
What the command line prints: JSON or text on stdout, one line an error on stderr, progress when somebody looks.

Source of the error shape: the project's contract, one line `error[<kind>]: <message>`, `{"ok": false, "error": …}`.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Protocol, TextIO

from vision_code.errors import LimitExceeded, VisionCodeError


class Progress(Protocol):
    """
    Told of each station as it begins.
    """

    def __call__(self, station: str, done: float) -> None: ...


def out(text: str) -> None:
    """
    One line (or block) on stdout.

    Raises:
        LimitExceeded: ``output.stdout``, it is closed or its disk is full.
    """
    if sys.stdout is None:  # started with `>&-`
        raise LimitExceeded("output.stdout", "stdout is closed")
    try:
        _write(sys.stdout, text)
    except OSError as error:
        raise LimitExceeded("output.stdout", f"stdout cannot be written: {error.strerror}") from error


def note(text: str) -> None:
    """
    One line on stderr, for people. Where nobody can read it, the exit code must do.
    """
    if sys.stderr is not None:  # started with `2>&-`
        with suppress(OSError):
            _write(sys.stderr, text)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(_encodable(text, stream) + "\n")
        stream.flush()
    except OSError:
        # What is left in the buffer would fail once more when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise


def _encodable(text: str, stream: TextIO) -> str:
    """
    File names hold bytes that are no letters, and not every terminal has all letters: these are shown by number.
    """
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding, stream.errors or "strict")
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    return text


def out_json(fields: Mapping[str, object]) -> None:
    """
    The answer for machines: `{"ok": true, …}` on one line, in ASCII, which every stdout takes.
    """
    out(json.dumps({"ok": True, **fields}))


def fail(error: VisionCodeError, *, as_json: bool, debug: bool) -> int:
    """
    Report ``error`` by the contract and return its exit code.
    """
    if debug:
        note("".join(traceback.format_exception(error)).rstrip())
    _print_error(error.kind, error.message, error.detail, error.retry, as_json)
    return error.exit_code


def fail_internal(error: Exception, *, as_json: bool, debug: bool) -> int:
    """
    Report a bug of ours: a crash id instead of the exception's text, which may hold paths or contents.
    """
    crash = secrets.token_hex(4)
    if debug:
        note("".join(traceback.format_exception(error)).rstrip())
    message = f"crash {crash} ({type(error).__name__}); run again with --debug to see where"
    _print_error("internal", message, {"crash": crash}, False, as_json)
    return 1


def _print_error(kind: str, message: str, detail: Mapping[str, object], retry: bool, as_json: bool) -> None:
    one_line = "".join(map(_visible, " ".join(message.split())))
    note(f"error[{kind}]: {one_line}")
    if as_json:
        error = {"kind": kind, "message": one_line, "detail": dict(detail), "retry": retry}
        with suppress(LimitExceeded):  # stdout is gone; stderr has said what happened
            out(json.dumps({"ok": False, "error": error}))


def _visible(letter: str) -> str:
    """
    What a file's name may hold and a terminal may obey is shown by number.
    """
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()


@contextmanager
def progress(enabled: bool) -> Iterator[Progress]:
    """
    A progress bar on stderr while the block runs; silent when ``enabled`` is false or stderr is no terminal.
    """
    if not (enabled and sys.stderr is not None and sys.stderr.isatty()):
        yield lambda station, done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description:<10}"), BarColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("start", total=1.0)

        def show(station: str, done: float) -> None:
            bar.update(task, description=station, completed=done)

        yield show
