"""
Pictures in pieces: joined as they came, used like any other, and bounded whatever a client sends.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from lsp_server import uploads
from lsp_server.errors import ResponseError
from lsp_server.uploads import MAX_HELD_BYTES, MAX_PICTURE_BYTES, MAX_PIECE_BYTES, MAX_UPLOADS, Uploads
from tests.lsp_server.editor import Editor
from vision_code.errors import InputRejected, LimitExceeded

Start = Callable[..., Editor]
QUICK = {"engine": "none", "verify": False}


def _send(editor: Editor, picture: bytes, size: int) -> str:
    """
    All pieces; only the first answer is waited for.
    """
    pieces = [base64.b64encode(picture[at : at + size]).decode() for at in range(0, len(picture), size)]
    first = editor.request("visionCode/upload", {"data": pieces[0], "last": len(pieces) == 1})
    name = str(first["image"])
    asked = [
        editor.ask("visionCode/upload", {"image": name, "data": piece, "last": piece is pieces[-1]})
        for piece in pieces[1:]
    ]
    answers = [editor.answer(number)["result"] for number in asked]
    assert [answer["image"] for answer in answers] == [name] * len(answers)
    assert (answers or [first])[-1] == {"image": name, "bytes": len(picture), "complete": True}
    return name


@pytest.mark.parametrize("size", [1000, 1 << 20])
def test_an_uploaded_picture_becomes_a_component_more_than_once(
    start: Start, workspace: Path, picture: bytes, size: int
) -> None:
    editor = start(workspace)
    name = _send(editor, picture, size)
    for stem in ("one", "two"):
        result = editor.request("visionCode/component", {**QUICK, "image": name, "name": stem, "target": "html"})
        assert result["applied"]
        # Like a picture that came as data it goes into the workspace's folder.
        assert result["files"][0]["uri"] == (workspace / f"{stem}.html").as_uri()
        assert "Sign in" in editor.text(result["files"][0]["uri"])


def test_what_is_wrong_with_an_upload_is_said(start: Start, workspace: Path) -> None:
    editor = start(workspace)
    piece = {"data": base64.b64encode(b"no picture").decode()}
    begun = editor.request("visionCode/upload", piece)["image"]
    for params, kind in (
        ({}, "params.missing"),
        ({"data": ""}, "params.wrong"),
        ({"data": "%%%"}, "params.invalid"),
        ({"data": "A" * (MAX_PIECE_BYTES * 2)}, "params.wrong"),
        ({**piece, "offset": 1}, "params.unknown"),
        ({**piece, "image": "upload:none"}, "upload.unknown"),
        ({**piece, "image": (workspace / "shot.png").as_uri()}, "upload.unknown"),
    ):
        assert editor.refusal("visionCode/upload", params)["data"]["kind"] == kind
    error = editor.refusal("visionCode/component", {**QUICK, "image": begun})
    assert error["data"]["kind"] == "upload.incomplete"
    ended = {"command": "visionCode.server.upload", "arguments": [{**piece, "image": begun, "last": True}]}
    assert editor.request("workspace/executeCommand", ended)["complete"]
    assert editor.refusal("visionCode/upload", {**piece, "image": begun})["data"]["kind"] == "upload.complete"
    assert editor.refusal("visionCode/component", {**QUICK, "image": begun})["data"]["kind"] == "image.format"
    unknown = editor.refusal("visionCode/component", {**QUICK, "image": "upload:gone"})
    assert unknown["data"]["kind"] == "upload.unknown"


def test_memory_and_number_are_bounded() -> None:
    async def fill() -> None:
        held = Uploads()
        piece = bytes(MAX_PIECE_BYTES)
        begun = [held.begin() for _ in range(MAX_UPLOADS)]
        held.add(begun[0], b"used", last=True)
        held.begin()
        assert held.picture(begun[0]) == b"used"
        with pytest.raises(InputRejected, match=r"upload\.unknown"):  # the one that was used longest ago
            held.add(begun[1], piece, last=False)
        large = held.begin()
        for _ in range(MAX_PICTURE_BYTES // MAX_PIECE_BYTES):
            held.add(large, piece, last=False)
        with pytest.raises(LimitExceeded, match=r"upload\.too_large"):
            held.add(large, b"x", last=True)
        with pytest.raises(InputRejected, match=r"upload\.unknown"):
            held.picture(large)
        names = []
        for _ in range(1 + MAX_HELD_BYTES // MAX_PICTURE_BYTES):
            names.append(held.begin())
            for _ in range(MAX_PICTURE_BYTES // MAX_PIECE_BYTES):
                held.add(names[-1], piece, last=False)
            held.add(names[-1], b"", last=True)
        with pytest.raises(InputRejected, match=r"upload\.unknown"):
            held.picture(names[0])
        assert [len(held.picture(name)) for name in names[1:]] == [MAX_PICTURE_BYTES] * (len(names) - 1)
        with pytest.raises(ResponseError, match=r"upload\.complete"):
            held.add(names[1], b"x", last=True)

    asyncio.run(fill())


def test_an_upload_that_nobody_uses_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_AGE_S", 0.05)

    async def wait() -> None:
        held = Uploads()
        name = held.begin()
        held.add(name, b"x", last=True)
        await asyncio.sleep(0.5)
        with pytest.raises(InputRejected, match=r"upload\.unknown"):
            held.picture(name)

    asyncio.run(wait())
