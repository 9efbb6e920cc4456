"""
Turns rows of scores into the tables that people read.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.scoring import PARTS

Row = Mapping[str, Any]

#: One px of rounding is no overflow.
_OVERFLOW_PX = 1.5


def summarise(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """
    One entry for each system × split × (pages | elements).
    """
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        what = "pages" if row["kind"] == "page" else "elements"
        for split in (row["split"], "all"):
            groups.setdefault((row["system"], split, what), []).append(row)
    order = {"tuning": 0, "held_out": 1, "all": 2}
    keys = sorted(groups, key=lambda key: (key[2] != "pages", order[key[1]], key[0]))
    return [{"system": s, "split": p, "of": w, **_means(groups[s, p, w])} for s, p, w in keys]


def _means(rows: Sequence[Row]) -> dict[str, Any]:
    full = [row["full"] for row in rows]
    narrow = [row["narrow"] for row in rows if row["narrow"]]
    reviews = [row["review"] for row in rows if row["review"]]
    seconds = sorted(row["seconds"] for row in rows)
    return {
        "n": len(rows),
        **{part: _mean(full, part) for part in ("mean", *PARTS, "flow", "roles_counted", "names")},
        "mean_counted": _mean_counted(full),
        "narrow": {
            **{part: _mean(narrow, part) for part in ("mean", *PARTS, "roles_counted")},
            "mean_counted": _mean_counted(narrow),
        },
        "no_overflow": _share(narrow, lambda scores: scores["overflow_px"] <= _OVERFLOW_PX),
        "elements_ratio": _mean(reviews, "elements_ratio"),
        "elements_ratio_median": _median(review["elements_ratio"] for review in reviews),
        "arbitrary_share": _mean(reviews, "arbitrary_share"),
        "name_gaps": _mean(reviews, "name_gaps"),
        "seconds": statistics.fmean(seconds),
        "seconds_p95": seconds[min(len(seconds) - 1, int(0.95 * len(seconds)))],
        "errors": sum("error" in row for row in rows),
    }


def _mean_counted(entries: Sequence[Row]) -> float | None:
    """
    Mean of Fidelity with the roles counted by kind, as published scorers have it, in place of the matched ones.
    """
    values = [e["mean"] + (e["roles_counted"] - e["roles"]) / len(PARTS) for e in entries if e.get("roles") is not None]
    return statistics.fmean(values) if values else None


def _mean(entries: Sequence[Row], key: str) -> float | None:
    values = [entry[key] for entry in entries if entry.get(key) is not None]
    return statistics.fmean(values) if values else None


def _median(values: Iterable[float]) -> float | None:
    items = list(values)
    return statistics.median(items) if items else None


def _share(entries: Sequence[Row], test: Callable[[Row], bool]) -> float | None:
    return sum(map(test, entries)) / len(entries) if entries else None


def markdown(summary: Sequence[Row], machine: Mapping[str, object]) -> str:
    """
    The summary as three Markdown tables: at the width, at two thirds of it, the reviewer's numbers.
    """
    head = ("system", "split", "of", "n")
    first = _table(
        [*head, "mean", *PARTS, "flow", "roles counted", "mean, roles counted", "names", "s/item", "s p95"],
        [
            [*_head(e),
             *(_n(e[k]) for k in ("mean", *PARTS, "flow", "roles_counted", "mean_counted", "names")),
             f"{e['seconds']:.1f}", f"{e['seconds_p95']:.1f}"]
            for e in summary
        ],
    )  # fmt: skip
    second = _table(
        [*head, "mean", *PARTS, "roles counted", "mean, roles counted", "no overflow"],
        [
            [
                *_head(e),
                *(_n(e["narrow"][k]) for k in ("mean", *PARTS, "roles_counted", "mean_counted")),
                _n(e["no_overflow"]),
            ]
            for e in summary
        ],
    )
    keys = ("elements_ratio", "elements_ratio_median", "arbitrary_share", "name_gaps")
    third = _table(
        [*head, "elements per original", "median", "arbitrary values", "name gaps", "errors"],
        [[*_head(e), *(_n(e[k], 2) for k in keys), str(e["errors"])] for e in summary],
    )
    facts = ", ".join(f"{key} {value}" for key, value in machine.items())
    return (
        f"# Quality on the development set\n\n{facts}\n\n## At the screenshot's width\n\n{first}\n\n"
        f"## At two thirds of the width\n\n{second}\n\n## For the reviewer\n\n{third}\n"
    )


def _head(entry: Row) -> list[str]:
    return [str(entry[key]) for key in ("system", "split", "of", "n")]


def _n(value: float | None, digits: int = 3) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
