"""
The whole road, called as a program would call it.
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import vision_code
from vision_code.emit import Target
from vision_code.pipeline import Options, component
from vision_code.render import Browser, find_browser

ROOT = Path(__file__).resolve().parents[2]
LOGIN = ROOT / "examples" / "login-card.png"
MOBILE = ROOT / "examples" / "mobile-dark.png"


@pytest.mark.browser
def test_a_screenshot_becomes_a_faithful_page(tmp_path: Path) -> None:
    made = component(LOGIN, Options(engine="none"), explain=tmp_path / "explain")
    assert made.fidelity is not None
    assert made.fidelity.words >= 0.95
    assert made.fidelity.mean >= 0.9
    assert made.fidelity.flow >= 0.98
    page = made.write(tmp_path / "out")
    assert "Forgot password?" in page.read_text()
    stations = [path.name.split("-", 1)[1] for path in sorted((tmp_path / "explain").iterdir())]
    expected = ["read.png", "palette.png", "regions.png", "draft.png", "draft.json", "rendering.png", "comparison.png"]
    assert stations == expected


@pytest.mark.browser
def test_numbered_lists_in_each_other_are_drawn_as_they_were(tmp_path: Path) -> None:
    source = tmp_path / "steps.html"
    steps = ("Unpack it", "Charge it for an hour", "Hold the button", "Choose a language", "Connect it", "Sign in")
    items = "".join(f"<li>{step}</li>" for step in (*steps, *steps))
    inner = "<li>Look around<ol><li>Read the short guide</li><li>Add your family</li></ol></li><li>Begin with it</li>"
    words = "<h1>Setting up</h1><p>Follow these steps, one after the other.</p>"
    source.write_text(
        f"<!doctype html><body style='font: 16px/1.5 Liberation Sans; margin: 24px 40px'>{words}"
        f"<ol start=3>{items}{inner}</ol><h2>1. Afterwards</h2><p>There is more to read.</p>"
    )
    with Browser() as browser:
        (rendering,) = browser.render_widths(source, widths_px=(800,), height_px=700, root=tmp_path)
    picture = tmp_path / "steps.png"
    Image.fromarray(rendering.pixels).save(picture)

    made = component(picture, Options(engine="none"))
    assert made.fidelity is not None
    assert made.fidelity.words == 1
    code = made.files[0].content.decode()
    assert re.findall(r"<ol[^>]*>", code)[0].endswith('start="3">')
    assert code.count("<ol") == 2
    assert code.count("<li") == 16
    assert "1. Afterwards" in code
    with Browser() as browser:
        page = made.write(tmp_path / "out")
        (drawn,) = browser.render_widths(page, widths_px=(800,), height_px=700, root=page.parent)
    # Only numbers stand here: those of one digit end where those of two do.
    numbers = [shot.pixels[130:520, 44:80].min(axis=2) < 128 for shot in (rendering, drawn)]
    edges = [np.flatnonzero(each.any(axis=0))[[0, -1]] for each in numbers]
    assert np.abs(edges[0] - edges[1]).max() <= 3
    assert numbers[1].sum() == pytest.approx(numbers[0].sum(), rel=0.1)


@pytest.mark.browser
@pytest.mark.parametrize("target", list(Target))
def test_every_target_says_the_same_words(target: Target) -> None:
    made = component(MOBILE, Options(engine="none", target=target, verify=False))
    code = made.files[0].content.decode()
    assert "Late night focus" in code
    assert "Paper Lanterns" in code


def test_without_a_browser_the_result_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_CODE_BROWSER", "/no/such/browser")
    made = vision_code.component(LOGIN, engine="none")
    assert made.verified is False
    assert made.unverified_because
    assert made.files


@pytest.mark.browser
@pytest.mark.parametrize("lives_s", [0, 1])
def test_a_browser_that_keeps_dying_leaves_an_unverified_result(
    lives_s: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = find_browser()
    dying = tmp_path / "dying-browser"
    dying.write_text(f'#!/bin/sh\n[ {lives_s} = 0 ] && exit 1\n"{real}" "$@" &\nsleep {lives_s}\nkill -9 $!\n')
    dying.chmod(0o755)
    monkeypatch.setenv("VISION_CODE_BROWSER", str(dying))
    made = component(LOGIN, Options(engine="none"))
    assert made.files
    assert made.verified or made.unverified_because.startswith("render.")
