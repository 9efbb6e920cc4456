"""
Rendered pages of known content: small pictures kept beside the tests, read once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from vision_code.intake import Screenshot, open_screenshot
from vision_code.observation import Observation
from vision_code.read import read

PICTURES = Path(__file__).parents[2] / "data" / "read"


@cache
def shot(name: str) -> Screenshot:
    return open_screenshot(PICTURES / f"{name}.png")


@cache
def observed(name: str) -> Observation:
    return read(shot(name))


@pytest.fixture
def screenshot() -> Callable[[str], Screenshot]:
    return shot


@pytest.fixture
def observation() -> Callable[[str], Observation]:
    return observed
