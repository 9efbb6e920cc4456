"""
A part of a component made anew from a new picture, drawn by the real road: the part is as the picture has it, all else
is as it was, byte for byte.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from vision_code.emit import Target
from vision_code.errors import InputRejected
from vision_code.geometry import Box
from vision_code.part import Updated, update_part
from vision_code.pipeline import Component, Options, component
from vision_code.render import find_browser
from vision_code.source_map import Span
from vision_code.syntax import syntax_errors
from vision_code.uitree import Text

ROOT = Path(__file__).resolve().parents[3]
TARGETS = list(Target)
#: The login card's button, in px.
BUTTON = (160, 420, 320, 44)
#: In the pricing page: one of four items that a loop repeats.
ITEM = "Priority support"


def _options(target: Target) -> Options:
    return Options(target=target, engine="none", verify=False, name="card")


def _as(drawn: Component, target: Target) -> Component:
    """
    The same drawing for another target.
    """
    return replace(drawn, target=target).called("card", drawn.tree.name, _options(target))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The login card, also with another button; the pricing page.
    """
    folder = tmp_path_factory.mktemp("pictures")
    for name in ("login-card", "pricing"):
        with Image.open(ROOT / "examples" / f"{name}.png") as shot:
            shot.convert("RGB").save(folder / f"{name}.png")
    with Image.open(folder / "login-card.png") as shot:
        draw = ImageDraw.Draw(shot)
        x, y, width, height = BUTTON
        draw.rounded_rectangle((x, y, x + width, y + height), 8, "#0f766e")
        draw.text((x + width / 2, y + height / 2), "Continue", "white", ImageFont.load_default(18), anchor="mm")
        shot.save(folder / "button.png")
    return folder


@pytest.fixture(scope="module")
def card(pictures: Path) -> tuple[Component, Component]:
    """
    The login card as it was and as it is, drawn.
    """
    before, after = (component(pictures / name, _options(Target.HTML)) for name in ("login-card.png", "button.png"))
    return before, after


def _text(drawn: Component) -> str:
    return drawn.files[0].content.decode()


def _updated(
    before: Component, after: Component, *, box: Box | None = None, span: Span | None = None, old: str = ""
) -> Updated:
    theme = next((file.content.decode() for file in before.files if file.path.suffix == ".css"), "")
    path = before.files[0].path.name
    return update_part(after, _options(after.target), old or _text(before), path, box=box, span=span, theme=theme)


def _main(updated: Updated) -> str:
    return updated.files[0].content.decode()


def _changes(before: str, after: str) -> list[tuple[str, str]]:
    """
    Lines that went, and the lines that came in their place.
    """
    olds, news = before.splitlines(keepends=True), after.splitlines(keepends=True)
    codes = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    return [("".join(olds[a:b]), "".join(news[c:d])) for tag, a, b, c, d in codes if tag != "equal"]


@pytest.mark.parametrize("target", TARGETS)
def test_only_what_is_meant_becomes_what_the_picture_shows(card: tuple[Component, Component], target: Target) -> None:
    before, after = (_as(each, target) for each in card)
    old = _text(before)
    start = old.index("<button")
    by_box = _updated(before, after, box=Box(*BUTTON))
    by_lines = _updated(before, after, span=Span(start, start))
    by_both = _updated(before, after, box=Box(170, 425, 300, 30), span=Span(start + 1, start + 9))
    assert by_box == by_lines == by_both
    (*rules, (gone, come)) = _changes(old, _main(by_box))
    element = old[start : old.index("</button>", start) + len("</button>\n")]
    assert gone.strip() in element
    assert come.count("Continue") == 1
    assert not re.search("Continue|#0f766e", old)
    assert re.search(r">\s*Continue\s*</button>", _main(by_box))
    assert "#0f766e" in _main(by_box)
    # What it needs of a style sheet is added, and nothing is taken away.
    assert all(added and not removed for removed, added in rules)
    assert bool(rules) is (target in (Target.HTML, Target.HTML_CSS))
    errors = syntax_errors(before.files[0].path.name, by_box.files[0].content)
    assert errors is not None
    assert errors.count == 0


@pytest.mark.skipif(find_browser() is None, reason="no browser: nothing is rendered")
@pytest.mark.parametrize("target", [Target.HTML, Target.HTML_CSS])
def test_the_page_looks_like_the_new_picture(
    card: tuple[Component, Component], pictures: Path, tmp_path: Path, target: Target
) -> None:
    before, after = (_as(each, target) for each in card)
    before.write(tmp_path)
    page = tmp_path / before.files[0].path
    scores = []
    for content in (page.read_bytes(), _updated(before, after, box=Box(*BUTTON)).files[0].content):
        page.write_bytes(content)
        command = [sys.executable, "-P", "-m", "vision_code", "compare", "--json", pictures / "button.png", page]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
        scores.append(json.loads(done.stdout)["fidelity"])
    assert scores[1]["words"] > scores[0]["words"]
    assert scores[1]["colour"] > scores[0]["colour"]
    assert scores[1]["mean"] > 0.9


