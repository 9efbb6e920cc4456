"""
Every kind of client, alone and beside another: five editors in three encodings, two windows, several folders.
"""

from __future__ import annotations

import base64
import copy
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from tests.lsp_server.editor import Editor
from tests.lsp_server.editors import EDITORS

Start = Callable[..., Editor]
QUICK = {"engine": "none", "verify": False}
ENCODINGS = ("utf-8", "utf-16", "utf-32")
#: Two lines, of which the last has no end: the replaced range ends at a column, behind characters of 1 to 4 bytes.
OLD = "<p>alt 😀</p>\r\n<p>é漢😀\u2028👩‍👩‍👧 </p>"


def _picture(words: str) -> str:
    """
    The smallest picture with words in it, as data.
    """
    shot = Image.new("RGB", (120, 48), "white")
    ImageDraw.Draw(shot).text((12, 12), words, "#111827", ImageFont.load_default(20))
    content = io.BytesIO()
    shot.save(content, "PNG")
    return "data:image/png;base64," + base64.b64encode(content.getvalue()).decode()


@pytest.mark.parametrize("name", list(EDITORS))
def test_five_editors_in_three_encodings(start: Start, tmp_path: Path, engine: dict[str, str], name: str) -> None:
    for encoding in ENCODINGS:
        capabilities = copy.deepcopy(EDITORS[name])
        capabilities["general"] = {"positionEncodings": ["utf-7", encoding]}
        folder = tmp_path / encoding
        folder.mkdir()
        editor = Editor(folder, capabilities, engine)
        try:
            assert editor.encoding == encoding
            uri = (folder / "page 😀.html").as_uri()
            editor.open(uri, OLD)
            options = {**QUICK, "image": _picture("One"), "document": uri, "overwrite": True}
            assert editor.request("visionCode/component", options)["applied"]
            made = editor.text(uri)
            assert made.startswith("<!doctype html>\r\n")
            assert made.endswith("</html>\r\n")
            assert "One" in made
            assert "😀" not in made
            # Typed behind the component and taken away again; then all the way back.
            editor.type(uri, made + "😀")
            refused = editor.refusal("visionCode/refine", {**QUICK, "image": _picture("Two")})
            assert refused["data"]["kind"] == "refine.changed"
            assert editor.refusal("visionCode/undo", {})["data"]["kind"] == "edit.stale"
            editor.type(uri, made)
            assert editor.request("visionCode/undo", {})["documents"] == [uri]
            assert editor.text(uri) == OLD
            assert editor.leave() == 0
        finally:
            editor.close()


def test_two_windows_on_one_workspace_lose_nothing(start: Start, tmp_path: Path, engine: dict[str, str]) -> None:
    first, second = start(tmp_path, environment=engine), start(tmp_path, "helix-25.01", environment=engine)
    uri = (tmp_path / "Card.vue").as_uri()
    options = {**QUICK, "image": _picture("One"), "document": uri}
    late = second.ask("visionCode/component", {**options, "workDoneToken": 1})
    second.stage("opening")
    (tmp_path / "Card.vue").write_text("<template>mine</template>\n")  # the other window saved it meanwhile
    assert second.answer(late)["error"]["data"]["kind"] == "edit.stale"
    assert second.refusal("visionCode/component", options)["data"]["kind"] == "output.exists"
    assert first.text(uri) == "<template>mine</template>\n"
    # What one has made, the other does not take for its own.
    made = first.request("visionCode/component", {**options, "overwrite": True})
    Path(tmp_path / "Card.vue").write_text(first.text(uri))
    Path(tmp_path / "Card.theme.css").write_text(first.text((tmp_path / "Card.theme.css").as_uri()))
    assert made["applied"]
    assert second.refusal("visionCode/undo", {})["data"]["kind"] == "undo.nothing"
    refused = second.refusal("visionCode/refine", {**QUICK, "image": _picture("Two"), "document": uri})
    assert refused["data"]["kind"] == "refine.changed"
    assert first.request("visionCode/refine", {**QUICK, "image": _picture("Two")})["applied"]


def test_each_folder_of_a_workspace_is_a_project_of_its_own(
    start: Start, tmp_path: Path, engine: dict[str, str]
) -> None:
    for name, framework in (("site", "vue"), ("shop", "svelte")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "package.json").write_text(f'{{"dependencies": {{"{framework}": "5"}}}}')
        content = base64.b64decode(_picture("One").partition(",")[2])
        (tmp_path / name / "shot.png").write_bytes(content)
    (tmp_path / "shop" / "vision-code.toml").write_text("seed = 3\nengine-url = 1\n")
    editor = start(tmp_path / "site", environment=engine)
    folder = {"uri": (tmp_path / "shop").as_uri(), "name": "shop"}
    editor.notify("workspace/didChangeWorkspaceFolders", {"event": {"added": [folder], "removed": []}})
    for name, target in (("site", "vue"), ("shop", "svelte")):
        options = {**QUICK, "image": (tmp_path / name / "shot.png").as_uri(), "name": "Card"}
        result = editor.request("visionCode/component", options)
        main = tmp_path / name / "components" / f"Card.{target}"
        assert (result["target"], result["files"][0]["uri"]) == (target, main.as_uri())
        assert any("engine-url" in note for note in result["notes"]) is (name == "shop")
    # From data it goes into the first folder; a path from one folder into the other is a path like any other.
    pasted = editor.request("visionCode/component", {**QUICK, "image": _picture("Two"), "apply": False})
    assert pasted["files"][0]["uri"].startswith((tmp_path / "site").as_uri())
    across = {**QUICK, "image": (tmp_path / "shop" / "shot.png").as_uri(), "folder": (tmp_path / "site").as_uri()}
    assert editor.request("visionCode/component", {**across, "apply": False})["target"] == "vue"
    outside = {**across, "folder": tmp_path.as_uri()}
    assert editor.refusal("visionCode/component", outside)["data"]["kind"] == "path.outside"
