"""
Every bad input gets its kind, its exit code and one clear line, and leaves nothing behind.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vision_code.cli import run

ROOT = Path(__file__).resolve().parents[3]
LOGIN = ROOT / "examples" / "login-card.png"


def _png(width: int, height: int) -> bytes:
    """
    A PNG whose header claims ``width`` × ``height``; its data is one byte.
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def _truncated() -> bytes:
    noise = np.random.default_rng(0).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(noise).save(buffer, "PNG")
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


def _component(*arguments: str | Path) -> int:
    return run(["component", "--engine", "none", "--no-verify", *map(str, arguments)])


REFUSED: dict[str, tuple[Callable[[Path], object], str, int]] = {
    "missing": (lambda path: None, "input.missing", 3),
    "directory": (lambda path: path.mkdir(), "input.directory", 3),
    "empty": (lambda path: path.write_bytes(b""), "image.format", 3),
    "text": (lambda path: path.write_text("not a picture"), "image.format", 3),
    "truncated": (lambda path: path.write_bytes(_truncated()), "image.corrupt", 3),
    "huge": (lambda path: path.write_bytes(_png(30000, 30000)), "image.too_large", 3),
    "no-pixels": (lambda path: path.write_bytes(_png(0, 10)), "image.corrupt", 3),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_unusable_picture_is_refused_with_one_line(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, kind, code = REFUSED[name]
    make(tmp_path / "shot.png")
    out = tmp_path / "made" / "out.html"
    assert _component(tmp_path / "shot.png", "-o", out) == code
    error = capsys.readouterr().err
    assert error.startswith(f"error[{kind}]: ")
    assert error.count("\n") == 1
    assert not out.parent.exists()


def test_json_reports_the_error_on_stdout(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _component(tmp_path / "none.png", "--json") == 3
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["error"]["kind"] == "input.missing"
    assert answer["error"]["retry"] is False


def test_output_that_exists_is_kept_without_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.html"
    out.write_text("mine")
    assert _component(LOGIN, "-o", out) == 2
    assert "--force" in capsys.readouterr().err
    assert out.read_text() == "mine"


def test_unwritable_output_is_denied(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert _component(LOGIN, "-o", tmp_path / "file" / "out.html") == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


@pytest.mark.parametrize(
    ("engine", "kind", "code"),
    [
        ("https://example.org/v1", "engine.capability", 8),
        ("local:/no/such/folder", "checkpoint.missing", 4),
        ("gpt", "engine.unknown", 2),
    ],
)
def test_an_engine_that_is_not_there_is_named(
    engine: str, kind: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.html"
    assert run(["component", str(LOGIN), "--engine", engine, "--no-verify", "-o", str(out)]) == code
    assert capsys.readouterr().err.startswith(f"error[{kind}]: ")
    assert not out.exists()


def _flat(size: tuple[int, int], color: str = "white") -> Image.Image:
    return Image.new("RGB", size, color)


def _photo() -> Image.Image:
    noise = np.random.default_rng(1).normal(0, 40, (60, 80, 3))
    ramp = np.linspace(40, 200, 80)[None, :, None]
    small = Image.fromarray(np.clip(noise + ramp, 0, 255).astype(np.uint8))
    return small.resize((800, 600), Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    ("name", "picture"),
    [("blank", _flat((640, 480))), ("one-pixel", _flat((1, 1), "red")), ("photo", _photo())],
)
def test_a_picture_without_ui_still_exits_cleanly_and_says_so(
    name: str, picture: Image.Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture.save(tmp_path / f"{name}.png")
    assert _component(tmp_path / f"{name}.png", "-o", tmp_path / "out.html") == 0
    assert "no text" in capsys.readouterr().err
    assert (tmp_path / "out.html").is_file()


def _oddities() -> dict[str, Callable[[Path], None]]:
    login = Image.open(LOGIN).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotate 90° clockwise to show
    return {
        "animated.gif": lambda p: login.save(p, save_all=True, append_images=[_flat(login.size)]),
        "rotated.jpg": lambda p: login.rotate(90, expand=True).save(p, quality=95, exif=exif),
        "alpha.png": lambda p: login.convert("RGBA").save(p),
        "sixteen.png": lambda p: Image.fromarray(np.asarray(login.convert("L")).astype(np.uint16) * 257).save(p),
        "cmyk.jpg": lambda p: login.convert("CMYK").save(p, quality=95),
    }


@pytest.mark.parametrize("name", list(_oddities()))
def test_an_odd_but_valid_picture_is_read(name: str, tmp_path: Path) -> None:
    _oddities()[name](tmp_path / name)
    out = tmp_path / "out.html"
    assert _component(tmp_path / name, "-o", out) == 0
    assert "Welcome back" in out.read_text()


def _start(*arguments: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "vision_code", "component", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")}
    (folder / "tmp").mkdir()
    return subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.browser
@pytest.mark.parametrize("after_s", [0.15, 0.4, 0.8, 1.3, 2.0])
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_at_any_station_leaves_nothing(
    after_s: float, sent: signal.Signals, code: int, tmp_path: Path
) -> None:
    process = _start(str(ROOT / "examples" / "dashboard.png"), "-o", "made/out.html", folder=tmp_path)
    time.sleep(after_s)
    children = _children(process.pid)
    process.send_signal(sent)
    _, error = process.communicate(timeout=10)
    if process.returncode == 0:
        return  # it was done already: nothing to interrupt
    assert process.returncode in (code, -sent)  # negative: before Python could install a handler
    assert "Traceback" not in error
    assert not (tmp_path / "made").exists()
    assert list((tmp_path / "tmp").iterdir()) == []
    deadline = time.monotonic() + 2
    while any(Path(f"/proc/{child}").exists() for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert [child for child in children if Path(f"/proc/{child}").exists()] == []
