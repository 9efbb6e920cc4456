"""
An editor for tests: speaks LSP over the real server's pipes, keeps documents, applies edits as it was told it can.

Nothing of `lsp_server` is used here: framing, positions and edits are done a second time, so that they can differ.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from vision_code.output import remove_folder

ROOT = Path(__file__).resolve().parents[2]
DEADLINE_S = 120.0
_UNIT_BYTES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

Message = dict[str, Any]


class Editor:
    """
    One server process and the client at its pipes.

    Args:
        folder: The workspace; None opens none.
        capabilities: Of the client.
        environment: Added to the server's.
        options: `initializationOptions`.
        answers: To the server's requests, beside those that are always there.
    """

    def __init__(
        self,
        folder: Path | None,
        capabilities: Message | None = None,
        environment: dict[str, str] | None = None,
        initialize: bool = True,
        command: list[str] | None = None,
        options: object = None,
        answers: dict[str, Callable[[Message], Any]] | None = None,
    ) -> None:
        #: Where its windows meet and what they remember: two editors share both only when they are told to.
        self.runtime = tempfile.mkdtemp(prefix="vct-", dir="/tmp")
        self.process = subprocess.Popen(
            command or [sys.executable, "-P", "-m", "lsp_server"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder or ROOT,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "XDG_RUNTIME_DIR": self.runtime,
                "XDG_STATE_HOME": self.runtime,
                **(environment or {}),
            },
        )
        self.log = b""
        self.capabilities = capabilities or {}
        self.encoding = "utf-16"
        self.documents: dict[str, tuple[int, str]] = {}
        self.notifications: list[tuple[float, Message]] = []
        self.requests: list[Message] = []
        #: Answers to the server's requests; what is not here is answered by `null`.
        self.answers: dict[str, Callable[[Message], Any]] = {"workspace/applyEdit": self.apply, **(answers or {})}
        self.edits: list[Message] = []
        self.num_stray = 0
        self._number = 0
        self._answers: dict[int | str | None, queue.Queue[Message]] = {}
        self._arrived = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._read_log, daemon=True).start()
        if initialize:
            folders = [{"uri": folder.as_uri(), "name": folder.name}] if folder else None
            params = {"processId": os.getpid(), "capabilities": self.capabilities, "workspaceFolders": folders}
            self.hello = self.request("initialize", {"rootUri": None, "initializationOptions": options, **params})
            self.encoding = self.hello["capabilities"]["positionEncoding"]
            self.notify("initialized", {})

    def send(self, message: Message) -> None:
        """
        One message as it stands.
        """
        self.send_bytes(json.dumps(message).encode())

    def send_bytes(self, body: bytes) -> None:
        """
        One body, whatever it is.
        """
        self.send_raw(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def send_raw(self, content: bytes) -> None:
        """
        Bytes without a header.
        """
        assert self.process.stdin is not None
        self.process.stdin.write(content)
        self.process.stdin.flush()

    def notify(self, method: str, params: Message) -> None:
        """
        A notification.
        """
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def ask(self, method: str, params: object = None) -> int:
        """
        Send a request and return its id.
        """
        self._number += 1
        self._answers[self._number] = queue.Queue()
        self.send({"jsonrpc": "2.0", "id": self._number, "method": method, "params": params})
        return self._number

    def expect(self, message_id: int | str | None) -> None:
        """
        Keep answers to an id that was sent by hand.
        """
        self._answers[message_id] = queue.Queue()

    def answer(self, message_id: int | str | None, timeout_s: float = DEADLINE_S) -> Message:
        """
        The whole answer to a request.
        """
        return self._answers[message_id].get(timeout=timeout_s)

    def more_answers(self, message_id: int | str | None) -> int:
        """
        How many answers came beside those that were taken.
        """
        return self._answers[message_id].qsize()

    def request(self, method: str, params: object = None) -> Any:
        """
        The result of a request.
        """
        answer = self.answer(self.ask(method, params))
        assert "error" not in answer, answer
        return answer["result"]

    def refusal(self, method: str, params: object = None) -> Message:
        """
        The error of a request.
        """
        answer = self.answer(self.ask(method, params))
        assert "error" in answer, answer
        return answer["error"]

    def cancel(self, message_id: int) -> None:
        """
        `$/cancelRequest`.
        """
        self.notify("$/cancelRequest", {"id": message_id})

    def wait_for(self, wanted: Callable[[Message], bool], timeout_s: float = DEADLINE_S) -> Message:
        """
        The first notification that fits, also one that has come already.
        """
        deadline = time.monotonic() + timeout_s
        with self._arrived:
            while True:
                for _, message in self.notifications:
                    if wanted(message):
                        return message
                left = deadline - time.monotonic()
                assert left > 0, [message["method"] for _, message in self.notifications]
                self._arrived.wait(left)

    def stage(self, words: str) -> Message:
        """
        Wait for the progress report that says ``words``.
        """
        return self.wait_for(
            lambda m: m["method"] == "$/progress" and words in str(m["params"]["value"].get("message", ""))
        )

    def progress(self) -> list[Message]:
        """
        The values of all progress so far.
        """
        return [m["params"]["value"] for _, m in self.notifications if m["method"] == "$/progress"]

    def open(self, uri: str, text: str, version: int = 1) -> None:
        """
        `textDocument/didOpen`.
        """
        self.documents[uri] = version, text
        item = {"uri": uri, "languageId": "", "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def type(self, uri: str, text: str) -> None:
        """
        Replace the text of an open document, as one change.
        """
        version = self.documents[uri][0] + 1
        self.documents[uri] = version, text
        change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
        self.notify("textDocument/didChange", change)

    def text(self, uri: str) -> str:
        """
        Of an open document, or of a file.
        """
        if uri in self.documents:
            return self.documents[uri][1]
        return Path(unquote(urlsplit(uri).path)).read_bytes().decode()  # with the line ends that it has

    def apply(self, params: Message) -> Message:
        """
        `workspace/applyEdit`: all or nothing, refused when a version is not the current one.
        """
        edit = params["edit"]
        self.edits.append(edit)
        changes = edit.get("documentChanges") or [
            {"textDocument": {"uri": uri, "version": None}, "edits": edits} for uri, edits in edit["changes"].items()
        ]
        for change in changes:
            version = change.get("textDocument", {}).get("version")
            if version is not None and version != self.documents[change["textDocument"]["uri"]][0]:
                return {"applied": False, "failureReason": "the document changed"}
        for change in changes:
            if change.get("kind") == "create":
                Path(unquote(urlsplit(change["uri"]).path)).touch()
            elif change.get("kind") == "delete":
                Path(unquote(urlsplit(change["uri"]).path)).unlink()
                if self.documents.pop(change["uri"], None) is not None:
                    self.notify("textDocument/didClose", {"textDocument": {"uri": change["uri"]}})
            else:
                self._edit(change["textDocument"]["uri"], change["edits"])
        return {"applied": True}

    def _edit(self, uri: str, edits: list[Message]) -> None:
        text = self.text(uri)
        if uri not in self.documents:
            self.open(uri, text)
        whole, at = "", 0
        # All ranges are of the text before; where two begin alike, their order counts.
        for edit in sorted(edits, key=lambda edit: [*edit["range"]["start"].values()]):
            first, last = (index_of(text, edit["range"][side], self.encoding) for side in ("start", "end"))
            assert at <= first <= last, "edits overlap"
            whole, at = whole + text[at:first] + edit["newText"], last
        self.type(uri, whole + text[at:])

    def leave(self) -> int:
        """
        `shutdown`, `exit`, and the exit code.
        """
        self.request("shutdown")
        self.notify("exit", {})
        return self.process.wait(10)

    def close(self) -> None:
        """
        End the server whatever it does.
        """
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()
        remove_folder(Path(self.runtime))  # a host that serves all windows may still write there

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while line := stream.readline():
                length = 0
                while line.strip():
                    name, _, value = line.partition(b":")
                    length = int(value) if name == b"Content-Length" else length
                    line = stream.readline()
                self._take(json.loads(stream.read(length)))
        except (OSError, ValueError):
            return

    def _take(self, message: Message) -> None:
        if "method" not in message:
            if message["id"] in self._answers:
                self._answers[message["id"]].put(message)
            else:
                self.num_stray += 1
            return
        if "id" in message:
            self.requests.append(message)
            answer = self.answers.get(message["method"], lambda _: None)
            threading.Thread(target=self._reply, args=(message, answer), daemon=True).start()
            return
        with self._arrived:
            self.notifications.append((time.monotonic(), message))
            self._arrived.notify_all()

    def _reply(self, message: Message, answer: Callable[[Message], Any]) -> None:
        reply = {"jsonrpc": "2.0", "id": message["id"], "result": answer(message.get("params", {}))}
        with contextlib.suppress(OSError, ValueError):  # the server or this editor may be gone by now
            self.send(reply)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        try:
            while block := os.read(self.process.stderr.fileno(), 4096):
                self.log += block
        except (OSError, ValueError):
            return


def index_of(text: str, position: Message, encoding: str) -> int:
    """
    The index of an LSP position, counted by encoding the line.
    """
    codec, size = _UNIT_BYTES[encoding]
    lines = re.split(r"(\r\n|\n|\r)", text)
    before = "".join(lines[: 2 * position["line"]])
    line = lines[2 * position["line"]]
    return len(before) + len(line.encode(codec)[: size * position["character"]].decode(codec))
