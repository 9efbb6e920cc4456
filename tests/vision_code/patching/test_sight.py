"""
What can be seen of a candidate helps to choose: pages that come nearer to the picture, and never a page's own scripts,
secrets or network.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from PIL import Image

from tests.engine_server import answer, calls, engine_server
from vision_code.cage import page_address, serving_cage
from vision_code.cage.serve import _answer
from vision_code.compare import reference_from_rendering
from vision_code.edits import Change, Entry, FolderTree, MemoryTree, Staged
from vision_code.errors import Denied, UsageError
from vision_code.patching.sight import Server, look, pages_of
from vision_code.render import Browser, Rendering, find_browser

ROOT = Path(__file__).resolve().parents[3]
STYLE = "h1 { color: #225; font: 32px sans-serif } .go { background: #999; color: #fff; padding: 12px 24px }\n"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><link rel="stylesheet" href="../style.css">
<body style="margin: 40px"><h1>Order overview</h1><p>Three things are in your basket.</p>
<p><a class="go" href="#">Pay now</a></p><script>document.body.innerHTML = 'scripts ran'</script></body></html>
"""
FILES = {"site/shop/index.html": PAGE, "site/style.css": STYLE, "README.md": "# Shop\n", ".env": "TOKEN=planted\n"}
WANTED = STYLE.replace("#999", "#0a7a3b")
WRONG = STYLE.replace("#999", "#b91c1c").replace("32px", "12px")

pytestmark = pytest.mark.browser


def _tree(files: Mapping[str, str]) -> MemoryTree:
    return MemoryTree({path: Entry(text.encode()) for path, text in files.items()})


def _staged(path: str, new: str | None) -> Staged:
    old = Entry(FILES[path].encode()) if path in FILES else None
    return Staged(changes=(Change(path=path, old=old, new=None if new is None else Entry(new.encode())),))


@pytest.fixture(scope="module")
def drawn() -> Mapping[str, Rendering]:
    """
    The page as it is, and as it is wanted, from one text each instead of a tree.
    """
    if find_browser() is None:
        pytest.skip("no browser is installed")
    with Browser() as browser:
        return {
            name: browser.render(
                PAGE.replace('<link rel="stylesheet" href="../style.css">', f"<style>{style}</style>"),
                width_px=800,
                height_px=600,
            )
            for name, style in (("as it is", STYLE), ("wanted", WANTED))
        }


def test_the_candidate_that_comes_nearer_to_the_picture_gains_and_others_do_not(drawn: Mapping[str, Rendering]) -> None:
    staged = {
        0: _staged("site/style.css", WRONG),
        1: _staged("site/style.css", WANTED),
        2: _staged("README.md", "# A shop\n"),
    }
    sight = look(_tree(FILES), staged, [reference_from_rendering(drawn["wanted"])])
    assert sight.notes == ()
    assert sight.gains[1] > 0
    assert (sight.gains[0], sight.gains[2]) == (0.0, 0.0)
    (view,) = sight.views[1]
    assert view.page == "site/shop/index.html"
    assert view.before is not None
    assert view.after is not None
    assert (view.before != view.after).any()
    assert look(_tree(FILES), staged, [reference_from_rendering(drawn["wanted"])]).gains == sight.gains


def test_a_picture_of_the_fault_prefers_nobody(drawn: Mapping[str, Rendering]) -> None:
    staged = {0: _staged("site/style.css", WRONG), 1: _staged("site/style.css", WANTED)}
    assert set(look(_tree(FILES), staged, [reference_from_rendering(drawn["as it is"])]).gains.values()) == {0.0}


def test_a_page_is_drawn_without_scripts_secrets_and_network(drawn: Mapping[str, Rendering]) -> None:
    evil = PAGE.replace(
        "</h1>",
        '</h1><iframe src="/.env"></iframe><iframe src="../../../.env"></iframe><iframe src="file:///etc/passwd"></iframe>'
        '<img src="http://127.0.0.1:9/x">',
    )
    read: list[str] = []

    class Watched(MemoryTree):
        def entry(self, path: str) -> Entry | None:
            read.append(path)
            return super().entry(path)

    tree = Watched(_tree(FILES).files)
    sight = look(tree, {0: _staged("site/shop/index.html", evil)}, [])
    (view,) = sight.views[0]
    assert view.after is not None  # the script would have left the page empty
    assert view.after.shape[0] > 200
    assert ".env" not in read
    assert set(read) <= {"site/shop/index.html", "site/style.css"}


@pytest.mark.parametrize(
    ("path", "new", "pages"),
    [
        ("site/new.html", "<p>new</p>", ("site/new.html",)),
        ("site/style.css", "p { color: red }", ("site/shop/index.html",)),
        ("site/shop/index.html", None, ("site/shop/index.html",)),
        ("README.md", "x", ()),
    ],
)
def test_pages_are_those_that_a_candidate_touches(path: str, new: str | None, pages: tuple[str, ...]) -> None:
    assert pages_of(_tree(FILES), _staged(path, new)) == pages


