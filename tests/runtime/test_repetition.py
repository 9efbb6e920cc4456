from __future__ import annotations

import pytest

from runtime.repetition import is_circling


@pytest.mark.parametrize("piece", [[1], [1, 2, 3], list(range(8)), list(range(100))])
def test_circles_of_any_size_are_found(piece: list[int]) -> None:
    tokens = [7, 7, 9, *piece * (4 * 128 // len(piece) + 4)]
    assert is_circling(tokens, 4)


@pytest.mark.parametrize(
    "tokens",
    [[], [1], [1] * 31, list(range(500)), [*[1, 2, 3, 4, 5, 6, 7, 8] * 3], [*[5] * 400, 6]],
    ids=["empty", "one", "too few", "no circle", "three times", "left the circle"],
)
def test_other_answers_are_left_alone(tokens: list[int]) -> None:
    assert not is_circling(tokens, 4)
