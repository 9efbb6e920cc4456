"""
Damaged replies about real code: what can be certain is recovered, and nothing is ever applied wrongly.
"""

from __future__ import annotations

import argparse
import inspect
import random
import shlex
import string
import textwrap
from collections import Counter

from benchmarks.patches.damage import DAMAGES
from benchmarks.patches.matching import judge, sampled

_MODULES = (textwrap, shlex, string, argparse)
#: Of these damages everything is recovered.
_ALWAYS = (
    "none",
    "prose around",
    "reply crlf",
    "no fence",
    "other marks",
    "decorated path",
    "udiff",
    "envelope",
    "file with CRLF",
)


def test_nothing_is_applied_wrongly() -> None:
    rng = random.Random(3)
    old = {f"lib/{module.__name__}.py": inspect.getsource(module) for module in _MODULES}
    new = {path: _changed(text, rng) for path, text in old.items()}
    tally: dict[str, Counter[str]] = {}
    wrong = []
    for case, files in sampled(old, new, 4, rng):
        outcome, why = judge(case, files)
        tally.setdefault(case.kind, Counter())[outcome] += 1
        if outcome == "wrong":
            wrong.append(f"{case.kind}: {why}\n{case.reply}")
    assert wrong == []
    assert {kind for kind in _ALWAYS if tally[kind]["not recovered"]} == set()
    assert len(tally) > 0.8 * len(DAMAGES)


def _changed(text: str, rng: random.Random) -> str:
    """
    A few statements of a module written otherwise, as a release would.
    """
    lines = text.splitlines()
    plain = [i for i, line in enumerate(lines) if line.startswith("        ") and " = " in line and line.endswith(")")]
    for i in rng.sample(plain, min(6, len(plain))):
        indent = lines[i][: len(lines[i]) - len(lines[i].lstrip())]
        lines[i] = f"{lines[i]}\n{indent}self.changed = {rng.randrange(1000)}"
    return "\n".join(lines) + "\n"
