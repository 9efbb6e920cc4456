"""
`vision-code component` as a person uses it: two components side by side.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from vision_code.cli import run

PICTURE = Path(__file__).resolve().parents[3] / "examples" / "mobile-dark.png"


@pytest.mark.parametrize(("target", "ending"), [("html", "html"), ("react", "tsx")])
def test_two_components_live_in_one_folder(target: str, ending: str, tmp_path: Path) -> None:
    command = ["component", str(PICTURE), "--engine", "none", "--no-verify", "--target", target, "-o"]
    before: dict[Path, bytes] = {}
    for name in ("one", "two"):
        assert run([*command, str(tmp_path / f"{name}.{ending}")]) == 0
        after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
        assert before.items() <= after.items()
        assert any(name in path.parts for path in after)  # its pictures
        before = after
