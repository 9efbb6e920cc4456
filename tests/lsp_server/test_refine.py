"""
`visionCode/refine`: a component is made anew in its own place, and what a person changed in it is never lost silently.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.engine_server import answer, engine_server
from tests.lsp_server.editor import Editor, Message

Start = Callable[..., Editor]
QUICK = {"engine": "none", "verify": False}


@pytest.fixture
def redrawn(workspace: Path) -> Path:
    """
    The workspace's picture as a designer changed it: other words, and a photo. Beside it, a photo in the first one.
    """
    noise = Image.effect_noise((96, 96), 90).convert("RGB")
    for name, words, shift in (("photo.png", "Old words", 0), ("redrawn.png", "New words", 1)):
        shot = Image.new("RGB", (320, 160), "white")
        draw = ImageDraw.Draw(shot)
        draw.text((24, 16), words, "#111827", ImageFont.load_default(28))
        shot.paste(noise.rotate(90 * shift), (200, 50))
        draw.rectangle((199, 49, 297, 147), outline="#444444")
        shot.save(workspace / name)
    return workspace / "redrawn.png"


def _made(editor: Editor, workspace: Path, name: str, image: str = "photo.png") -> str:
    """
    The main file of a new component.
    """
    options = {**QUICK, "image": (workspace / image).as_uri(), "document": (workspace / "src" / name).as_uri()}
    result = editor.request("visionCode/component", options)
    assert result["applied"]
    return str(result["files"][0]["uri"])


def _pictures(workspace: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (workspace / "src" / "assets").rglob("*.png")}


@pytest.mark.parametrize("name", ["vscode-1.65", "eglot-29.1"])
def test_the_last_component_is_made_anew_as_one_edit(
    start: Start, redrawn: Path, engine: dict[str, str], name: str
) -> None:
    workspace = redrawn.parent
    editor = start(workspace, name, environment=engine)
    (workspace / "src").mkdir()
    if name == "eglot-29.1":  # it cannot create files
        editor.open((workspace / "src" / "Card.tsx").as_uri(), "")
    main = _made(editor, workspace, "Card.tsx")
    before, pictures, num_edits = editor.text(main), _pictures(workspace), len(editor.edits)
    assert "Old words" in before
    assert pictures
    result = editor.request("visionCode/refine", {**QUICK, "image": redrawn.as_uri()})
    assert result["applied"]
    assert {file["uri"]: file["action"] for file in result["files"]}[main] == "update"
    assert (result["name"], result["target"]) == ("Card", "react")
    after = editor.text(main)
    assert "New words" in after
    assert "Old words" not in after
    assert "function Card()" in after
    assert _pictures(workspace) != pictures
    # One edit, made for the version that the editor has, and nobody is asked.
    (edit,) = editor.edits[num_edits:]
    assert "changeAnnotations" not in edit
    undone = editor.request("visionCode/undo", {})
    assert main in undone["documents"]
    assert editor.text(main) == before
    assert _pictures(workspace) == pictures
    assert undone["restored"] or undone["removed"]
    # What was restored is as it was made.
    again = {"command": "visionCode.server.refine", "arguments": [{**QUICK, "image": redrawn.as_uri()}]}
    assert editor.request("workspace/executeCommand", again)["applied"]
    assert editor.text(main) == after


#: What a person wrote into a component of Vue.
MINE = ('<script setup lang="ts">\n', '<script setup lang="ts">\nconst mine = "😀";\n')


def test_what_a_person_changed_is_replaced_only_when_that_was_said(
    start: Start, redrawn: Path, engine: dict[str, str]
) -> None:
    workspace = redrawn.parent
    editor = start(workspace, environment=engine)
    main = _made(editor, workspace, "Card.vue")
    options = {**QUICK, "image": redrawn.as_uri(), "document": main}
    made = editor.text(main)
    mine = made.replace(*MINE)
    assert mine != made
    editor.type(main, mine)
    result = editor.request("visionCode/refine", options)
    assert {file["uri"]: file["action"] for file in result["files"]}[main] == "update"
    assert MINE[1] in editor.text(main)
    assert "New words" in editor.text(main)
    editor.request("visionCode/undo", {})
    assert editor.text(main) == mine
    # Line ends are no change of anybody's; typing while it is made is one, whatever was said.
    editor.type(main, made.replace("\n", "\r\n"))
    running = editor.ask("visionCode/refine", options)
    editor.type(main, mine)
    assert editor.answer(running)["error"]["data"]["kind"] == "edit.stale"
    assert editor.text(main) == mine
    result = editor.request("visionCode/refine", {**options, "overwrite": True})
    assert {file["uri"]: file["action"] for file in result["files"]}[main] == "overwrite"
    assert editor.edits[-1]["changeAnnotations"]["overwrite"]["needsConfirmation"]
    assert "New words" in editor.text(main)
    assert MINE[1] not in editor.text(main)
    editor.request("visionCode/undo", {})
    assert editor.text(main) == mine
    # A picture on disk that somebody else drew over.
    editor.type(main, made)
    for path in (workspace / "src" / "assets").rglob("*.png"):
        path.write_bytes(b"drawn over")
    error = editor.refusal("visionCode/refine", options)
    assert error["data"]["kind"] == "refine.changed"
    assert set(_pictures(workspace).values()) == {b"drawn over"}


def test_a_component_of_another_run_and_what_was_changed_in_it_is_known(
    start: Start, redrawn: Path, engine: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace, state = redrawn.parent, tmp_path_factory.mktemp("state")
    kept = {**engine, "XDG_STATE_HOME": str(state)}
    first, beside = start(workspace, environment=kept), start(workspace, environment=kept)
    main = _made(first, workspace, "Card.vue")
    for uri in (main, main.replace(".vue", ".theme.css")):  # saved
        Path(uri.removeprefix("file://")).write_text(first.text(uri), encoding="utf-8")
    (record,) = (state / "vision-code").iterdir()
    assert (record.stat().st_mode & 0o777, "Old words" in record.read_text()) == (0o600, False)
    first.leave()
    record.write_bytes(b"torn\n[]\n{}\n" + record.read_bytes() + b'{"target": 1, "fil')
    options: Message = {**QUICK, "image": redrawn.as_uri(), "document": main}
    again = start(workspace, environment=kept)
    Path(main.removeprefix("file://")).write_text(first.text(main).replace(*MINE), encoding="utf-8")
    for editor in (again, beside):
        result = editor.request("visionCode/refine", {**options, "apply": False})
        assert MINE[1] in result["files"][0]["text"]
    Path(main.removeprefix("file://")).write_text(first.text(main), encoding="utf-8")
    again.open(main, first.text(main))
    lens = again.request("textDocument/codeLens", {"textDocument": {"uri": main}})
    assert [each["command"]["title"] for each in lens] == ["Update from photo.png"]
    for editor in (again, beside):
        result = editor.request("visionCode/refine", options)
        assert {file["action"] for file in result["files"]} <= {"update", "write"}
        assert "New words" in editor.text(main)


def test_a_component_that_nothing_remembers_keeps_what_may_be_a_persons_in_it(
    start: Start, redrawn: Path, engine: dict[str, str]
) -> None:
    workspace = redrawn.parent
    first = start(workspace, environment=engine)
    main = _made(first, workspace, "Card.svelte", "shot.png")
    for uri in (main, main.replace(".svelte", ".theme.css")):  # saved
        Path(uri.removeprefix("file://")).write_text(first.text(uri), encoding="utf-8")
    (workspace / "notes.txt").write_text("Notes")
    first.leave()
    editor = start(workspace, environment=engine)
    options: Message = {**QUICK, "image": redrawn.as_uri()}
    for more, kind in (
        ({}, "refine.nothing"),
        ({"document": (workspace / "notes.txt").as_uri()}, "refine.foreign"),
        ({"document": (workspace / "none.tsx").as_uri()}, "input.missing"),
        ({"document": "file:///etc/hostname"}, "path.outside"),
        ({"document": main, "overwrite": True, "image": "upload:none"}, "upload.unknown"),
        ({"document": main, "image": None}, "params.missing"),
        ({"document": main, "instruction": "make it blue"}, "engine.capability"),
        ({"document": main, "box": [1, 2, 0, 4]}, "params.invalid"),
        ({"document": main, "box": [1, 2, 3, 4]}, "refine.part"),
        ({"document": main, "instruction": "blue", "range": [1, 2]}, "params.wrong"),
        ({"document": main, "instruction": "blue", "image": None, "box": [1, 2, 3, 4]}, "params.invalid"),
    ):
        assert editor.refusal("visionCode/refine", {**options, **more})["data"]["kind"] == kind, more
    editor.open(main, Path(main.removeprefix("file://")).read_text(encoding="utf-8"))
    for more in ({}, {"overwrite": True}):
        editor.type(main, editor.text(main) + "<style>\n  .mine { color: red; }\n</style>\n")
        result = editor.request("visionCode/refine", {**options, **more, "document": main})
        assert result["applied"]
        assert result["target"] == "svelte"
        assert "New words" in editor.text(main)
        assert (".mine" in editor.text(main)) != bool(more)


def test_an_index_keeps_the_name_of_its_folder(start: Start, redrawn: Path, engine: dict[str, str]) -> None:
    workspace = redrawn.parent
    editor = start(workspace, environment=engine)
    main = _made(editor, workspace, "sign-in/index.tsx", "shot.png")
    theme = main.replace("index.tsx", "index.theme.css")
    for uri in (main, theme):
        Path(uri.removeprefix("file://")).write_text(editor.text(uri), encoding="utf-8")
    remembered = editor.request("visionCode/refine", {**QUICK, "image": redrawn.as_uri(), "apply": False})
    name = remembered["name"]
    assert f"function {name}()" in editor.text(main)
    assert f"function {name}()" in remembered["files"][0]["text"]
    other = start(workspace, environment=engine)
    options = {**QUICK, "image": redrawn.as_uri(), "document": main, "overwrite": True, "apply": False}
    assert "function SignIn()" in other.request("visionCode/refine", options)["files"][0]["text"]


def test_words_change_the_lines_that_are_meant_by_an_engine_that_writes_code(
    start: Start, redrawn: Path, engine: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    workspace = redrawn.parent
    editor = start(workspace, environment=engine)
    main = _made(editor, workspace, "Card.html", "shot.png")
    editor.type(main, editor.text(main).replace("Welcome", "My words 😀"))
    before = editor.text(main)
    number = next(at for at, line in enumerate(before.split("\n")) if "My words" in line)
    old = before.split("\n")[number]
    reply = f"src/Card.html\n<<<<<<< SEARCH\n{old}\n=======\n{old.replace('My', 'Our')}\n>>>>>>> REPLACE\n"
    options = {
        "instruction": "say our instead of my",
        "range": {"start": {"line": number, "character": 0}, "end": {"line": number, "character": 3}},
        "box": [24, 16, 120, 40],
        "workDoneToken": "refine",
    }
    with engine_server(tmp_path_factory.mktemp("engine"), [answer(reply)]) as server:
        result = editor.request("visionCode/refine", {**options, "engine": server.address})
        (asked,) = server.questions
    assert result["applied"]
    assert editor.text(main) == before.replace(old, old.replace("My", "Our"))
    assert len(editor.edits[-1]["documentChanges"][-1]["edits"]) == 1
    # It saw the picture that the component was made from, the part that is meant, and no other file than this.
    assert str(asked).count("data:image/png;base64,") == 2
    assert f"Only lines {number + 1} to {number + 1} of src/Card.html are meant." in str(asked)
    assert "tools" not in asked
    editor.request("visionCode/undo", {})
    assert editor.text(main) == before
    with engine_server(tmp_path_factory.mktemp("engine"), [answer(reply)]) as server:
        error = editor.refusal("visionCode/refine", {**options, "engine": server.address, "box": [4000, 0, 9, 9]})
    assert error["data"]["kind"] == "image.part"


SIGN_IN = """\
import { useState } from "react";

