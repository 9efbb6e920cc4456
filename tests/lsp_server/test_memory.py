"""
What is remembered of components stays bounded, and two windows that write one record lose nothing of each other.
"""

from __future__ import annotations

from pathlib import Path

from lsp_server.memory import MAX_COMPONENTS, MAX_RECORD_BYTES, Component, Memory

CARD = Component(target="vue", name="Card", picture=Path("/w/card.png"))


def test_the_record_of_many_components_stays_small_and_the_newest_are_known(tmp_path: Path) -> None:
    record = tmp_path / "state" / "made.jsonl"
    first, second = Memory(record), Memory(record)
    for number in range(4 * MAX_COMPONENTS):
        main = Path(f"/w/{'long' * 40}/Card{number}.vue")
        (first, second)[number % 2].keep(CARD, {main: b"made\n", main.with_suffix(".theme.css"): b"theme\n"})
        assert record.stat().st_size <= MAX_RECORD_BYTES
        for other in (first, second):
            assert other.is_as_made(main, b"made\r\n")
    third = Memory(record)
    known = third.component_in(main)
    assert known is not None
    assert (known.target, known.name, known.picture, known.files[0]) == ("vue", "Card", CARD.picture, main)
    assert not third.is_as_made(main, b"changed\n")
    assert third.component_in(Path(f"/w/{'long' * 40}/Card0.vue")) is None


def test_without_a_place_for_a_record_this_run_knows(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for record in (None, tmp_path / "file" / "made.jsonl"):
        memory = Memory(record)
        memory.keep(CARD, {Path("/w/Card.vue"): b"made\n"})
        assert memory.is_as_made(Path("/w/Card.vue"), b"made\n")
