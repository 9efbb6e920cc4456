"""
Kinds of arguments that several commands take.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from vision_code.errors import InputRejected, UsageError
from vision_code.input import file_status, read_file


def output_file(name: str) -> Path:
    """
    A file to write. A name that ends like a folder's is refused: ``Path`` would drop the slash and write beside it.
    """
    if name.endswith(("/", os.sep)):
        raise argparse.ArgumentTypeError(f"{name!r} names a folder, not a file")
    return Path(name)


def read_text(name: str, option: str, limit_bytes: int, *, too_large: str, not_utf8: str) -> str:
    """
    What a file holds that an option names; ``-`` is stdin.

    Args:
        too_large, not_utf8: Kinds of errors.

    Raises:
        UsageError: ``usage.arguments``: nothing is piped in.
        InputRejected: ``input.*``, or of the two kinds.
    """
    if name == "-":
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("usage.arguments", f"{option} - reads stdin; pipe something in")
        content = sys.stdin.buffer.read(limit_bytes + 1)
    else:
        # A larger one is not read at all.
        content = read_file(Path(name)) if file_status(Path(name)).st_size <= limit_bytes else None
    if content is None or len(content) > limit_bytes:
        raise InputRejected(too_large, f"{option} {name} holds more than {limit_bytes} bytes")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputRejected(not_utf8, f"{option} {name} is not UTF-8 at byte {error.start}") from error
