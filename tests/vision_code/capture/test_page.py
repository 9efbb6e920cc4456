"""
Pages of a server on this machine, and of a folder, become pictures; everything else is refused.
"""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.marked_processes import MARK, survivors
from vision_code.capture import Page, capture_page
from vision_code.errors import Denied, InputRejected, UsageError, VerificationFailed
from vision_code.render import find_browser

ROOT = Path(__file__).resolve().parents[3]
needs_browser = pytest.mark.skipif(find_browser() is None, reason="no Chromium, Chrome or Edge on this machine")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """
    The address of a server in a process of its own.
    """
    command = [sys.executable, str(Path(__file__).with_name("serving.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        process.kill()


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """
    Where temporary files go, to see that none stay; short enough for a browser's socket. pytest makes its own first.
    """
    with tempfile.TemporaryDirectory(prefix="vct-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        monkeypatch.setenv("TMPDIR", folder)
        yield Path(folder)


def _pixels(page: Page) -> np.ndarray:
    with Image.open(io.BytesIO(page.picture.png)) as image:
        assert image.size == (page.picture.width_px, page.picture.height_px)
        return np.asarray(image.convert("RGB"))


@pytest.mark.browser
@needs_browser
def test_the_whole_page_is_drawn(server: str, scratch: Path) -> None:
    page = capture_page(f"{server}/?secret=1", width_px=400)
    pixels = _pixels(page)
    assert pixels.shape == (1660, 400, 3)
    assert (pixels[:100] == (0x1E, 0x90, 0xFF)).all()
    assert (pixels[100:1600] == 255).all()
    assert (pixels[1600:] == (0xB2, 0x22, 0x22)).all()
    assert (page.url, page.status) == (f"{server}/", 200)
    assert list(scratch.iterdir()) == []


@pytest.mark.browser
@needs_browser
def test_the_window_alone_is_drawn_where_that_is_asked(server: str) -> None:
    pixels = _pixels(capture_page(f"{server}/", whole=False))
    assert pixels.shape == (800, 1280, 3)
    assert (pixels[100:] == 255).all()


@pytest.mark.browser
@needs_browser
def test_scripts_and_slow_pictures_and_redirects_are_waited_for(server: str) -> None:
    moved = capture_page(f"{server}/moved", width_px=200)
    assert (_pixels(moved) == (0x2E, 0x8B, 0x57)).all()
    assert moved.url == f"{server}/drawn"  # what may be a secret is not repeated
    assert (_pixels(capture_page(f"{server}/picture", width_px=200))[:50, :50] == (255, 0, 255)).all()


@pytest.mark.browser
@needs_browser
def test_a_page_that_sends_on_by_script_is_followed(server: str) -> None:
    page = capture_page(f"{server}/hop", width_px=200)
    assert (page.url, (_pixels(page) == (0x2E, 0x8B, 0x57)).all()) == (f"{server}/drawn", True)


@pytest.mark.browser
@needs_browser
def test_a_page_leads_to_no_file(server: str) -> None:
    page = capture_page(f"{server}/peek", width_px=200)
    assert page.url == f"{server}/peek"
    assert (_pixels(page) == 255).all()  # neither a frame nor a jump shows one
    with pytest.raises(InputRejected, match=r"url\.unreachable"):
        capture_page(f"{server}/file")


@pytest.mark.browser
@needs_browser
def test_a_page_that_is_too_high_is_cut_with_a_word(server: str) -> None:
    page = capture_page(f"{server}/high", width_px=64)
    assert page.picture.height_px == 16_384
    assert "page is 60000 px high, drawn to 16384" in page.picture.notes


@pytest.mark.browser
@needs_browser
def test_an_error_page_is_drawn_with_a_word(server: str) -> None:
    page = capture_page(f"{server}/nothing")
    assert page.status == 404
    assert any("answered 404" in note for note in page.picture.notes)


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize(("path", "deadline_s"), [("/never", 3.0), ("/endless", 3.0)])
def test_a_page_that_never_comes_is_given_up(
    server: str, path: str, deadline_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from vision_code.capture import page

    monkeypatch.setattr(page, "_BROWSER_S", 12.0)
    monkeypatch.setenv(MARK, "page-deadline")
    with pytest.raises(VerificationFailed, match=r"render\.timeout") as caught:
        capture_page(server + path, deadline_s=deadline_s)
    assert caught.value.retry
    limit = time.monotonic() + 10
    while (left := survivors("page-deadline")) and time.monotonic() < limit:
        time.sleep(0.1)
    assert left == []


@pytest.mark.browser
@needs_browser
def test_what_cannot_be_reached_is_said_without_secrets(server: str) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # taken, and nobody listens
        port = closed.getsockname()[1]
        with pytest.raises(InputRejected, match=r"url\.unreachable: .* the connection is refused") as caught:
            capture_page(f"http://user:word@127.0.0.1:{port}/a?token=b")
    assert caught.value.message.startswith(f"http://127.0.0.1:{port}/a cannot be loaded")
    with pytest.raises(InputRejected, match=r"url\.unreachable: .* a download, not a page"):
        capture_page(f"{server}/zip")


@pytest.mark.browser
@needs_browser
def test_a_page_of_the_folder_is_drawn_without_network(server: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "in" / "a b.html").write_text(
        "<!doctype html><style>*{margin:0}</style><div style='height:1000px;background:#1e90ff'></div>"
        f"<img src='{server}/slow.svg'><img src='../../out.svg'>"
        "<script>document.querySelector('div').style.background = '#2e8b57'</script>"
    )
    url = (tmp_path / "in" / "a b.html").as_uri()
    page = capture_page(url, width_px=300, whole=False, folder=tmp_path)
    pixels = _pixels(page)
    assert pixels.shape == (800, 300, 3)
    assert (pixels == (0x2E, 0x8B, 0x57)).all()
    assert (page.url, page.status) == (url, None)
    assert any("render.blocked" in note for note in page.picture.notes)


REFUSED = {
    "ftp": ("ftp://example.com/", "url.denied"),
    "no scheme": ("example.com", "url.denied"),
    "host and port": ("localhost:3000", "url.denied"),
    "script": ("javascript:alert(1)", "url.denied"),
    "data": ("data:text/html,hello", "url.denied"),
    "the browser's own": ("chrome://version", "url.denied"),
    "source": ("view-source:http://example.com", "url.denied"),
    "no host": ("http://", "url.denied"),
    "spaces": ("http://a b/", "url.denied"),
    "bad port": ("http://a:99999999/", "url.denied"),
    "bad bracket": ("http://[::1/", "url.denied"),
    "long": ("http://a/" + "a" * 5000, "url.denied"),
    "empty": ("", "url.denied"),
    "another machine": ("file://elsewhere/etc/passwd", "path.remote"),
    "outside": ("file:///etc/passwd", "path.outside"),
    "up": ("file://{}/../x.html", "path.outside"),
    "up, quoted": ("file://{}/%2e%2e/x.html", "path.outside"),
    "a link that leaves": ("file://{}/link.html", "path.outside"),
    "NUL": ("file://{}/a%00b", "input.missing"),
    "missing": ("file://{}/none.html", "input.missing"),
    "a folder": ("file://{}/", "input.directory"),
}


@pytest.mark.parametrize(("url", "kind"), REFUSED.values(), ids=REFUSED)
def test_other_addresses_are_refused(url: str, kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "x.html").write_text("outside")
    (folder / "link.html").symlink_to(tmp_path / "x.html")
    with pytest.raises((InputRejected, Denied)) as caught:
        capture_page(url.replace("{}", str(folder)), folder=folder)
    assert caught.value.kind == kind


def test_a_page_named_like_a_file_is_told_its_address(tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<p>Hello</p>")
    with pytest.raises(InputRejected, match=page.as_uri()):
        capture_page("index.html", folder=tmp_path)


def test_numbers_out_of_range_are_refused() -> None:
    for width in (0, 63, 8193):
        with pytest.raises(UsageError, match=r"usage\.width"):
            capture_page("http://127.0.0.1/", width_px=width)
    for seconds in (0, -1, 301, float("nan")):
        with pytest.raises(UsageError, match=r"usage\.deadline"):
            capture_page("http://127.0.0.1/", deadline_s=seconds)


@pytest.mark.browser
@needs_browser
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=str)
def test_nothing_stays_behind_a_program_that_is_ended(server: str, number: int, scratch: Path, tmp_path: Path) -> None:
    mark = f"page-{number}-{os.getpid()}"
    environment = {**os.environ, MARK: mark, "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "vision_code",
        "capture",
        "--url",
        f"{server}/never",
        "-o",
        str(tmp_path / "a.png"),
    ]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        limit = time.monotonic() + 30
        while len(survivors(mark)) < 5 and time.monotonic() < limit:  # the browser and some of its processes
            time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(20) == (-number if number == signal.SIGKILL else 128 + number)
        limit = time.monotonic() + 20
        while (survivors(mark) or list(scratch.iterdir())) and time.monotonic() < limit:
            time.sleep(0.1)
    assert survivors(mark) == []
    assert list(tmp_path.iterdir()) == []
    assert list(scratch.iterdir()) == []
