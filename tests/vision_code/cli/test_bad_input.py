"""
Every bad input gets its kind, its exit code and one clear line, and leaves nothing behind.
"""

from __future__ import annotations

import io
import json
import os
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

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


def test_a_missing_picture_is_refused_before_any_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def started(spec: str) -> None:
        raise AssertionError(f"{spec} was started")

    monkeypatch.setattr("vision_code.engine.open_engine", started)
    assert run(["component", "no-such-picture.png"]) == 3
    assert capsys.readouterr().err == "error[input.missing]: no-such-picture.png does not exist\n"


IMPOSSIBLE = {
    "long": "x" * 5000 + ".png",
    "long-page": "x" * 5000 + ".html",
    "deep": "folder/" * 1000 + "shot.png",
    "nul": "a\0b.png",
    "surrogate": "a\ud800b.png",
    "through-a-file": f"{LOGIN}/shot.png",
}


@pytest.mark.parametrize("name", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
@pytest.mark.parametrize(
    "before",
    [["component", "--engine", "none"], ["compare"], ["compare", str(LOGIN)]],
    ids=["picture", "left", "right"],
)
def test_a_name_that_no_file_has_is_missing(before: list[str], name: str, capsys: pytest.CaptureFixture[str]) -> None:
    after = [str(LOGIN)] if before == ["compare"] else []
    assert run([*before, name, *after]) == 3
    error = capsys.readouterr().err
    assert error.startswith("error[input.missing]: ")
    assert error[:-1].isprintable()
    assert len(error) < 300


@pytest.mark.parametrize("name", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_a_name_that_no_folder_has_is_no_checkpoint(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    for call in (["inspect", name], ["component", str(LOGIN), "--engine", f"local:{name}"]):
        assert run(call) == 4
        error = capsys.readouterr().err
        assert error.startswith("error[checkpoint.")
        assert error[:-1].isprintable()


@pytest.mark.parametrize("name", ["a\0b.html", "a\ud800b.html"])
def test_an_output_name_that_no_file_can_have_is_denied_before_any_work(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for call in (["-o", name], ["-o", "made.html", "--explain", name]):
        assert _component("no-such-picture.png", *call) == 6
        assert capsys.readouterr().err.startswith("error[path.control_char]: ")


@pytest.mark.parametrize("name", ["directory", "text", "truncated"])
def test_compare_refuses_an_unusable_picture_like_component(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make, kind, code = REFUSED[name]
    make(tmp_path / "shot.png")
    assert run(["compare", str(LOGIN), str(tmp_path / "shot.png")]) == code
    assert capsys.readouterr().err.startswith(f"error[{kind}]: ")


def test_compare_refuses_its_output_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    text = str(tmp_path / "text.png")
    assert run(["compare", text, text, "--picture", text]) == 2
    assert capsys.readouterr().err.startswith("error[output.exists]: ")


def test_a_name_that_ends_like_a_folder_is_no_output_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["component", str(LOGIN), "-o", f"{tmp_path}/made/"]) == 2
    assert "names a folder" in capsys.readouterr().err
    assert run(["compare", str(LOGIN), str(LOGIN), "--picture", f"{tmp_path}/made/"]) == 2
    assert list(tmp_path.iterdir()) == []


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


def test_a_directory_is_no_output_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _component(LOGIN, "-o", tmp_path, "--force") == 2
    assert capsys.readouterr().err.startswith("error[output.is_directory]: ")


def test_unwritable_output_is_denied_before_any_work(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert _component("no-such-picture.png", "-o", tmp_path / "file" / "out.html") == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


@pytest.mark.parametrize("name", ["x" * 5000 + ".html", "folder/" * 1000 + "out.html"])
@pytest.mark.parametrize("force", [[], ["--force"]])
def test_an_output_name_longer_than_any_file_has_is_denied(
    name: str, force: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _component("no-such-picture.png", "-o", name, *force) == 6
    error = capsys.readouterr().err
    assert error.startswith("error[path.too_long]: ")
    assert error.count("\n") == 1
    assert len(error) < 300


def test_the_longest_name_that_a_file_may_have_is_written(tmp_path: Path) -> None:
    out = tmp_path / ("x" * 250 + ".html")
    assert _component(LOGIN, "-o", out) == 0
    assert [file.name for file in tmp_path.glob("*.html")] == [out.name]


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A folder that this user may not write into; told so by the system's own answer, since root may write anywhere.
    """
    folder = tmp_path / "closed"
    folder.mkdir()
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not Path(path).samefile(folder) and real(path, mode))
    return folder


@pytest.mark.parametrize("below", ["", "new/deeper"])
def test_a_closed_output_folder_is_denied_before_any_work(
    below: str, closed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _component("no-such-picture.png", "-o", closed / below / "out.html") == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")
    assert list(closed.iterdir()) == []


def test_a_closed_working_folder_is_denied_before_any_work(
    closed: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(closed)
    assert _component("no-such-picture.png") == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


def test_a_closed_folder_for_explanations_is_denied_before_any_work(
    closed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _component("no-such-picture.png", "-o", tmp_path / "out.html", "--explain", closed / "road") == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


@pytest.mark.parametrize(
    ("engine", "kind", "code"),
    [
        ("http://example.org/v1", "remote.insecure", 8),
        ("http://127.0.0.1:9/v1", "remote.unavailable", 8),
        ("https://me:secret@example.org/v1", "engine.address", 2),
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


@pytest.mark.parametrize("folder", ["/proc/no-such", "/dev/null"])
def test_an_impossible_folder_is_denied(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _component(LOGIN, "-o", f"{folder}/out.html") == 6
    error = capsys.readouterr().err
    assert error.startswith("error[file.readonly]: ")
    assert error.count("\n") == 1


def _flat(size: tuple[int, int], color: str = "white") -> Image.Image:
    return Image.new("RGB", size, color)


def _boxes() -> Image.Image:
    """
    A screenshot without a word: a card with a button on it.
    """
    picture = Image.new("RGB", (640, 480), "#f3f4f6")
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((120, 80, 520, 400), 16, fill="white", outline="#d1d5db")
    draw.rounded_rectangle((160, 320, 480, 368), 8, fill="#2563eb")
    return picture


def _photo() -> Image.Image:
    noise = np.random.default_rng(1).normal(0, 40, (60, 80, 3))
    ramp = np.linspace(40, 200, 80)[None, :, None]
    small = Image.fromarray(np.clip(noise + ramp, 0, 255).astype(np.uint8))
    return small.resize((800, 600), Image.Resampling.BICUBIC)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("blank", _flat((640, 480))),
        ("one-pixel", _flat((1, 1), "red")),
        ("boxes", _boxes()),
        ("photo", _photo()),
    ],
)
def test_a_picture_without_ui_still_exits_cleanly_and_says_so(
    name: str, picture: Image.Image, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture.save(tmp_path / f"{name}.png")
    assert _component(tmp_path / f"{name}.png", "-o", tmp_path / "out.html") == 0
    assert "no text" in capsys.readouterr().err
    assert (tmp_path / "out.html").is_file()


def _without_background(picture: Image.Image) -> Image.Image:
    """
    The colour of the first pixel becomes transparent, over black that must not show.
    """
    rgb = np.asarray(picture)
    alpha = np.where((rgb == rgb[0, 0]).all(axis=-1), 0, 255).astype(np.uint8)
    return Image.fromarray(np.dstack([np.where(alpha[..., None] > 0, rgb, 0).astype(np.uint8), alpha]))


def _oddities() -> dict[str, Callable[[Path], None]]:
    login = Image.open(LOGIN).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: rotate 90° clockwise to show
    return {
        "animated.gif": lambda p: login.save(p, save_all=True, append_images=[_flat(login.size)]),
        "rotated.jpg": lambda p: login.rotate(90, expand=True).save(p, quality=95, exif=exif),
        "alpha.png": lambda p: _without_background(login).save(p),
        "sixteen.png": lambda p: Image.fromarray(np.asarray(login.convert("L")).astype(np.uint16) * 257).save(p),
        "cmyk.jpg": lambda p: login.convert("CMYK").save(p, quality=95),
    }


@pytest.mark.parametrize("name", list(_oddities()))
def test_an_odd_but_valid_picture_is_read(name: str, tmp_path: Path) -> None:
    _oddities()[name](tmp_path / name)
    out = tmp_path / "out.html"
    assert _component(tmp_path / name, "-o", out) == 0
    assert "Welcome back" in out.read_text()


def test_an_animation_is_read_from_its_first_frame_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _oddities()["animated.gif"](tmp_path / "animated.gif")
    assert _component(tmp_path / "animated.gif", "-o", tmp_path / "out.html") == 0
    assert "note: first frame of an animation\n" in capsys.readouterr().err


@pytest.mark.slow
def test_a_very_tall_page_takes_bounded_time_and_memory(tmp_path: Path) -> None:
    # Measured: 70 CPU seconds and 1.5 GiB for 1,400 words, nearly all of it for reading them; here are half as many.
    tile = Image.open(ROOT / "examples" / "dashboard.png").convert("RGB")
    page = _flat((1920, 12000))
    places = range(0, page.height, 2 * tile.height)
    for y in places:
        for x in range(0, page.width, tile.width):
            page.paste(tile, (x, y))
    page.save(tmp_path / "tall.png")
    command = [sys.executable, "-m", "vision_code", "component", str(tmp_path / "tall.png"), "--engine", "none"]
    command += ["--no-verify", "-o", str(tmp_path / "out.html")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    deadline = threading.Timer(600, process.kill)
    deadline.start()
    _, status, used = os.wait4(process.pid, 0)
    deadline.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    assert used.ru_utime + used.ru_stime < 120
    assert used.ru_maxrss < 3 << 20  # KiB
    assert (tmp_path / "out.html").read_text().count("Overview") >= len(places)
