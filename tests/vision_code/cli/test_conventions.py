"""
What the command line leaves open the project decides: its settings file, then what it is made of.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from vision_code.cli import run
from vision_code.cli.component import configure
from vision_code.cli.conventions import Conventions, conventions
from vision_code.conform import script_style
from vision_code.errors import UsageError

PACKAGE = '{"dependencies": {"react": "19", "tailwindcss": "4"}}'
NEIGHBOUR = "import x from './x'\n\nexport const NavBar = () => {\n\treturn null\n}\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    A React project in JavaScript, and the folder at hand.
    """
    (tmp_path / "package.json").write_text(PACKAGE)
    (tmp_path / "src/components").mkdir(parents=True)
    (tmp_path / "src/components/nav-bar.jsx").write_text(NEIGHBOUR)
    (tmp_path / "src/main.css").write_text('@import "tailwindcss";\n@theme { --color-accent: rgb(200, 30, 60); }')
    image = Image.new("RGB", (240, 120), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 219, 59), fill=(200, 30, 60))
    draw.rectangle((20, 70, 219, 109), fill=(31, 97, 83))
    image.save(tmp_path / "shot.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def chosen(*words: str) -> Conventions:
    parser = argparse.ArgumentParser()
    configure(parser)
    return conventions(parser.parse_args(["shot.png", *words]))


def test_a_component_goes_into_the_project_in_its_style(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["component", "shot.png", "--engine", "none", "--no-verify", "--json"]
    assert run(command) == 0
    said = capsys.readouterr()
    facts = json.loads(said.out)
    main = Path(facts["files"][0])
    assert (main.parent, main.suffix, facts["target"]) == (project / "src/components", ".jsx", "react")
    code = main.read_text()
    assert f"export function {facts['name']}() {{" in code
    assert ";" not in code
    assert "\n\t" in code
    assert "bg-accent" in code
    assert "note: target react, because package.json depends on react; --target chooses another" in said.err
    assert "note: placed there because src/components holds 1 component;" in said.err
    assert "colours that the project has no token for: #1f6153" in "\n".join(facts["notes"])
    assert run(command) == 0  # once more: beside it, not over it
    assert json.loads(capsys.readouterr().out)["files"][0] != facts["files"][0]


def test_the_command_line_comes_before_the_settings_and_these_before_the_defaults(project: Path) -> None:
    (project / "vision-code.toml").write_text('engine = "none"\ntarget = "vue"\ncandidates = 3\nverify = false\n')
    asked = chosen("--candidates", "2", "--seed", "0").settings
    assert (asked.engine, asked.target, asked.candidates, asked.seed, asked.verify) == ("none", "vue", 2, 0, False)
    asked = chosen("--target", "svelte", "--engine", "embedded", "--verify").settings
    assert (asked.engine, asked.target, asked.candidates, asked.verify) == ("embedded", "svelte", 3, True)


#: Settings file, words of the command line, target.
TARGETS = {
    "the project's": ("", [], "react"),
    "the settings'": ("target = 'vue'", [], "vue"),
    "the ending's": ("target = 'vue'", ["-o", "a.svelte"], "svelte"),
    "a page's": ("", ["-o", "a.html"], "html"),
    "a page's, as the settings have it": ("target = 'html-css'", ["-o", "a.html"], "html-css"),
    "the command line's": ("target = 'vue'", ["-o", "a.tsx", "--target", "html"], "html"),
    "without an ending": ("", ["-o", "a"], "react"),
}


@pytest.mark.parametrize(("text", "words", "target"), TARGETS.values(), ids=TARGETS)
def test_who_says_the_target(text: str, words: list[str], target: str, project: Path) -> None:
    (project / "vision-code.toml").write_text(text)
    assert chosen(*words).target == target


@pytest.mark.parametrize(("name", "typed"), [("a.tsx", True), ("a.jsx", False), ("a", False)])
def test_the_ending_of_the_output_says_the_language(name: str, typed: bool, project: Path) -> None:
    assert script_style(chosen("-o", name).project, Path(name).suffix).typed is typed


def test_wrong_settings_are_a_usage_error_with_their_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "vision-code.toml").write_text('seed = 1\ntarget = "flutter"\n')
    assert run(["component", "shot.png"]) == 2
    assert capsys.readouterr().err.startswith("error[config.value]: vision-code.toml:2:10: target must be one of html")
    with pytest.raises(UsageError, match=r"config\.value"):
        chosen()


def test_what_only_the_user_may_say_is_passed_over_aloud(project: Path) -> None:
    (project / "vision-code.toml").write_text('engine = "local:/somewhere"\n')
    found = chosen()
    assert found.settings.engine is None
    assert any("vision-code.toml:1:10: engine 'local:/somewhere': a project cannot set this" in n for n in found.notes)


def test_the_project_of_the_output_counts_not_that_of_the_folder_at_hand(project: Path) -> None:
    other = project / "other"
    other.mkdir()
    (other / "package.json").write_text('{"dependencies": {"vue": "3"}}')
    assert chosen("-o", "other/src/made").target == "vue"


def test_what_will_not_fit_is_said(project: Path) -> None:
    (project / "package.json").write_text('{"dependencies": {"react": "19", "tailwindcss": "^3.4"}}')
    notes = "\n".join(chosen("--target", "vue").notes)
    assert "the classes are those of Tailwind 4, and the project has 3 (package.json depends on tailwindcss 3)" in notes
    assert "the project is written in react" in notes