// Ours, and older than the design.
export default function SignIn({ onSignIn }) {
  const [busy, setBusy] = useState(false);
  return (
    <main>
      <h1>Welcome</h1>
      <button disabled={busy} onClick={() => { setBusy(true); onSignIn(); }}>
        Sign in
      </button>
    </main>
  );
}
"""


@pytest.mark.parametrize("name", ["vscode-1.65", "eglot-29.1"])
def test_a_react_component_that_a_person_wrote_or_changed_keeps_what_it_does(
    start: Start, workspace: Path, engine: dict[str, str], name: str
) -> None:
    editor = start(workspace, name, environment=engine)
    path = workspace / "SignIn.jsx"
    path.write_bytes(b"\xef\xbb\xbf" + SIGN_IN.replace("\n", "\r\n").encode())
    theme = path.with_name("SignIn.theme.css")
    if name == "eglot-29.1":
        editor.open(theme.as_uri(), "")
    options: Message = {**QUICK, "image": (workspace / "shot.png").as_uri(), "document": path.as_uri()}
    result = editor.request("visionCode/refine", options)
    assert (result["applied"], result["name"], result["target"]) == (True, "SignIn", "react")
    assert result["files"][0] == {"uri": path.as_uri(), "action": "update"}
    text = editor.text(path.as_uri())
    for words in ("\ufeffimport { useState }", "// Ours, and older", "onClick={() => { setBusy(true); onSignIn(); }}"):
        assert words in text
    assert "Sign in to go on" in text  # of the picture
    assert text.count("\n") == text.count("\r\n")
    assert any("kept in SignIn.jsx" in note for note in result["notes"])
    assert "changeAnnotations" not in editor.edits[-1]
    editor.request("visionCode/undo", {})
    assert editor.text(path.as_uri()).replace("\r\n", "\n") == "\ufeff" + SIGN_IN

    # What it holds is not taken for something that was made here.
    editor.request("visionCode/refine", options)
    editor.request("visionCode/refine", options)
    assert "setBusy(true); onSignIn();" in editor.text(path.as_uri())
    other = {**options, "document": (workspace / "one.tsx").as_uri()}
    (workspace / "one.tsx").write_text("export const one = 1;\n")
    assert editor.refusal("visionCode/refine", other)["data"]["kind"] == "rewrite.no_component"


#: File → what of it stays, and the rest around the markup.
WRITTEN = {
    "SignIn.vue": (
        '@click.prevent="signIn()"',
        """\
