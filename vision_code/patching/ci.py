"""
What a CI job keeps of a patch: result, diff, SARIF, pictures and a summary in one folder, and what GitHub wants of it.

Sources: SARIF 2.1.0 (OASIS, 2020); GitHub documentation, "Workflow commands" (outputs with a delimiter, a summary of at
most 1,024 KiB a step).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from vision_code import __version__
from vision_code.edits import Change, Staged
from vision_code.output import write_all
from vision_code.patching.gallery import PAGE, gallery
from vision_code.patching.sight import View

MAX_SUMMARY_BYTES = 1000 * 1024
MAX_SHOWN_DIFF_CHARS = 60_000
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def keep(
    folder: Path,
    staged: Staged,
    diff: bytes,
    facts: Mapping[str, object],
    environment: Mapping[str, str],
    views: Sequence[View] = (),
) -> None:
    """
    Write ``result.json``, ``patch.diff``, ``results.sarif``, ``summary.md`` and pictures of ``views`` into ``folder``,
    and append to the files that ``GITHUB_OUTPUT`` and ``GITHUB_STEP_SUMMARY`` name.

    Raises:
        VisionCodeError: See `vision_code.output.write_all`.
    """
    said = summary(staged, diff, facts, [view.page for view in views])
    held = {
        "result.json": json.dumps(facts, indent=1).encode() + b"\n",
        "patch.diff": diff,
        "results.sarif": json.dumps(sarif(staged), indent=1).encode() + b"\n",
        "summary.md": said.encode(),
    }
    files = held | gallery(views)
    write_all({folder / name: content for name, content in files.items()}, force=True)
    if name := environment.get("GITHUB_STEP_SUMMARY"):
        _append(name, said)
    if name := environment.get("GITHUB_OUTPUT"):
        outputs = {
            "patch": str(folder / "patch.diff"),
            "files": "\n".join(change.path for change in staged.changes),
            "status": "tests-fail" if facts.get("tests_passed") is False else "patched",
            "candidates": str(len(_list(facts.get("candidates")))),
            "seed": str(facts.get("seed", 0)),
            "model": str(facts.get("model", "")),
        }
        _append(name, "".join(_output(key, value) for key, value in outputs.items()))


def summary(staged: Staged, diff: bytes, facts: Mapping[str, object], pages: Sequence[str] = ()) -> str:
    """
    The job's summary in Markdown. Names and diff stand in code, where nothing in them means anything.

    Args:
        pages: Whose pictures are kept beside it.
    """
    tests = {True: "pass", False: "fail", None: "were not run"}[facts.get("tests_passed")]  # type: ignore[index]
    rows = [f"| {_code(change.path)} | {change.kind} |" for change in staged.changes]
    shown = diff.decode("utf-8", "replace")
    cut = "" if len(shown) <= MAX_SHOWN_DIFF_CHARS else "\n\nThe diff is longer; all of it is in the artifact.\n"
    shown = shown[:MAX_SHOWN_DIFF_CHARS]
    fence = "`" * (max([2, *(len(run) for run in re.findall("`+", shown))]) + 1)
    lines = [
        "### Vision Code: a patch",
        "",
        f"{len(staged.changes)} files; tests {tests}; written by {_code(str(facts.get('model', '')))}.",
        "",
        "| file | change |",
        "|---|---|",
        *rows,
        "",
        *_pictured(pages),
        f"{fence}diff",
        shown.rstrip("\n"),
        fence,
        "",
    ]
    return ("\n".join(lines) + cut).encode()[:MAX_SUMMARY_BYTES].decode("utf-8", "ignore")


def _pictured(pages: Sequence[str]) -> list[str]:
    if not pages:
        return []
    return [f"Before and after of {', '.join(map(_code, pages))}: open {_code(PAGE)} of the artifact.", ""]


def sarif(staged: Staged) -> dict[str, object]:
    """
    One result a changed file, with a fingerprint that stays while the change stays.
    """
    rule = {"id": "vision-code/patch", "shortDescription": {"text": "A patch is proposed for this file."}}
    driver = {"name": "Vision Code", "version": __version__, "rules": [rule]}
    results = [
        {
            "ruleId": rule["id"],
            "level": "note",
            "message": {"text": f"A patch is proposed: this file is {change.kind}."},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": quote(change.path)}}}],
            "partialFingerprints": {"change/v1": _fingerprint(change)},
        }
        for change in staged.changes
    ]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]}


def _output(name: str, value: str) -> str:
    """
    With a delimiter that the value cannot hold: it is drawn after the value is known.
    """
    mark = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{mark}\n{value}\n{mark}\n"


def _append(name: str, text: str) -> None:
    with Path(name).open("a", encoding="utf-8") as file:
        file.write(text)


def _fingerprint(change: Change) -> str:
    new = b"" if change.new is None else change.new.content
    return hashlib.sha256(change.path.encode() + b"\0" + new).hexdigest()


def _code(text: str) -> str:
    return f"`{text.replace('`', '').replace('|', '')}`"


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
