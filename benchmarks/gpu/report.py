"""
What was found, as a page to read and as the table of launches.
"""

from __future__ import annotations

import copy
import json
from typing import Any

from kernels import launch_table

Row = dict[str, Any]


def page(done: dict[str, Row]) -> str:
    """
    Markdown; what was not measured is said.

    Args:
        done: Rows by their names.
    """
    card = done.get("card", {})
    if "bytes_per_s" not in card:
        return f"The card's ceilings were not measured: {card.get('failure', 'no time')}.\n"
    lines = [
        f"{card['card']}, torch {card['torch']}, Triton {card['triton']}, {card['date']}.",
        f"Measured ceilings: copy {card['bytes_per_s'] / 1e12:.2f} TB/s, bf16 product"
        f" {card['flops_per_s'] / 1e12:.0f} TFLOP/s.",
        f"Tests compiled on it: {_tests(done.get('tests'))}.",
        "",
        "| kernel | max error | RMS error | us | TB/s | TFLOP/s | share of ceiling | PyTorch, us |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_kernel(name, row, card) for name, row in done.items() if row["part"] == "row"]
    lines += ["", "| launch | default us | best us | tried | best |", "|---|---|---|---|---|"]
    for name, row in done.items():
        if row["part"] == "tune":
            fields = ", ".join(f"{k} {v}" for k, v in row.get("launch", {}).items()) or row.get("failure", "")
            times = f"{row.get('default_us', 0):.1f} | {row.get('us', 0):.1f}"
            lines.append(f"| {name} | {times} | {row.get('tried', 0)} | {fields} |")
    for name, row in done.items():
        if row["part"] == "model":
            lines += ["", f"{name}, random weights:", "", "| | |", "|---|---|"]
            lines += [f"| {k} | {_number(v)} |" for k, v in row.items() if k not in ("part", "name")]
    return "\n".join(lines) + "\n"


def launches(done: dict[str, Row], device: str) -> str:
    """
    ``kernels/launches.json`` with what the sweep found for this device.
    """
    found = {row["name"].removeprefix("tune "): row["launch"] for row in done.values() if "launch" in row}
    table = copy.deepcopy(launch_table.table())
    if found:
        card = done.get("card", {})
        measured = {key: card.get(key) for key in ("card", "date", "torch", "triton")}
        table[device] = {"measured": measured, "launches": dict(sorted({**_known(table, device), **found}.items()))}
    return json.dumps(table, indent=1, sort_keys=True) + "\n"


def _known(table: dict[str, Any], device: str) -> dict[str, Any]:
    known: dict[str, Any] = table.get(device, {}).get("launches", {})
    return known


def _tests(row: Row | None) -> str:
    if row is None:
        return "not run"
    last = row.get("said", row.get("failure", "")).strip().splitlines()[-1:]
    return f"{'right' if row.get('right') else 'WRONG'} ({' '.join(last)})"


def _kernel(name: str, row: Row, card: Row) -> str:
    if "us" not in row:
        return f"| {name} | {row.get('failure', 'not measured')} | | | | | | |"
    seconds = row["us"] / 1e6
    floor = max(row["bytes"] / card["bytes_per_s"], row["flops"] / card["flops_per_s"])
    peers = ", ".join(f"{peer} {time:.1f}" if time else f"{peer} failed" for peer, time in row["peers"].items())
    wrong = "" if row["right"] else " WRONG"
    rates = f"{row['bytes'] / seconds / 1e12:.2f} | {row['flops'] / seconds / 1e12:.1f} | {floor / seconds:.2f}"
    return f"| {name} | {row['max_error']:.1e} | {row['rms_error']:.1e}{wrong} | {row['us']:.1f} | {rates} | {peers} |"


def _number(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
