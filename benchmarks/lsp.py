"""
How soon a language server is there, beside others that are written in Python or fast: ``python -m benchmarks.lsp``.

Cold start: from the start of the process to the answer of `initialize`, and the memory it holds then. The others are
measured when they are installed (`pip install jedi-language-server python-lsp-server ruff`). Of this server also: a
warm component's first progress, first draft and result, and how soon a cancel is answered.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OURS = "vision-code lsp"
SERVERS = {
    OURS: [sys.executable, "-P", "-m", "lsp_server"],
    "jedi-language-server": ["jedi-language-server"],
    "python-lsp-server": ["pylsp"],
    "ruff server": ["ruff", "server"],
}
Message = dict[str, object]


class Client:
    """
    The least that speaks LSP: one message after the other.
    """

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def send(self, message: Message) -> None:
        """
        One message.
        """
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """
        Read up to the message that fits; requests of the server are answered by null.
        """
        assert self.process.stdout is not None
        while True:
            length = 0
            while line := self.process.stdout.readline().strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            if not length:
                raise SystemExit("the server ended")
            message: Message = json.loads(self.process.stdout.read(length))
            if wanted(message):
                return message
            if "method" in message and "id" in message:
                self.send({"id": message["id"], "result": None})

    def answer(self, number: int) -> Message:
        """
        The answer to a request.
        """
        return self.until(lambda message: message.get("id") == number and "method" not in message)

    def close(self) -> None:
        """
        End it.
        """
        self.process.kill()
        self.process.wait()


def initialize(client: Client, folder: Path) -> None:
    """
    The first request, answered.
    """
    folders = [{"uri": folder.as_uri(), "name": folder.name}]
    params: Message = {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}, "workspaceFolders": folders}
    client.send({"id": 0, "method": "initialize", "params": params})
    client.answer(0)


def cold_start(command: list[str], folder: Path) -> tuple[float, float, float]:
    """
    Milliseconds to the answer, milliseconds of processor time in it, and MiB resident then.
    """
    began = time.perf_counter()
    client = Client(command)
    try:
        initialize(client, folder)
        took_ms = (time.perf_counter() - began) * 1000
        status = Path(f"/proc/{client.process.pid}/status").read_text()
        resident_kib = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        # Fields 14 and 15 of proc(5), counted behind the name, which may hold spaces.
        fields = Path(f"/proc/{client.process.pid}/stat").read_text().rpartition(")")[2].split()
        ticks = int(fields[11]) + int(fields[12])
        return took_ms, ticks * 1000 / os.sysconf("SC_CLK_TCK"), resident_kib / 1024
    finally:
        client.close()


def component_times(folder: Path, picture: Path) -> dict[str, float]:
    """
    Milliseconds of a warm component, and of a cancel in the middle of one.
    """
    shutil.copy(picture, folder / picture.name)
    client = Client(SERVERS[OURS])
    options = {"image": (folder / picture.name).as_uri(), "apply": False, "previewToken": "p", "workDoneToken": "w"}
    try:
        initialize(client, folder)
        client.send({"id": 1, "method": "visionCode/component", "params": options})
        client.answer(1)  # cold: everything loads
        began = time.perf_counter()

        def since() -> float:
            return (time.perf_counter() - began) * 1000

        client.send({"id": 2, "method": "visionCode/component", "params": options})
        client.until(lambda message: message.get("method") == "$/progress")
        progress = since()
        client.until(lambda message: message.get("method") == "visionCode/preview")
        draft = since()
        client.answer(2)
        result = since()
        client.send({"id": 3, "method": "visionCode/component", "params": options})
        client.until(lambda message: "reading" in json.dumps(message))
        began = time.perf_counter()
        client.send({"method": "$/cancelRequest", "params": {"id": 3}})
        client.answer(3)
        return {"first progress": progress, "first draft": draft, "result": result, "cancel": since()}
    finally:
        client.close()


def main() -> None:
    """
    Print all of it.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{'server':<22} {'median ms':>10} {'best ms':>8} {'CPU ms':>7} {'MiB':>6}")
        for server, command in SERVERS.items():
            if shutil.which(command[0]) is None:
                print(f"{server:<22} not installed")
                continue
            runs = [cold_start(command, folder) for _ in range(rounds)]
            took, cpu, resident = zip(*runs, strict=True)
            times = f"{statistics.median(took):>10.0f} {min(took):>8.0f} {statistics.median(cpu):>7.0f}"
            print(f"{server:<22} {times} {max(resident):>6.0f}")
        print("\na warm component of examples/login-card.png (640×560), ms")
        for what, took_ms in component_times(folder, ROOT / "examples" / "login-card.png").items():
            print(f"{what:<22} {took_ms:>10.0f}")


if __name__ == "__main__":
    main()
