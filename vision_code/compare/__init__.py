"""
Compares a rendered candidate with its reference: Fidelity and its parts, where it is worst, and a picture of it.
"""

from vision_code.compare.drawing import side_by_side
from vision_code.compare.fidelity import Fidelity, Finding, compare
from vision_code.compare.narrow import Narrow, look, narrow_width_px
from vision_code.compare.reference import (
    Reference,
    reference_from_facts,
    reference_from_observation,
    reference_from_rendering,
)

__all__ = [
    "Fidelity",
    "Finding",
    "Narrow",
    "Reference",
    "compare",
    "look",
    "narrow_width_px",
    "reference_from_facts",
    "reference_from_observation",
    "reference_from_rendering",
    "side_by_side",
]
