"""
Feature words: each one a single token that no text can forge into a label.
"""

from __future__ import annotations

import re

from vision_code.draft.features import SIZES, all_words, line_words, opening_words, word
from vision_code.draft.labels import LABELS, MENU, label_of, options
from vision_code.draft.page import survey
from vision_code.draft.rules import annotate
from vision_code.region import RegionKind


def test_words_are_letters_only_and_all_different() -> None:
    words = all_words()
    assert len(words) == len(set(words))
    assert all(re.fullmatch("[a-z]+", each) for each in words)


def test_values_past_the_end_count_as_the_last() -> None:
    for feature, size in SIZES.items():
        assert word(feature, size + 100) == word(feature, size - 1)
        assert word(feature, -3) == word(feature, 0)


def test_every_label_survives_the_way_there_and_back() -> None:
    for name, annotation in LABELS.items():
        assert label_of(annotation) == name.replace(MENU, "navigation")


def test_numbers_are_all_alike_to_the_model() -> None:
    assert opening_words("Total 1,234.50") == opening_words("Total 7")


def test_a_line_says_the_same_of_the_same_region_anywhere(text, tree, body) -> None:
    observation, root = tree([text("Home", 40, 40), *body])
    page, rules = survey(observation, root), annotate(observation, root)
    lines = {line_words(page, node, rules, (None, None)) for node in root.children[1:]}
    assert len(lines) >= 1
    assert all(each.startswith(" qk") for each in lines)


def test_options_fit_the_kind_of_region(text, tree, make_photo) -> None:
    _, root = tree([text("a", 0, 0), make_photo(0, 0, 9, 9)])
    kinds = {node.kind: options(node) for node in root.walk()}
    assert "headingone" in kinds[RegionKind.TEXT]
    assert "main" in kinds[RegionKind.COLUMN]
    assert "table" not in kinds[RegionKind.PICTURE]
    assert all(len(set(each)) == len(each) for each in kinds.values())
