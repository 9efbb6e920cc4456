"""
Kinds of arguments that several commands take.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path


def output_file(name: str) -> Path:
    """
    A file to write. A name that ends like a folder's is refused: ``Path`` would drop the slash and write beside it.
    """
    if name.endswith(("/", os.sep)):
        raise argparse.ArgumentTypeError(f"{name!r} names a folder, not a file")
    return Path(name)
