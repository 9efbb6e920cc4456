"""
An HTTP server in a process of its own that plays the part of a remote engine, by script, down to single bytes.

``python tests/engine_server.py SCRIPT.json LOG.jsonl`` prints its port. The script is
``{"models": {...} | null, "answers": [[step, ...], ...]}``: each ``POST /chat/completions`` plays the next list of
steps (the last one again when there is no more): ``["send", text]``, ``["bytes", base64]``, ``["wait", seconds]``,
``["flood", piece, times]``, ``["reset"]``. The connection closes after them. What was asked is written to the log.
"""

from __future__ import annotations

import base64
import contextlib
import json
import socket
import socketserver
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

Step = Sequence[object]
VLLM = {"object": "list", "data": [{"id": "kimi", "object": "model", "owned_by": "vllm", "max_model_len": 32768}]}
EVENT_STREAM = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True)
class EngineServer:
    """
    A running server.
    """

    port: int
    log: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def requests(self) -> list[dict[str, object]]:
        """
        What was asked so far: path, headers and body of each request.
        """
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    @property
    def questions(self) -> list[dict[str, object]]:
        """
        The bodies of the requests for an answer.
        """
        return [dict(r["body"]) for r in self.requests if r["body"]]  # type: ignore[call-overload]


@contextlib.contextmanager
def engine_server(
    folder: Path, answers: Sequence[Sequence[Step]], models: Mapping[str, object] | None = VLLM
) -> Iterator[EngineServer]:
    """
    Start a server that plays ``answers``; it is gone after the block.
    """
    folder.mkdir(parents=True, exist_ok=True)
    script, log = folder / "script.json", folder / "log.jsonl"
    script.write_text(json.dumps({"models": models, "answers": answers}))
    log.touch()
    process = subprocess.Popen([sys.executable, "-IS", __file__, script, log], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield EngineServer(int(process.stdout.readline()), log)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def event(fields: object) -> str:
    """
    One event of a stream.
    """
    return f"data: {json.dumps(fields)}\n\n"


def delta(finish: str | None = None, model: str = "kimi", **fields: object) -> str:
    """
    One piece of an answer.
    """
    return event({"model": model, "choices": [{"index": 0, "delta": fields, "finish_reason": finish}]})


def answer(text: str, reasoning: str = "", piece: int = 400) -> list[Step]:
    """
    A whole good answer.
    """
    steps: list[Step] = [["send", EVENT_STREAM], ["send", delta(role="assistant", content="")]]
    if reasoning:
        steps.append(["send", delta(reasoning_content=reasoning)])
    steps += [["send", delta(content=text[i : i + piece])] for i in range(0, len(text), piece)]
    usage = {"choices": [], "usage": {"prompt_tokens": 11, "completion_tokens": 7}}
    return [*steps, ["send", delta("stop")], ["send", event(usage)], ["send", "data: [DONE]\n\n"]]


def calls(*named: tuple[str, Mapping[str, object]], reasoning: str = "") -> list[Step]:
    """
    A whole answer that calls tools.
    """
    parts = [
        {
            "index": n,
            "id": f"call_{n}",
            "type": "function",
            "function": {"name": name, "arguments": json.dumps(arguments)},
        }
        for n, (name, arguments) in enumerate(named)
    ]
    return [
        ["send", EVENT_STREAM],
        ["send", delta(reasoning_content=reasoning)],
        *(["send", delta(tool_calls=[part])] for part in parts),
        ["send", delta("tool_calls")],
        ["send", "data: [DONE]\n\n"],
    ]


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, script: Path, log: Path) -> None:
        self.script = json.loads(script.read_text())
        self.log = log
        self.played = 0
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            while self._serve():
                pass

    def _serve(self) -> bool:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = self.rfile.readline()
            if not line:
                return False
            head += line
        first, *lines = head.decode().splitlines()
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        with self.server.lock:
            fields = {"path": first.split()[1], "headers": headers, "body": json.loads(body) if body else None}
            with self.server.log.open("a") as log:
                log.write(json.dumps(fields) + "\n")
            if first.startswith("POST"):
                steps = self.server.script["answers"][min(self.server.played, len(self.server.script["answers"]) - 1)]
                self.server.played += 1
        if not first.startswith("POST"):
            return self._models()
        for step in steps:
            self._play(step)
        return False

    def _models(self) -> bool:
        models = self.server.script["models"]
        if models is None:
            self.wfile.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            body = json.dumps(models).encode()
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
            self.wfile.write(f"Set-Cookie: a=b\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return True

    def _play(self, step: Step) -> None:
        match step:
            case ["send", str(text)]:
                self.wfile.write(text.encode())
            case ["bytes", str(coded)]:
                self.wfile.write(base64.b64decode(coded))
            case ["wait", seconds]:
                time.sleep(seconds)
            case ["flood", str(piece), int(times)]:
                for _ in range(times):
                    self.wfile.write(piece.encode())
            case ["reset"]:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
            case _:
                raise ValueError(step)


if __name__ == "__main__":
    with _Server(Path(sys.argv[1]), Path(sys.argv[2])) as server:
        sys.stdout.write(f"{server.server_address[1]}\n")
        sys.stdout.flush()
        server.serve_forever()
