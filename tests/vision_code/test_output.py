"""
Output is written all or nothing.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import resource
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from vision_code import output
from vision_code.errors import Denied, LimitExceeded, UsageError
from vision_code.output import refuse_early, write_all

if TYPE_CHECKING:
    from _typeshed import TraceFunction

_NOBODY = 65534


def _listing(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_all_files_arrive_and_no_temporary_stays(tmp_path: Path) -> None:
    write_all({tmp_path / "a/index.html": b"x", tmp_path / "a/assets/p.png": b"y"})
    assert _listing(tmp_path) == ["a", "a/assets", "a/assets/p.png", "a/index.html"]


def test_an_existing_file_refuses_the_whole_set(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")
    with pytest.raises(UsageError, match="--force") as refusal:
        write_all({tmp_path / "a": b"1", tmp_path / "b": b"2"})
    assert refusal.value.kind == "output.exists"
    assert _listing(tmp_path) == ["b"]
    assert (tmp_path / "b").read_bytes() == b"mine"


def test_force_replaces(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"mine")
    write_all({tmp_path / "b": b"2"}, force=True)
    assert (tmp_path / "b").read_bytes() == b"2"


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(UsageError, match="is a directory"):
        write_all({tmp_path / "out": b"1"}, force=True)


def test_an_unwritable_place_is_denied_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Denied):
        write_all({tmp_path / "new/a": b"1", tmp_path / "file/below": b"2"})
    assert _listing(tmp_path) == ["file"]


def test_a_name_longer_than_any_file_has_is_denied_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Denied) as caught:
        write_all({tmp_path / "new/a": b"1", tmp_path / ("x" * 300): b"2"})
    assert caught.value.kind == "path.too_long"
    assert _listing(tmp_path) == []


def test_a_folder_closed_while_the_work_went_on_is_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "new/a"
    refuse_early(target)

    def closed(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", closed)
    with pytest.raises(Denied) as caught:
        write_all({target: b"1"})
    assert caught.value.kind == "file.readonly"


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    previous = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(LimitExceeded):
            write_all({tmp_path / "small": b"1", tmp_path / "big": b"x" * 2000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, previous)
    assert _listing(tmp_path) == []


def test_an_interrupt_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(self: Path, target: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_all({tmp_path / "new/a": b"1"})
    assert _listing(tmp_path) == []


@pytest.mark.filterwarnings("ignore:Implicitly cleaning up:ResourceWarning")
def test_a_scratch_folder_goes_at_whatever_line_an_interrupt_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    watched = {output.__file__, shutil.__file__, tempfile.__file__, contextlib.__file__}

    def interrupted_at(moment: int) -> bool:
        lines = 0

        def line(frame: FrameType, event: str, _: object) -> TraceFunction | None:
            nonlocal lines
            if frame.f_code.co_filename not in watched:
                return None
            if event == "line":
                lines += 1
                if lines == moment:
                    sys.settrace(None)
                    raise KeyboardInterrupt
            return line

        before = sys.gettrace()
        try:
            sys.settrace(line)
            with output.scratch_folder() as folder:
                (folder / "page.html").touch()
                (folder / "assets").mkdir()
        except KeyboardInterrupt:
            return True
        except OSError:  # `shutil` closes a file twice when it is interrupted as it closes it
            return lines == moment
        finally:
            sys.settrace(before)
        return False

    interrupted_at(0)  # never: `tempfile` begins its names once, under a lock that an interrupt would leave taken
    moments = itertools.takewhile(interrupted_at, range(1, 2_000))
    left = {moment: list(tmp_path.iterdir()) for moment in moments}
    assert len(left) > 20
    assert not any(left.values())


def test_a_scratch_folder_goes_with_what_was_made_read_only_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    user = os.geteuid()
    with tempfile.TemporaryDirectory(dir="/tmp") as base:
        Path(base).chmod(0o777)
        monkeypatch.setattr(tempfile, "tempdir", base)
        os.seteuid(user or _NOBODY)  # permissions do not hold root
        try:
            with output.scratch_folder() as folder:
                (folder / "out").mkdir()
                (folder / "out" / "report.xml").touch()
                (folder / "out").chmod(0o555)
        finally:
            os.seteuid(user)
        assert list(Path(base).iterdir()) == []
