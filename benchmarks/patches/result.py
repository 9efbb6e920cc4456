"""
Writes what was measured into ``benchmarks/results``: one table for people, the numbers for machines in its JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.machine import describe

_RESULTS = Path(__file__).resolve().parents[1] / "results"


def save(name: str, rows: Sequence[Mapping[str, object]], settings: Mapping[str, object]) -> None:
    """
    Args:
        name: Of the measure; the date is added.
        rows: With the same fields each.
        settings: What has to be known to repeat it.
    """
    machine = describe()
    path = _RESULTS / f"{name}-{str(machine['date'])[:10]}"
    fields = list(rows[0])
    numbers = {f for f in fields if all(isinstance(row[f], int) and not isinstance(row[f], bool) for row in rows)}
    total = {
        f: sum(int(str(row[f])) for row in rows) if f in numbers else ("all" if f == fields[0] else "") for f in fields
    }
    table = [fields, ["---"] * len(fields), *([str(row[f]) for f in fields] for row in [*rows, total])]
    lines = ["| " + " | ".join(cells) + " |" for cells in table]
    said = ", ".join(f"{key} {value}" for key, value in {**machine, **settings}.items())
    path.with_suffix(".md").write_text(f"# {name}\n\n{said}\n\n" + "\n".join(lines) + "\n", encoding="utf-8")
    everything = {"machine": machine, "settings": dict(settings), "rows": [dict(row) for row in rows]}
    path.with_suffix(".json").write_text(json.dumps(everything, indent=1) + "\n", encoding="utf-8")
    print("\n".join(lines))
