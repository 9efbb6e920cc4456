"""
The project's own formatter lays generated files out, and can do nothing else to them, whatever it is.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path, PurePosixPath

import pytest

from vision_code import cli
from vision_code import reformat as station
from vision_code.emit import OutputFile, ScriptStyle, Target, emit
from vision_code.project.made import made_by_us
from vision_code.project.sense import sense
from vision_code.reformat import reformat
from vision_code.uitree import Element, Text, UITree

LINK = Element(tag="a", attrs=(("href", "#"),), children=(Text(text='Read "more" & pay €5'),))
TREE = UITree(
    root=Element(tag="section", children=(Element(tag="h2", children=(Text(text="It's 😀"),)), LINK)),
    assets=(),
    title="Hello",
    name="Hello",
    is_page=False,
    width_px=320,
    height_px=200,
)
PRETTIER = '{"singleQuote": true, "tabWidth": 4, "jsxSingleQuote": true}'
SOURCE = OutputFile(PurePosixPath("Card.tsx"), b"export default () => <p>Hello</p>\n")


@pytest.mark.parametrize("target", [Target.REACT, Target.VUE, Target.HTML, Target.HTML_CSS])
def test_prettier_lays_out_what_was_emitted(target: Target, node_modules: Path, tmp_path: Path) -> None:
    shutil.copytree(node_modules / "prettier", tmp_path / "node_modules" / "prettier")
    (tmp_path / ".prettierrc").write_text(PRETTIER)
    files = emit(TREE, target, "hello-card", ScriptStyle())
    formatted, notes = reformat(sense(tmp_path, tmp_path), files, tmp_path)
    assert notes == ()
    assert [file.path for file in formatted] == [file.path for file in files]
    assert all(a.content != b.content for a, b in zip(formatted, files, strict=True))
    main = formatted[0].content.decode()
    assert "\n    " in main
    assert "😀" in main
    # A second time it finds nothing to do, and a component is still known to be ours.
    assert reformat(sense(tmp_path, tmp_path), formatted, tmp_path)[0] == formatted
    for file in formatted:
        (tmp_path / file.path).write_bytes(file.content)
    assert made_by_us(tmp_path / formatted[0].path, root=tmp_path) is (target in (Target.REACT, Target.VUE))


def _project(tmp_path: Path, script: str, name: str = "prettier", program: object = "./run.cjs") -> Path:
    """
    A project with a formatter of that name that runs ``script``.
    """
    home = tmp_path / "project" / "node_modules" / name
    home.mkdir(parents=True)
    (home / "package.json").write_text(json.dumps({"bin": program}))
    (home / "run.cjs").write_text(script)
    (tmp_path / "project" / ".prettierrc").write_text("{}")
    return tmp_path / "project"


READ = 'const text = require("fs").readFileSync(0, "utf8");'


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
@pytest.mark.parametrize(
    ("script", "because"),
    [
        ("process.exit(3)", "it ended with exit code 3"),
        ("setInterval(() => 0, 1000)", "it took longer than 1 s"),
        ("for (;;) require('fs').writeSync(1, 'x'.repeat(65536))", "it printed more than 64 KiB"),
        ("", "it changed more than the layout"),
        (f"{READ} process.stdout.write(text.replace('Hello', 'Bye'))", "it changed more than the layout"),
        (f"{READ} process.stdout.write(text.replace('<p>', '<p><b/>'))", "it changed more than the layout"),
        (f"{READ} process.stdout.write(text + 'fetch()')", "it changed more than the layout"),
        ("process.stdout.write(Buffer.from([255, 254]))", "it changed more than the layout"),
    ],
)
def test_what_is_no_formatting_leaves_the_file_as_it_was(
    script: str, because: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station, "DEADLINE_S", 1.0 if "setInterval" in script else 30.0)
    project = _project(tmp_path, script)
    files, notes = reformat(sense(project, project), (SOURCE,), project)
    assert files == (SOURCE,)
    assert notes == (f"Card.tsx is not formatted with prettier, because {because}",)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_formatter_gets_a_path_no_shell_and_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "secret")
    monkeypatch.setenv("NODE_OPTIONS", "--require=/nowhere.js")
    told = f"{READ} require('fs').writeFileSync('told.json', JSON.stringify([process.argv.slice(2), process.env]));"
    project = _project(tmp_path, f"{told} process.stdout.write(text.replace('=>', '=>\\n'))")
    folder = project / "a; touch b $(touch c) --plugin=x"
    files, notes = reformat(sense(project, project), (SOURCE,), folder)
    assert notes == ()
    assert files[0].content == SOURCE.content.replace(b"=>", b"=>\n")
    arguments, environment = json.loads((project / "told.json").read_text())
    assert arguments == [f"--stdin-filepath={folder / 'Card.tsx'}"]
    assert not {"SECRET_TOKEN", "NODE_OPTIONS"} & set(environment)
    assert sorted(path.name for path in project.iterdir()) == [".prettierrc", "node_modules", "told.json"]


def test_where_no_formatter_can_be_run_that_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = _project(tmp_path, "", program="../../../outside.cjs")
    (tmp_path / "outside.cjs").write_text("process.exit(0)")
    missing = ("not formatted with prettier, because prettier is not in the project's node_modules",)
    assert reformat(sense(project, project), (SOURCE,), project) == ((SOURCE,), missing)
    (project / "node_modules" / "prettier" / "package.json").write_text('{"bin": {"prettier": "run.cjs"}}')
    # What calls itself node and lies in the project is the project's.
    (project / "node").write_text("#!/bin/sh\n")
    (project / "node").chmod(0o755)
    monkeypatch.setenv("PATH", str(project))
    no_node = ("not formatted with prettier, because Node.js is not installed",)
    assert reformat(sense(project, project), (SOURCE,), project) == ((SOURCE,), no_node)
    (project / ".prettierrc").unlink()
    none = ("not formatted, because the project has no Prettier, Biome or dprint",)
    assert reformat(sense(project, project), (SOURCE,), project) == ((SOURCE,), none)


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_command_line_runs_it_only_when_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = "require('fs').writeFileSync('ran', '');"
    project = _project(tmp_path, f"{READ} {trace} process.stdout.write(text.replace(/^(?:  )+/gm, '\\t'))")
    shutil.copy(Path(__file__).parents[3] / "examples" / "login-card.png", project)
    monkeypatch.chdir(project)
    command = ["component", "login-card.png", "--engine", "none", "--no-verify"]
    assert cli.run([*command, "-o", "One.vue"]) == 0
    assert not (project / "ran").exists()
    assert cli.run([*command, "-o", "Two.vue", "--format"]) == 0
    assert (project / "ran").exists()
    assert "\n\t" in (project / "Two.vue").read_text()
