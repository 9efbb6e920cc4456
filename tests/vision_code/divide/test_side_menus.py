"""
Menus beside a page: one list, whatever stands between its entries.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.vision_code.sample_pages import card, line, page
from vision_code.divide import divide
from vision_code.observation import Rect, TextLine
from vision_code.region import RegionKind

ARTICLE = [line(f"Paragraph {n} of an article is as long as others are", 420, 100 + 150 * n) for n in range(4)]


def menu(*entries: str, pitch: float = 44, top: float = 100, left: float = 40) -> list[TextLine]:
    """
    Entries of a menu one below the other; captions are in capitals, further left and smaller.
    """
    return [
        line(said, left - 24 * said.isupper(), top + pitch * n, size=11.0 if said.isupper() else 14.0)
        for n, said in enumerate(entries)
    ]


def siblings(lines: Sequence[TextLine], said: str, rects: Sequence[Rect] = ()) -> list[str]:
    """
    What stands in the column that holds some words, beside an article; "…" for what has parts.
    """
    root = divide(page(lines=[*lines, *ARTICLE], rects=rects))
    column = next(node for node in root.walk() if any(child.text == said for child in node.children))
    assert column.kind is RegionKind.COLUMN
    return [child.text or "…" for child in column.children]


def test_captions_do_not_part_a_menu() -> None:
    entries = ("Dashboard", "THEME", "Colors", "Icons", "PAGES", "Login", "Register", "Reset", "Lost")
    assert siblings(menu(*entries), "Colors") == list(entries)


def test_the_name_of_the_page_stands_above_its_menu() -> None:
    entries = ("Dashboard", "THEME", "Colors", "Icons", "Login", "PAGES", "Register")
    brand = line("Acme", 40, 50, size=24.0)
    assert siblings([brand, *menu(*entries)], "Colors") == list(entries)
    assert siblings([brand, *menu(*entries)], "Acme") == ["Acme", "…"]


def test_a_name_in_the_type_of_the_entries_stands_over_a_rule() -> None:
    entries = ("Dashboard", "THEME", "Colors", "Icons", "Login", "PAGES", "Register")
    brand, rule = line("Acme", 40, 44, size=14.0), card(16, 60, 200, 1)
    assert siblings([brand, *menu(*entries)], "Dashboard", [rule]) == list(entries)


def test_words_close_together_are_an_index_under_headings() -> None:
    index = menu("CONTENTS", "First steps", "Second steps", "Third steps", pitch=24)
    topics = menu("PREVIOUS", "Installing", "NEXT", "Upgrading", "Removing", pitch=24, top=220)
    assert siblings([*index, *topics], "First steps") == ["First steps", "Second steps", "Third steps"]


def test_lists_under_headings_stay_lists() -> None:
    shops = menu("SHOPS", "Berlin", "Hamburg", "Munich", "HOURS", "Monday", "Tuesday", "Sunday")
    assert siblings(shops, "Berlin") == ["Berlin", "Hamburg", "Munich"]


def test_what_stands_far_below_a_menu_is_none_of_its_entries() -> None:
    entries = ("Dashboard", "THEME", "Colors", "Icons", "Login", "PAGES", "Register", "Reset")
    found = siblings([*menu(*entries), line("Log out", 40, 500, size=14.0)], "Colors")
    assert found == list(entries)
