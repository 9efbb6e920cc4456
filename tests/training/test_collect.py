"""
Generated pages are rendered by the browser that the product would take.
"""

from __future__ import annotations

import pytest

from training.collect import render
from training.pages.layouts import generate
from vision_code.errors import VerificationFailed


@pytest.mark.browser
def test_a_page_is_rendered_by_the_browser_that_is_found() -> None:
    (page,) = render([generate(1)])
    assert page.png.startswith(b"\x89PNG")
    assert page.facts["elements"]


def test_without_a_browser_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISION_CODE_BROWSER", "/no/such/browser")
    with pytest.raises(VerificationFailed, match="VISION_CODE_BROWSER"):
        next(render([generate(1)]))
