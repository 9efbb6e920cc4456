"""
`vision-code capture` as it is typed: files, lines, JSON and exit codes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.vision_code.capture.conftest import ELSEWHERE
from tests.vision_code.capture.screens import NO_XVFB, XVFB, Screen
from vision_code.cli import run

Capsys = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    No screen, and no sign of another machine; an empty folder.
    """
    for name in ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def drawn_screen() -> Iterator[Screen]:
    """
    80 × 60, blue with a red square.
    """
    if XVFB is None:
        pytest.skip(NO_XVFB)
    with Screen(80, 60) as screen:
        screen.draw((0, 0, 80, 60, (0, 0, 200)), (10, 10, 20, 20, (200, 0, 0)))
        yield screen


@pytest.fixture
def screen(drawn_screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    The same, as this process's display.
    """
    monkeypatch.setenv("DISPLAY", drawn_screen.display)


@pytest.mark.usefixtures("screen")
def test_monitors_are_listed(capsys: Capsys) -> None:
    assert run(["capture", "--list"]) == 0
    assert capsys.readouterr().out == "1  80x60 at 0,0  scale 1  screen\n"
    assert run(["capture", "--list", "--json"]) == 0
    (monitor,) = json.loads(capsys.readouterr().out)["monitors"]
    size = {"x": 0, "y": 0, "width": 80, "height": 60}
    assert monitor == {"number": 1, "name": "screen", **size, "scale": 1.0, "primary": False}


@pytest.mark.usefixtures("screen")
def test_the_screen_lands_in_a_file(capsys: Capsys) -> None:
    assert run(["capture", "-o", "new/shot.png"]) == 0
    assert capsys.readouterr().out == "new/shot.png (80x60 px, monitor 1)\n"
    with Image.open("new/shot.png") as image:
        assert image.size == (80, 60)
        assert image.convert("RGB").getcolors() == [(400, (200, 0, 0)), (4400, (0, 0, 200))]
    assert list(Path("new").iterdir()) == [Path("new/shot.png")]


@pytest.mark.usefixtures("screen")
def test_a_region_and_its_facts(capsys: Capsys) -> None:
    assert run(["capture", "--region", "5,5,10,10", "-o", "shot.png", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {
        **{"ok": True, "file": "shot.png", "width": 10, "height": 10, "monitor": None, "scale": 1.0, "notes": []},
        "area": {"x": 5, "y": 5, "width": 10, "height": 10},
    }
    with Image.open("shot.png") as image:
        assert sorted(image.convert("RGB").getcolors()) == [(25, (200, 0, 0)), (75, (0, 0, 200))]


@pytest.mark.usefixtures("screen")
def test_a_file_that_exists_is_replaced_only_by_force(capsys: Capsys) -> None:
    Path("shot.png").write_text("mine")
    assert run(["capture", "-o", "shot.png"]) == 2
    assert capsys.readouterr().err.startswith("error[output.exists]: shot.png exists")
    assert Path("shot.png").read_text() == "mine"
    assert run(["capture", "-o", "shot.png", "--force"]) == 0
    assert Path("shot.png").read_bytes().startswith(b"\x89PNG")


WRONG = {
    "no output": ([], 2, "usage.arguments"),
    "two things": (["--list", "--monitor", "1"], 2, "usage.arguments"),
    "a list into a file": (["--list", "-o", "a.png"], 2, "usage.arguments"),
    "a width without a page": (["--width", "400", "-o", "a.png"], 2, "usage.arguments"),
    "no PNG": (["-o", "a.jpg"], 2, "usage.output"),
    "a folder": (["-o", "a.png/"], 2, "usage.arguments"),
    "no number": (["--monitor", "one", "-o", "a.png"], 2, "usage.arguments"),
    "no such monitor": (["--monitor", "7", "-o", "a.png"], 2, "usage.monitor"),
    "no region": (["--region", "1,2,3", "-o", "a.png"], 2, "usage.region"),
    "a negative size": (["--region", "0,0,-5,5", "-o", "a.png"], 2, "usage.region"),
    "past the screen": (["--region=-10,0,50,50", "-o", "a.png"], 2, "usage.region"),
    "a scheme": (["--url", "ftp://example.com/", "-o", "a.png"], 3, "url.denied"),
    "a page elsewhere": (["--url", "file:///etc/passwd", "-o", "a.png"], 6, "path.outside"),
    "a width": (["--url", "http://127.0.0.1/", "--width", "5", "-o", "a.png"], 2, "usage.width"),
    "a deadline": (["--url", "http://127.0.0.1/", "--deadline", "0", "-o", "a.png"], 2, "usage.deadline"),
}


@pytest.mark.usefixtures("screen")
@pytest.mark.parametrize(("arguments", "code", "kind"), WRONG.values(), ids=WRONG)
def test_wrong_calls_are_told_by_the_contract(arguments: list[str], code: int, kind: str, capsys: Capsys) -> None:
    assert run(["capture", *arguments]) == code
    said = capsys.readouterr()
    assert said.err.startswith(f"error[{kind}]: ")
    assert said.err.count("\n") == 1
    assert said.out == ""
    assert list(Path().iterdir()) == []


@pytest.mark.parametrize("arguments", [["--list"], ["-o", "a.png"], ["--region", "0,0,5,5", "-o", "a.png"]])
def test_without_a_display_it_exits_8_with_advice(arguments: list[str], capsys: Capsys) -> None:
    assert run(["capture", *arguments, "--json"]) == 8
    said = capsys.readouterr()
    assert said.err.startswith("error[capture.unavailable]: no display: DISPLAY is not set")
    assert json.loads(said.out)["error"]["kind"] == "capture.unavailable"
    assert list(Path().iterdir()) == []


@pytest.mark.usefixtures("screen")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_takes_no_files_is_told(capsys: Capsys) -> None:
    Path("closed").mkdir(mode=0o500)
    assert run(["capture", "-o", "closed/a.png"]) == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


@pytest.mark.usefixtures("screen")
def test_a_file_in_the_place_of_a_folder_is_told(capsys: Capsys) -> None:
    Path("file").write_text("x")
    assert run(["capture", "-o", "file/a.png"]) == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no folder here that refuses root too")
@pytest.mark.usefixtures("screen")
def test_a_folder_that_refuses_everyone_is_told(capsys: Capsys) -> None:
    assert run(["capture", "-o", "/proc/self/a.png"]) == 6
    assert capsys.readouterr().err.startswith("error[file.readonly]: ")


@pytest.mark.usefixtures("screen")
def test_doctor_sees_the_screen(capsys: Capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    from vision_code.cli import doctor

    assert doctor._screen().detail == "1 monitor: 80x60 at 0,0"
    monkeypatch.delenv("DISPLAY")
    without = doctor._screen()
    assert (without.ok, without.required) == (False, False)
    assert "no display" in without.detail
