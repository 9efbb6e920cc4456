from __future__ import annotations

from runtime.prefix import shared_prefixes


def _row(text: str, picture: int = 0) -> list[tuple[int, int]]:
    return [(ord(character), picture) for character in text]


def test_equal_beginnings_are_grouped() -> None:
    head = "x" * 40
    groups = shared_prefixes([_row(f"{head}ab"), _row("other" * 20), _row(f"{head}cd"), _row(f"{head}ae")])
    assert [(len(group.prefix), group.members) for group in groups] == [(40, [0, 2, 3])]


def test_every_member_keeps_something_to_feed() -> None:
    (group,) = shared_prefixes([_row("y" * 50), _row("y" * 50)])
    assert len(group.prefix) == 49


def test_equal_placeholders_of_different_pictures_differ() -> None:
    assert shared_prefixes([_row("z" * 50, 1), _row("z" * 50, 2)]) == []


def test_short_beginnings_are_not_worth_it() -> None:
    assert shared_prefixes([_row("abc" + "d" * 50), _row("abc" + "e" * 50)]) == []


def test_one_stranger_does_not_cost_the_group_its_prefix() -> None:
    long = "p" * 200
    groups = shared_prefixes([_row(f"{long}1"), _row(f"{long}2"), _row("p" * 40 + "q" * 200)])
    assert [(len(group.prefix), group.members) for group in groups] == [(200, [0, 1])]
