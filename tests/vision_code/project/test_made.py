"""
A component that this program made is known again, and nothing else is taken for one.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vision_code.emit import Target, emit
from vision_code.output import write_all
from vision_code.project.made import made_by_us
from vision_code.uitree import Element, Text, UITree

TREE = UITree(
    root=Element(tag="section", children=(Text(text="Hello"),)),
    assets=(),
    title="Hello",
    name="Hello",
    is_page=False,
    width_px=320,
    height_px=200,
)


@pytest.mark.parametrize("target", [Target.REACT, Target.VUE, Target.SVELTE])
def test_a_component_that_was_emitted_is_known_again(target: Target, tmp_path: Path) -> None:
    files = emit(TREE, target, "hello-card")
    write_all({tmp_path / "src" / file.path: file.content for file in files})
    assert made_by_us(tmp_path / "src" / files[0].path, root=tmp_path)


def test_what_others_wrote_is_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "Card.tsx").write_text("export default function Card() {}")
    assert not made_by_us(tmp_path / "Card.tsx", root=tmp_path)
    (tmp_path / "Card.theme.css").write_text(":root {}")
    assert not made_by_us(tmp_path / "Card.tsx", root=tmp_path)
    assert not made_by_us(tmp_path / "Card.theme.css", root=tmp_path)
    assert not made_by_us(tmp_path / "missing.vue", root=tmp_path)