def test_what_cannot_be_seen_is_said_once_and_changes_nothing(
    drawn: Mapping[str, Rendering], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = reference_from_rendering(drawn["as it is"])
    sight = look(_tree(FILES), {0: _staged("README.md", "x\n"), 1: _staged("README.md", "y\n")}, [reference])
    assert (sight.gains, len(sight.notes)) == ({}, 1)
    assert "no page of plain HTML is touched" in sight.notes[0]
    assert look(_tree(FILES), {0: _staged("README.md", "x\n")}, []).notes == ()
    monkeypatch.setenv("VISION_CODE_BROWSER", "/nonexistent/chrome")
    sight = look(_tree(FILES), {0: _staged("site/style.css", WANTED)}, [reference])
    assert (sight.gains, sight.views, len(sight.notes)) == ({}, {}, 1)


def test_the_picture_outweighs_the_majority_and_the_report_shows_before_and_after(
    drawn: Mapping[str, Rendering], tmp_path: Path
) -> None:
    for name, text in FILES.items():
        (tmp_path / "repo" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repo" / name).write_text(text)
    (tmp_path / "issue.md").write_text("The button for paying has the wrong colour\n")
    Image.fromarray(drawn["wanted"].pixels).save(tmp_path / "wanted.png")
    block = "site/style.css\n<<<<<<< SEARCH\n{}=======\n{}>>>>>>> REPLACE\n"
    wrong, good = (answer(block.format(STYLE, new)) for new in (WRONG, WANTED))
    chose = calls(("choose", {"files": ["site/style.css"]}))
    report = tmp_path / "report"
    with engine_server(tmp_path / "server", [chose, wrong, wrong, good]) as server:
        given = ["--repo", tmp_path / "repo", "--issue", tmp_path / "issue.md", "--image", tmp_path / "wanted.png"]
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "vision_code",
                "patch",
                *given,
                "--engine",
                server.address,
                "--report",
                report,
                "--json",
            ],
            cwd=ROOT,
            env=os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "XDG_STATE_HOME": str(tmp_path / "state")},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert sorted(each["nearer"] for each in facts["candidates"])[:2] == [0.0, 0.0]
    assert "#0a7a3b" in facts["diff"]
    assert {"before-1.png", "after-1.png", "before-after.html"} <= {path.name for path in report.iterdir()}
    shown = (report / "before-after.html").read_text()
    assert shown.count("data:image/png;base64,") == 2
    assert "before-after.html" in (report / "summary.md").read_text()
    assert "data:" not in (report / "summary.md").read_text()


APP = {
    "index.html": '<!doctype html><html lang="en"><body style="margin: 40px"><div id="app"></div>'
    '<script type="module" src="/app.js?v=1"></script></body></html>\n',
    "app.js": "import { colour } from './theme.js'\nconst app = document.querySelector('#app')\n"
    "app.innerHTML = `<h1 style='font: 32px sans-serif'>Order overview</h1><p>Three things are in your basket.</p>"
    "<p><a style='padding: 12px 24px; color: #fff; background: ${colour}'>Pay now</a></p>`\n",
    "theme.js": "export const colour = '#999'\n",
}
COMMAND = f"{sys.executable} -m http.server 8123 --bind 127.0.0.1"


def _app(tmp_path: Path, colours: Mapping[int, str]) -> tuple[FolderTree, dict[int, Staged]]:
    for name, text in APP.items():
        (tmp_path / name).write_text(text)
    old = Entry(APP["theme.js"].encode())
    news = {number: Entry(APP["theme.js"].replace("#999", colour).encode()) for number, colour in colours.items()}
    staged = {n: Staged(changes=(Change(path="theme.js", old=old, new=new),)) for n, new in news.items()}
    return FolderTree(tmp_path), staged


def _serving(folder: Path, command: str, url: str = "http://localhost:8123/index.html?a=1") -> Server:
    page = page_address(url)
    try:
        return Server(serving_cage(folder, folder, command, page.port, walls=True), page)
    except Denied as error:
        pytest.skip(str(error))


def test_a_development_server_in_the_cage_shows_what_scripts_draw(
    drawn: Mapping[str, Rendering], tmp_path: Path
) -> None:
    tree, staged = _app(tmp_path, {0: "#b91c1c", 1: "#0a7a3b"})
    sight = look(tree, staged, [reference_from_rendering(drawn["wanted"])], _serving(tmp_path, COMMAND))
    assert sight.notes == ()
    assert sight.gains[1] > sight.gains[0]
    (view,) = sight.views[1]
    assert view.page == "/index.html?a=1"
    assert view.after is not None
    assert (view.after == (10, 122, 59)).all(axis=2).any()
    assert (tmp_path / "theme.js").read_text() == APP["theme.js"]


def test_a_server_that_does_not_serve_is_a_note(tmp_path: Path, drawn: Mapping[str, Rendering]) -> None:
    tree, staged = _app(tmp_path, {0: "#b91c1c"})
    sight = look(tree, staged, [reference_from_rendering(drawn["wanted"])], _serving(tmp_path, "exit 3"))
    assert sight.gains == {0: 0.0}
    assert sight.notes == ("/index.html?a=1 was not rendered: --serve-cmd ended before it served the page",)


def test_the_cage_cannot_lead_its_asker_elsewhere(tmp_path: Path) -> None:
    """
    The file that answers come from is the cage's to make: a link to another server's socket is not followed.
    """
    secret = tmp_path / "daemon"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(secret))
    listener.listen()
    listener.settimeout(0)
    out = tmp_path / "out"
    out.mkdir()
    (out / "socket").symlink_to(secret)
    assert _answer(out, 80, "/") is None
    (out / "socket").unlink()
    (out / "socket").write_text("no socket")
    assert _answer(out, 80, "/") is None
    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.close()


@pytest.mark.parametrize(
    "url",
    ["https://localhost:1/", "http://example.com:80/", "http://localhost/", "localhost:3000", "http://localhost:x/"],
)
def test_only_pages_of_this_machine_are_pages_of_the_cage(url: str) -> None:
    with pytest.raises(UsageError):
        page_address(url)
