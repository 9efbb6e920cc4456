"""
The look at two thirds of the width: what overflows and what overlaps is said, what fits is not.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vision_code.compare import look, narrow_width_px
from vision_code.render import Browser

WIDE = '<div style="width:700px;height:20px;background:#ddd">box</div>'
OVER = '<p style="margin:0">under</p><p style="margin:-14px 0 0;line-height:1">over</p>'


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize(("body", "said"), [(WIDE, "108 px past the edge"), (OVER, "words lie on others: under")])
def test_what_is_wrong_when_narrow_is_said(browser: Browser, body: str, said: str) -> None:
    seen = look(browser.render(f"<body style='margin:8px'>{body}", width_px=600).facts)
    (problem,) = seen.problems
    assert said in problem


@pytest.mark.browser
def test_a_page_that_fits_has_nothing_to_say(browser: Browser) -> None:
    text = "<p>Words that wrap as often as they must, line under line.</p>" * 3
    assert look(browser.render(text, width_px=200).facts).problems == ()


@pytest.mark.parametrize(("width", "narrow"), [(1440, 960), (390, 320), (240, 240), (1, 1)])
def test_pages_are_looked_at_down_to_the_width_of_a_small_phone(width: int, narrow: int) -> None:
    assert narrow_width_px(width) == narrow
