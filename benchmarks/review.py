"""
What a reviewer of the generated code would count: fixed values, elements, overflow, accessible names.
"""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.sources import cache_folder
from vision_code.render import PageFacts

_AXE = "axe-core@4.10.3"

#: axe rules about names and labels. https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md
_NAME_RULES = (
    "aria-command-name",
    "aria-input-field-name",
    "aria-toggle-field-name",
    "button-name",
    "document-title",
    "empty-heading",
    "empty-table-header",
    "frame-title",
    "html-has-lang",
    "image-alt",
    "input-button-name",
    "input-image-alt",
    "label",
    "link-name",
    "role-img-alt",
    "select-name",
    "svg-img-alt",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """
    Attributes:
        elements_ratio: Visible elements written per visible element of the original.
        arbitrary_share: Class names with an arbitrary value (``w-[137px]``) among all class names; None without any.
        name_gaps: Nodes that break one of axe's rules about names; None when axe could not be had.
    """

    elements_ratio: float
    arbitrary_share: float | None
    name_gaps: int | None


def review(facts: PageFacts, num_reference_elements: int, axe_result: object) -> Review:
    """
    Count what a reviewer would.

    Args:
        facts: The candidate's page.
        axe_result: What ``axe_probe`` returned in the candidate's page.
    """
    classes = [name for element in facts.elements for name in element.classes]
    arbitrary = sum("[" in name for name in classes)
    return Review(
        elements_ratio=len(facts.elements) / max(1, num_reference_elements),
        arbitrary_share=arbitrary / len(classes) if classes else None,
        name_gaps=_gaps(axe_result),
    )


def _gaps(axe_result: Any) -> int | None:
    return sum(axe_result.values()) if isinstance(axe_result, dict) else None


@cache
def axe_probe() -> str:
    """
    JavaScript that counts broken name rules, by rule; empty when axe-core cannot be had (offline, no npm).
    """
    path = cache_folder() / "axe" / f"{_AXE.replace('@', '-')}.js"
    if not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(_fetch_axe())
        except (OSError, subprocess.CalledProcessError, tarfile.TarError, KeyError):
            return ""
    rules = ",".join(f"'{rule}'" for rule in _NAME_RULES)
    run = f"axe.run(document, {{runOnly: {{type: 'rule', values: [{rules}]}}, resultTypes: ['violations']}})"
    counts = "Object.fromEntries(result.violations.map((v) => [v.id, v.nodes.length]))"
    return f"async () => {{\n{path.read_text(encoding='utf-8')}\nconst result = await {run};\nreturn {counts};\n}}"


def _fetch_axe() -> bytes:
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(["npm", "pack", "--silent", _AXE], cwd=scratch, check=True, capture_output=True, timeout=120)
        (archive,) = Path(scratch).glob("*.tgz")
        with tarfile.open(archive) as tar:
            member = tar.extractfile("package/axe.min.js")
            assert member is not None
            return member.read()
