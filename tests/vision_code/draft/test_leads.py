"""
Words that lead on are links wherever they stand; short words in a row are links in a footer alone.
"""

from __future__ import annotations

import pytest

from vision_code.draft.leads import with_closing_links, with_leads
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind, Role


@pytest.mark.parametrize("words", ["next", "<- Previous", "Read more →", "View all"])
def test_words_that_lead_on_are_links(text, settled, words: str) -> None:
    assert settled(with_leads, [text(words, 20, 100)], {})[1] is Role.LINK


def test_they_are_none_in_a_sentence_or_a_button(text, settled) -> None:
    inside = Region(id=0, kind=RegionKind.ROW, box=Box(20, 200, 80, 30), children=(text("Next", 30, 208),))
    found = settled(with_leads, [text("The next page is about links", 20, 100), inside], {2: Role.BUTTON})
    assert (found[1], found[3]) == (Role.TEXT, Role.TEXT)


def test_short_words_in_a_row_are_links_at_the_end_of_a_page(text, settled) -> None:
    def row(y: float, *words: str) -> Region:
        children = tuple(text(word, 400 + 120 * n, y) for n, word in enumerate(words))
        return Region(id=0, kind=RegionKind.ROW, box=Box(400, y, 400, 20), children=children)

    rows = [row(100, "Jan", "Feb", "Mar"), row(760, "License", "More Themes", "Support")]
    found = settled(with_closing_links, rows, {5: Role.CONTENTINFO})
    assert [found[n] for n in (2, 3, 4)] == [Role.TEXT] * 3
    assert [found[n] for n in (6, 7, 8)] == [Role.LINK] * 3


def test_an_address_in_a_footer_is_none(text, settled) -> None:
    lines = tuple(text(words, 400, 700 + 24 * n) for n, words in enumerate(("Acme", "Main Street 7", "Springfield")))
    column = Region(id=0, kind=RegionKind.COLUMN, box=Box(400, 700, 200, 70), children=lines)
    assert Role.LINK not in settled(with_closing_links, [column], {1: Role.CONTENTINFO}).values()