@pytest.mark.parametrize("target", TARGETS)
def test_of_a_loop_the_whole_list_is_drawn_anew_and_no_other(
    pictures: Path, pricing: Component, target: Target
) -> None:
    before = _as(pricing, target)
    item = next(each for each in before.tree.root.walk() if Text(text=ITEM) in each.children)
    box = before.boxes[item.region or 0]
    with Image.open(pictures / "pricing.png") as shot:
        draw = ImageDraw.Draw(shot)
        draw.rectangle((box.x - 2, box.y - 4, box.x + box.w + 2, box.y + box.h + 5), "white")
        draw.text((box.x, box.y - 2), "Answers within a day", "#0f172a", ImageFont.load_default(15))
        shot.save(pictures / "item.png")
    after = _as(component(pictures / "item.png", _options(Target.HTML)), target)
    lists = [element for element in before.tree.root.walk() if element.tag == "ul"]
    by_hand = target in (Target.HTML, Target.HTML_CSS)  # no loops there: an item is a part by itself
    updated = _updated(before, after, box=before.boxes[lists[1].region or 0] if by_hand else box)
    old, new = _text(before), _main(updated)
    changed = "".join(come for _, come in _changes(old, new))
    assert "Answers within a day" in changed
    assert "Preview links" in changed or by_hand
    assert "Audit log" not in changed
    # Pictures in it are its own: those of the others are left alone.
    assert {file.path for file in updated.files[1:]}.isdisjoint(file.path for file in before.files)
    if target in (Target.VUE, Target.SVELTE):
        assert any("no longer used in card." in note for note in updated.notes)


@pytest.fixture(scope="module")
def pricing(pictures: Path) -> Component:
    """
    The pricing page as it was.
    """
    return component(pictures / "pricing.png", _options(Target.HTML))


WRITTEN = """\
import { useState } from "react";

export default function Card({ onSignIn }) {
  const [busy, setBusy] = useState(false);
  return (
    <div className="mine">
      <div>
        {/* logo   */}
        <h2   className="odd">Welcome back</h2>
        <p>New here?  <b>x</b></p>
        <button disabled={busy} onClick={() => { setBusy(true); onSignIn(); }}>
          Sign in
        </button>
      </div>
    </div>
  );
}
"""


def test_in_what_a_person_wrote_the_part_keeps_what_it_does(card: tuple[Component, Component]) -> None:
    before, after = (_as(each, Target.REACT) for each in card)
    at = WRITTEN.index("Sign in")
    updated = _updated(before, after, box=Box(*BUTTON), span=Span(at, at), old=WRITTEN)
    start, stop = WRITTEN.index("<button"), WRITTEN.index("</button>")
    new = _main(updated)
    assert new.startswith(WRITTEN[:start])
    assert new.endswith(WRITTEN[stop:])
    assert "onClick={() => { setBusy(true); onSignIn(); }}" in new
    assert "Continue" in new
    assert updated.notes == ('kept in card.tsx: button "Continue": disabled, onClick',)


@pytest.mark.parametrize(
    ("box", "words"),
    [
        (Box(0, 0, 640, 560), "whole component"),
        (Box(0, 0, 2, 2), "whole component"),
        (Box(2000, 2000, 10, 10), "nothing is drawn there"),
    ],
)
def test_a_box_that_means_no_part_is_refused(card: tuple[Component, Component], box: Box, words: str) -> None:
    for target in TARGETS:
        with pytest.raises(InputRejected, match=words) as caught:
            _updated(*(_as(each, target) for each in card), box=box)
        assert caught.value.kind == "refine.part"


def test_what_cannot_be_told_is_refused(card: tuple[Component, Component]) -> None:
    before, after = (_as(each, Target.VUE) for each in card)
    old = _text(before)
    for changed, words in (
        (old.replace("Forgot password?", "Lost it?"), "not the same in the document and in the picture"),
        (old.replace("<button", "<hr />\n      <button"), "not the same in the document and in the picture"),
    ):
        with pytest.raises(InputRejected, match=words):
            _updated(before, after, box=Box(*BUTTON), old=changed)
    with pytest.raises(InputRejected, match="no single element"):
        _updated(before, after, span=Span(0, 3))
    mine = _text(_as(card[0], Target.HTML)).replace("<style>", "<style media='all'>")
    with pytest.raises(InputRejected, match="style sheet"):
        _updated(_as(card[0], Target.HTML), _as(card[1], Target.HTML), box=Box(*BUTTON), old=mine)
