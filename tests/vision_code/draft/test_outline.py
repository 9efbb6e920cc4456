"""
Heading levels go down one step at a time.
"""

from __future__ import annotations

import pytest

from vision_code.draft.outline import outlined
from vision_code.draft.page import survey
from vision_code.region import Annotation, Role


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ([1, 2, 3, 2], [1, 2, 3, 2]),
        ([1, 2, 5, 5, 3], [1, 2, 3, 3, 3]),
        ([4, 6, 4], [2, 3, 2]),
        ([3, 1, 3], [2, 1, 2]),
        ([2, 4, 6, 4], [2, 3, 4, 3]),
    ],
)
def test_no_level_is_left_out_and_equals_stay_equal(text, tree, said: list[int], written: list[int]) -> None:
    observation, root = tree([text(f"Part {n}", 20, 20 + 40 * n) for n in range(len(said))])
    draft = {0: Annotation(role=Role.GROUP)}
    draft |= {n: Annotation(role=Role.HEADING, level=level) for n, level in enumerate(said, 1)}
    found = outlined(survey(observation, root), draft)
    assert [found[n].level for n in range(1, len(said) + 1)] == written
