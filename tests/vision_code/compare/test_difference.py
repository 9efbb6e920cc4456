"""
CIEDE2000 against the published test data.
"""

from __future__ import annotations

import numpy as np
import pytest

from vision_code.compare.difference import delta_e, lab


def test_lab_of_the_primaries() -> None:
    # Reference values of sRGB under D65, e.g. brucelindbloom.com, rounded to 0.1.
    assert np.allclose(lab([255, 255, 255]), [100, 0, 0], atol=0.1)
    assert np.allclose(lab([255, 0, 0]), [53.2, 80.1, 67.2], atol=0.1)
    assert np.allclose(lab([0, 0, 255]), [32.3, 79.2, -107.9], atol=0.1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # Sharma, Wu, Dalal 2005, table 1, pairs 1, 7, 13, 17, 20, 25: Lab values and ΔE00.
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49), 4.7461),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ],
)
def test_published_pairs(
    one: tuple[float, ...], other: tuple[float, ...], expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The table is in Lab, our function takes sRGB: the conversion is tested above, here it is left out.
    monkeypatch.setattr("vision_code.compare.difference.lab", lambda values: np.asarray(values, dtype=np.float64))
    assert float(delta_e(one, other)) == pytest.approx(expected, abs=1e-4)


def test_black_against_white_is_one_hundred() -> None:
    assert float(delta_e([0, 0, 0], [255, 255, 255])) == pytest.approx(100, abs=0.01)
    assert float(delta_e([17, 99, 201], [17, 99, 201])) == 0
