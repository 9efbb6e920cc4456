"""
A set of issues in a file, and the predictions made for them: one JSON object a line, as SWE-bench has them.

Source: SWE-bench, ``swebench/harness/utils.py`` (predictions) and the columns of its data sets (instances).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from vision_code.errors import InputRejected

MAX_LINE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """
    Attributes:
        id: ``instance_id``.
        repository: ``repo``: a folder, or ``owner/name`` for the folder ``owner__name`` among the repositories.
        base: ``base_commit``; empty for the files as they lie there.
        issue: ``problem_statement``.
        images: Paths of pictures, ``image_assets.problem_statement``; those that are addresses are not fetched.
    """

    id: str
    repository: Path
    base: str
    issue: str
    images: tuple[Path, ...]
    unfetched: int


def read_instances(file: Path, repositories: Path) -> tuple[Instance, ...]:
    """
    Every instance of a JSON-lines file.

    Raises:
        InputRejected: ``instances.format``.
    """
    found = []
    for number, fields in _lines(file, "instances.format"):
        texts = {name: fields.get(name, "") for name in ("instance_id", "repo", "base_commit", "problem_statement")}
        if not all(isinstance(text, str) for text in texts.values()) or not texts["instance_id"]:
            raise InputRejected("instances.format", f"line {number}: an instance needs instance_id and texts")
        assets = fields.get("image_assets") or {}
        images = assets.get("problem_statement") or [] if isinstance(assets, dict) else assets
        if not isinstance(images, list) or not all(isinstance(image, str) for image in images):
            raise InputRejected("instances.format", f"line {number}: image_assets must list paths")
        local = [image for image in images if "://" not in image]
        found.append(
            Instance(
                id=str(texts["instance_id"]),
                repository=_repository(str(texts["repo"]), repositories),
                base=str(texts["base_commit"]),
                issue=str(texts["problem_statement"]),
                images=tuple(file.parent / image for image in local),
                unfetched=len(images) - len(local),
            )
        )
    return tuple(found)


def predicted(file: Path) -> set[str]:
    """
    Ids that have a prediction already. A line that a broken run left half is none.
    """
    if not file.exists():
        return set()
    whole = file.read_bytes()
    if whole and not whole.endswith(b"\n"):
        with file.open("rb+") as held:
            held.truncate(whole.rfind(b"\n") + 1)
    return {str(fields.get("instance_id")) for _, fields in _lines(file, "predictions.format")}


def add_prediction(file: Path, instance_id: str, model: str, diff: bytes, **facts: object) -> None:
    """
    Append one line, whole, on disk when this returns.
    """
    line = {
        "instance_id": instance_id,
        "model_name_or_path": model,
        "model_patch": diff.decode("utf-8", "surrogateescape"),
        **facts,
    }
    with file.open("ab") as held:
        held.write(json.dumps(line).encode() + b"\n")
        held.flush()
        os.fsync(held.fileno())


def _repository(name: str, repositories: Path) -> Path:
    there = repositories / name
    return there if there.is_dir() or not name else repositories / name.replace("/", "__")


def _lines(file: Path, kind: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    with file.open("rb") as held:
        for number, line in enumerate(held, 1):
            if not line.strip():
                continue
            try:
                fields = json.loads(line) if len(line) <= MAX_LINE_BYTES else None
            except (ValueError, RecursionError):
                fields = None
            if not isinstance(fields, dict):
                raise InputRejected(kind, f"{file.name} line {number} is no JSON object")
            yield number, fields
