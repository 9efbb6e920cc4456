"""
Importing torch without what computing never asks for.

At the end of its import torch registers formulas in Python for the shapes of results (``torch._meta_registrations``),
which its compiler and exporter need; with them come decompositions of all its operators. A process that only computes
spares 0.6 of 1.9 s of processor time without them.
"""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import version
from types import ModuleType

_SHAPES = "torch._meta_registrations"
#: Tried with these; others may ask for the formulas while they are imported, and get them.
_TRIED = ("2.13.",)


class _LeftOut(ModuleType):
    """
    Stands where the formulas would.
    """


def import_torch() -> None:
    """
    Import torch for computing alone: tensors on the "meta" device have no shapes but those of new ones, and torch
    draws no random numbers.
    """
    if "torch" not in sys.modules and version("torch").startswith(_TRIED):
        sys.modules[_SHAPES] = _LeftOut(_SHAPES)
    importlib.import_module("torch")