<script setup>
const signIn = () => console.log("in");
</script>

<template>
  <main><h1>Welcome</h1><button @click.prevent="signIn()">Sign in</button></main>
</template>

<style scoped>
h1 { color: red; }
</style>
""",
    ),
    "SignIn.svelte": (
        "on:click={signIn}",
        """\
<script>
  export let signIn;
</script>

<main><h1>Welcome</h1><button on:click={signIn}>Sign in</button></main>

<style>
  h1 { color: red; }
</style>
""",
    ),
    "sign-in.html": (
        'onclick="signIn()"',
        """\
<!doctype html>
<html lang="en">
  <head>
    <title>Sign in</title>
  </head>
  <body><h1>Welcome</h1><button onclick="signIn()">Sign in</button><script src="in.js"></script></body>
</html>
""",
    ),
}


@pytest.mark.parametrize("name", WRITTEN)
def test_components_of_other_frameworks_and_pages_keep_what_they_do_too(
    start: Start, workspace: Path, engine: dict[str, str], name: str
) -> None:
    editor = start(workspace, environment=engine)
    handler, text = WRITTEN[name]
    path = workspace / name
    path.write_text(text)
    options: Message = {**QUICK, "image": (workspace / "shot.png").as_uri(), "document": path.as_uri()}
    result = editor.request("visionCode/refine", options)
    assert result["files"][0] == {"uri": path.as_uri(), "action": "update"}
    after = editor.text(path.as_uri())
    assert handler in after
    assert "Sign in to go on" in after  # of the picture
    begin, end = text.index("\n\n") if "\n\n" in text else text.index("  </head>"), text.rindex("</")
    assert after.startswith(text[:begin])
    assert after.endswith(text[end:])
    assert any(f"kept in {name}" in note for note in result["notes"])
    editor.request("visionCode/undo", {})
    assert editor.text(path.as_uri()) == text
    broken = text.replace("</button>", "")
    editor.type(path.as_uri(), broken)
    assert editor.refusal("visionCode/refine", options)["data"]["kind"] == "rewrite.syntax"
    assert editor.text(path.as_uri()) == broken


#: Where the button of the small picture is, in px.
BUTTON = [24, 100, 120, 40]


@pytest.fixture
def greener(workspace: Path) -> Path:
    """
    The workspace's picture with a button and a heading that a designer changed.
    """
    with Image.open(workspace / "shot.png") as shot:
        draw = ImageDraw.Draw(shot)
        draw.rectangle((24, 10, 319, 50), "white")
        draw.text((24, 16), "Hello again", "#111827", ImageFont.load_default(28))
        draw.rounded_rectangle((24, 100, 144, 140), 8, "#0f766e")
        draw.text((44, 110), "Continue", "white", ImageFont.load_default(16))
        shot.save(workspace / "greener.png")
    return workspace / "greener.png"


@pytest.mark.parametrize(
    ("name", "editor_name"),
    [
        ("Card.tsx", "vscode-1.65"),
        ("Card.vue", "neovim-0.11"),
        ("Card.svelte", "helix-25.01"),
        ("Card.html", "eglot-29.1"),
    ],
)
def test_a_part_is_drawn_anew_by_the_embedded_engine_and_nothing_else(
    start: Start, greener: Path, engine: dict[str, str], name: str, editor_name: str
) -> None:
    workspace = greener.parent
    editor = start(workspace, editor_name, environment=engine)
    main = (workspace / "src" / name).as_uri()
    (workspace / "src").mkdir()
    editor.open(main, "\r\n")
    made = editor.request(
        "visionCode/component", {"image": (workspace / "shot.png").as_uri(), "document": main, "verify": False}
    )
    assert made["applied"]
    before = editor.text(main)
    start, stop = before.rindex("<button"), before.rindex("</button>") + len("</button>")
    at = before.count("\n", 0, start)
    options: Message = {"image": greener.as_uri(), "document": main, "verify": False}
    lines = {"start": {"line": at}, "end": {"line": at}}
    for meant in ({"box": BUTTON}, {"range": lines}, {"box": BUTTON, "range": lines}):
        result = editor.request("visionCode/refine", {**options, **meant})
        assert (result["applied"], result["files"][0]) == (True, {"uri": main, "action": "update"})
        assert result["draftedBy"] in ("embedded", "rules")
        after = editor.text(main)
        assert after.endswith(before[stop:])
        assert after.startswith(before[:start]) or name == "Card.html"  # where rules were added
        assert "Continue" in after
        assert "Welcome" in after
        assert "Hello again" not in after
        assert after.count("\n") == after.count("\r\n")
        assert "changeAnnotations" not in editor.edits[-1]
        editor.request("visionCode/undo", {})
        assert editor.text(main) == before
    # The other way round the words beside it differ, and are not taken for the same.
    assert editor.refusal("visionCode/refine", {**options, "box": [24, 62, 120, 16]})["data"]["kind"] == "refine.part"
    # What a part was replaced in is as it was made, and still one component with all its files.
    assert editor.request("visionCode/refine", {**options, "box": BUTTON})["applied"]
    whole = editor.request("visionCode/refine", options)
    assert "Hello again" in editor.text(main)
    assert not any("no longer used" in note for note in whole["notes"])
