"""
Launches that a sweep on a GPU found (``python -m benchmarks.gpu``), by device, operation and shape class.

``launches.json`` holds ``{"cuda-90": {"measured": {...}, "launches": {"int4_gate_up few": {...}}}}``. Where it names
none the defaults beside each kernel count, which were chosen from binaries.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from kernels.target import Target

FILE = Path(__file__).with_name("launches.json")


def device_key(target: Target) -> str:
    """
    A device's name in the table.
    """
    return f"{target.backend}-{target.capability}"


def tuned(operation: str, shape: str, target: Target) -> dict[str, Any] | None:
    """
    The fields of a launch, or None.

    Args:
        operation: The kernel.
        shape: Its shape class.
        target: The device.
    """
    found: dict[str, Any] | None = table().get(device_key(target), {}).get("launches", {}).get(f"{operation} {shape}")
    return found


@cache
def table() -> dict[str, Any]:
    """
    The whole file, read once; a sweep adds to it what it finds, for the measurements that follow.
    """
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
