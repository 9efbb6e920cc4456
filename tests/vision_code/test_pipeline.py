"""
The whole road, called as a program would call it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import vision_code
from vision_code.emit import Target
from vision_code.pipeline import Options, component
from vision_code.render import find_browser

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
