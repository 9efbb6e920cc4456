"""
What a binary may cost: fixed rules of the target, and the committed numbers of the version that was measured.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.binaries.compile import TARGETS, Binary, Case

FILE = Path(__file__).with_name("budgets.json")
#: How far a number may rise above the committed one before it is a finding.
ALLOWANCE = 1.1


def load() -> dict[str, Any]:
    """
    ``{"triton": version, "targets": {target: {case: numbers}}}``.
    """
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return found


def save(version: str, found: dict[str, dict[str, dict[str, Any]]]) -> None:
    """
    Replace the numbers of the targets and cases in ``found``, keep the others.
    """
    known = load().get("targets", {})
    for target, numbers in found.items():
        known.setdefault(target, {}).update(numbers)
    ordered = {target: dict(sorted(known[target].items())) for target in TARGETS if target in known}
    lines = [
        f'  "{target}": {{\n'
        + ",\n".join(f'   "{case}": {json.dumps(numbers)}' for case, numbers in cases.items())
        + "\n  }"
        for target, cases in ordered.items()
    ]
    body = ",\n".join(lines)
    FILE.write_text(f'{{\n "triton": "{version}",\n "targets": {{\n{body}\n }}\n}}\n', encoding="utf-8")


def numbers(binary: Binary) -> dict[str, Any]:
    """
    A binary as a row of the file.
    """
    return asdict(binary)


def findings(case: Case, target: str, binary: Binary, budget: dict[str, Any] | None) -> list[str]:
    """
    What is wrong with a binary; empty when nothing is.

    Args:
        case: What was compiled.
        target: For what.
        binary: What came out.
        budget: The committed row, if it was measured with this version of Triton.
    """
    here = f"{case.name} on {target}"
    limit = TARGETS[target][3]
    found = []
    if binary.spills:
        found.append(f"{here} spills {binary.spills}")
    if binary.shared_bytes > limit:
        found.append(f"{here} wants {binary.shared_bytes} bytes of shared memory, the target has {limit}")
    if case.matrix_unit and not binary.matrix:
        found.append(f"{here} does not use the matrix unit")
    if budget is None:
        return found
    for name in ("registers", "shared_bytes", "loop", "per_weight"):
        value, committed = getattr(binary, name), budget[name]
        if value > committed * ALLOWANCE:
            found.append(f"{here}: {name} is {value}, committed {committed}")
    if binary.matrix_kind != budget["matrix_kind"]:
        found.append(f"{here}: products are on {binary.matrix_kind or 'no unit'}, committed {budget['matrix_kind']}")
    return found
