"""
A page sees its own folder and nothing else.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vision_code.render import Browser

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as running:
        yield running


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """
    A TCP port on this machine and what connected to it.
    """
    hits: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    stop = threading.Event()

    def accept() -> None:
        while not stop.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            with connection:
                hits.append(b"connected")

    thread = threading.Thread(target=accept)
    thread.start()
    yield server.getsockname()[1], hits
    stop.set()
    thread.join()
    server.close()


@pytest.mark.parametrize("javascript", [False, True])
def test_nothing_reaches_the_network(
    browser: Browser, listener: tuple[int, list[bytes]], tmp_path: Path, javascript: bool
) -> None:
    port, hits = listener
    away = f"http://127.0.0.1:{port}"
    page = tmp_path / "index.html"
    page.write_text(
        f"""<!doctype html>
        <link rel="preconnect" href="{away}"><link rel="dns-prefetch" href="{away}">
        <link rel="prefetch" href="{away}/p">
        <link rel="stylesheet" href="{away}/a.css"><script src="{away}/a.js"></script>
        <meta http-equiv="refresh" content="0; url={away}/refresh">
        <style>@import url("{away}/b.css"); body {{ background: url("{away}/c.png") }}
        @font-face {{ font-family: far; src: url("{away}/f.woff2") }} p {{ font-family: far }}</style>
        <p>still here</p><img src="{away}/d.png"><iframe src="{away}/frame"></iframe>
        <object data="{away}/o"></object><video src="{away}/v.mp4"></video>
        <form id="f" action="{away}/form"><input></form>
        <script>
          fetch("{away}/fetch").catch(() => 0); navigator.sendBeacon("{away}/beacon", "x");
          try {{ new WebSocket("ws://127.0.0.1:{port}/ws") }} catch {{}}
          new EventSource("{away}/events"); window.open("{away}/popup");
          const pc = new RTCPeerConnection({{iceServers: [{{urls: "turn:127.0.0.1:{port}?transport=tcp",
            username: "u", credential: "c"}}]}}); pc.createDataChannel("x");
          pc.createOffer().then((offer) => pc.setLocalDescription(offer));
          setTimeout(() => document.getElementById("f").submit(), 50);
        </script>"""
    )
    rendering = browser.render(page, width_px=400, javascript=javascript)
    assert [word.text for word in rendering.facts.words] == ["still", "here"]
    assert hits == []
    assert any(note.startswith("render.blocked") for note in rendering.notes)


def test_scripts_do_not_run_unless_asked(browser: Browser) -> None:
    page = "<p>before</p><script>document.querySelector('p').textContent = 'after'</script>"
    assert browser.render(page, width_px=300).facts.words[0].text == "before"
    assert browser.render(page, width_px=300, javascript=True).facts.words[0].text == "after"


def _picture(path: Path, color: tuple[int, int, int]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (100, 100), color).save(path)
    return path


def _corner(browser: Browser, page: Path, **options: Path) -> tuple[int, ...]:
    return tuple(int(v) for v in browser.render(page, width_px=200, **options).pixels[50, 50])


def test_files_of_its_own_folder_are_shown(browser: Browser, tmp_path: Path) -> None:
    _picture(tmp_path / "a b" / "red.png", (255, 0, 0))
    page = tmp_path / "index.html"
    page.write_text('<body style="margin:0"><img src="a%20b/red.png?v=1">')
    assert _corner(browser, page) == (255, 0, 0)


def test_nothing_of_the_page_before_is_shown(browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "index.html"
    page.write_text('<body style="margin:0"><img src="picture.png">')
    for color in ((255, 0, 0), (0, 0, 255)):
        _picture(tmp_path / "picture.png", color)
        assert _corner(browser, page) == color


def test_what_a_script_stores_is_gone_with_its_page(browser: Browser) -> None:
    page = """<p></p><script>
      document.querySelector("p").textContent = document.cookie || "nothing";
      document.cookie = "kept=1; domain=page.invalid; path=/";
    </script>"""
    for _ in range(2):
        words = browser.render(page, width_px=300, javascript=True).facts.words
        assert [word.text for word in words] == ["nothing"]


@pytest.mark.parametrize("address", ["../secret.png", "/../secret.png", "%2e%2e/secret.png", "link.png", "FILE"])
def test_files_outside_the_folder_are_not_read(browser: Browser, tmp_path: Path, address: str) -> None:
    secret = _picture(tmp_path / "secret.png", (255, 0, 0))
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "link.png").symlink_to(secret)
    page = folder / "index.html"
    page.write_text(
        f'<body style="margin:0"><img width="100" height="100" src="{address.replace("FILE", secret.as_uri())}">'
    )
    assert _corner(browser, page) != (255, 0, 0)
    if not address.startswith(("link", "FILE")):
        page.write_text(f'<body style="margin:0;background:url({address}) 0 0/100px 100px">')
        assert _corner(browser, page) != (255, 0, 0)


def test_a_wider_root_lets_a_page_use_its_sites_files(browser: Browser, tmp_path: Path) -> None:
    _picture(tmp_path / "shared" / "red.png", (255, 0, 0))
    page = tmp_path / "pages" / "index.html"
    page.parent.mkdir()
    page.write_text('<body style="margin:0"><img src="/shared/red.png">')
    assert _corner(browser, page, root=tmp_path) == (255, 0, 0)
    assert _corner(browser, page) == (255, 255, 255)


def test_a_page_that_reloads_itself_is_drawn_once(browser: Browser) -> None:
    page = '<meta http-equiv="refresh" content="0"><p>calm</p>'
    rendering = browser.render(page, width_px=300, javascript=True)
    assert [word.text for word in rendering.facts.words] == ["calm"]


def test_the_same_page_gives_the_same_pixels(browser: Browser) -> None:
    page = """<style>@keyframes k { to { transform: translateX(80px) } }
    div { width: 20px; height: 20px; background: red; animation: k 3s infinite; transition: all 2s }</style>
    <div></div><input autofocus value="caret"><p>Text</p>"""
    one, other = (browser.render(page, width_px=300).pixels for _ in range(2))
    assert np.array_equal(one, other)
