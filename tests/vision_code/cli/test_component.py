"""
`vision-code component` as a person uses it: two components side by side.
"""

from __future__ import annotations

import json
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


@pytest.mark.browser
@pytest.mark.parametrize(("target", "ending"), [("html-css", "html"), ("svelte", "svelte")])
def test_what_differs_most_is_told_with_the_code_that_draws_it(
    target: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main = tmp_path / f"one.{ending}"
    assert run(["component", str(PICTURE), "--engine", "none", "--target", target, "--json", "-o", str(main)]) == 0
    worst = json.loads(capsys.readouterr().out)["fidelity"]["worst"]
    assert worst
    lines = main.read_text(encoding="utf-8").split("\n")
    for region in worst:
        start, end = region["range"]["start"], region["range"]["end"]
        assert lines[start["line"]][start["character"] :].startswith("<")
        assert lines[end["line"]][: end["character"]].endswith(">")
    entries = [region["entry"]["start"] for region in worst if region["entry"]]
    assert all(lines[entry["line"]][entry["character"]] in '{"' for entry in entries)
    assert bool(entries) is (target == "svelte")
