"""
How much the language server takes: ``make soak``, or ``python -m benchmarks.soak`` without keeping the table.

Everything is thrown at the real process through its pipe, but for most of the headers, which would take a process each:
those go to the decoder. What was tried and what survived is told as a pair; the tests hold a share of it.
"""

from __future__ import annotations

import argparse
import datetime
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.lsp import OURS, ROOT, SERVERS, Client, Message, initialize
from benchmarks.machine import describe
from lsp_server.framing import FrameDecoder, FramingLost

RESULTS = Path(__file__).resolve().parent / "results"
BATCH = 250
ANSWER_S = 1.0
NUM_PROCESSES = 200
GOOD = b'Content-Length: 44\r\n\r\n{"jsonrpc":"2.0","id":1,"method":"shutdown"}'
#: Each is mutated; the first one is answered when it stays whole.
BODIES: tuple[Message, ...] = (
    {"id": 7, "method": "visionCode/status", "params": {}},
    {"id": "seven", "method": "visionCode/component", "params": {"image": "file:///a", "scale": 1.5, "show": None}},
    {"id": 8, "method": "workspace/executeCommand", "params": {"command": "visionCode.server.undo", "arguments": [{}]}},
    {"method": "textDocument/didChange", "params": {"textDocument": {"uri": "file:///a", "version": 2}}},
    {
        "id": 9,
        "method": "textDocument/hover",
        "params": {"textDocument": {"uri": "file:///a"}, "position": {"line": 0}},
    },
)


@dataclass(frozen=True)
class Outcome:
    """
    What was tried and what survived, and what else there is to say of it.
    """

    what: str
    tried: int
    survived: int
    more: str

    def row(self) -> str:
        """
        As a row of a table.
        """
        return f"| {self.what} | {self.tried:,} | {self.survived:,} | {self.more} |"


def mutated(content: bytes, random_: random.Random) -> bytes:
    """
    A few bytes put in, taken out, changed or doubled.
    """
    changed = bytearray(content)
    for _ in range(random_.randint(1, 4)):
        at = random_.randrange(len(changed) + 1)
        match random_.randrange(4):
            case 0:
                changed[at:at] = random_.randbytes(random_.randint(1, 4))
            case 1:
                del changed[at : at + random_.randint(1, 6)]
            case 2:
                changed[at : at + 1] = bytes([random_.randrange(256)])
            case _:
                changed[at:at] = changed[at : at + random_.randint(1, 20)]
    return bytes(changed)


def expects_answer(body: bytes) -> bool:
    """
    Whether JSON-RPC wants an answer to a body: to all but notifications and responses.
    """

    def refuse(name: str) -> None:
        raise ValueError(name)

    try:
        content = json.loads(body.decode(), parse_constant=refuse)
    except ValueError:
        return True
    if not isinstance(content, dict) or content.get("jsonrpc") != "2.0":
        return True
    if "method" in content:
        return "id" in content or not isinstance(content["method"], str)
    return not ("id" in content and ("result" in content or "error" in content))


def resident_kib(client: Client) -> int:
    """
    Memory of the server.
    """
    status = Path(f"/proc/{client.process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))


def send_body(client: Client, body: bytes) -> None:
    """
    One body, whatever it is.
    """
    assert client.process.stdin is not None
    client.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


def bodies(client: Client, number: int) -> Outcome:
    """
    Mutated bodies: each that wants an answer gets one, and the server answers a ping after every batch in time.
    """
    random_, survived, slowest_s = random.Random(1), 0, 0.0  # noqa: S311 - a repeatable soak
    originals = [json.dumps({"jsonrpc": "2.0", **body}).encode() for body in BODIES]
    before = resident_kib(client)
    for batch in range(number // BATCH):
        sent = [mutated(random_.choice(originals), random_) for _ in range(BATCH)]
        wanted = sum(map(expects_answer, sent))
        for body in sent:
            send_body(client, body)
        began, ping, answers = time.perf_counter(), f"ping {batch}", 0

        def is_ping(message: Message, ping: str = ping) -> bool:
            nonlocal answers
            answers += "method" not in message
            return message.get("id") == ping

        client.send({"id": ping, "method": "visionCode/status"})
        client.until(is_ping)
        slowest_s = max(slowest_s, time.perf_counter() - began)
        # A few answers may come after the ping's: those that wait for a file.
        client.send({"id": f"{ping}, too", "method": "visionCode/status"})
        client.until(lambda message, ping=f"{ping}, too": is_ping(message, ping))  # type: ignore[misc]
        survived += BATCH if answers - 2 == wanted else 0
    growth = (resident_kib(client) - before) / 1024
    return Outcome("mutated bodies", number, survived, f"slowest ping {slowest_s * 1000:.0f} ms, {growth:+.1f} MiB")


def headers(number: int) -> Outcome:
    """
    Mutated headers in the decoder: read, or the end; never anything else, never slow.
    """
    random_, survived, ends = random.Random(2), 0, 0  # noqa: S311 - the same
    for header in _headers(random_, number):
        began = time.perf_counter()
        try:
            list(FrameDecoder().feed(header + GOOD.partition(b"\r\n\r\n")[2] + GOOD))
        except FramingLost:
            ends += 1
        survived += time.perf_counter() - began < ANSWER_S
    return Outcome("mutated headers, decoder", number, survived, f"{ends:,} ended the connection")


def header_processes(number: int) -> Outcome:
    """
    Some of them to a process each: exit 3 at once, or it goes on and ends when the pipe is closed.
    """
    survived, codes = 0, dict.fromkeys((0, 1, 3), 0)
    for header in _headers(random.Random(3), number):  # noqa: S311 - the same
        command = SERVERS[OURS]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT
        )
        try:
            process.communicate(header + GOOD.partition(b"\r\n\r\n")[2] + GOOD, timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.returncode in codes:
            survived += 1
            codes[process.returncode] += 1
    return Outcome("mutated headers, a process each", number, survived, f"{codes[3]} ended with exit code 3")


def _headers(random_: random.Random, number: int) -> Iterator[bytes]:
    for _ in range(number):
        yield mutated(b"Content-Length: 44\r\nContent-Type: application/vscode-jsonrpc\r\n\r\n", random_)


def cancelled(client: Client, folder: Path, number: int) -> Outcome:
    """
    A request and its cancel, without a breath between them: every one is answered, as cancelled.
    """
    picture = ROOT / "examples" / "login-card.png"
    (folder / "shot.png").write_bytes(picture.read_bytes())
    options = {"image": (folder / "shot.png").as_uri(), "engine": "none", "verify": False}
    survived, before = 0, 0
    for at in range(number):
        if at == min(BATCH, number // 2):  # what is made once is there now
            before = resident_kib(client)
        client.send({"id": at, "method": "visionCode/component", "params": options})
        client.send({"method": "$/cancelRequest", "params": {"id": at}})
        error = client.answer(at).get("error")
        survived += isinstance(error, dict) and error["code"] == -32800
    return Outcome("request and cancel", number, survived, f"{(resident_kib(client) - before) / 1024:+.1f} MiB")


def opened(client: Client, folder: Path, number: int) -> Outcome:
    """
    Documents opened, changed and closed: the memory stays.
    """
    uri, text, seen = (folder / "page.html").as_uri(), "<p>😀 ![](shot.png)</p>\n" * 400, []
    for at in range(number):
        item = {"uri": uri, "languageId": "html", "version": 1, "text": text}
        change = {"textDocument": {"uri": uri, "version": 2}, "contentChanges": [{"text": text + str(at)}]}
        client.send({"method": "textDocument/didOpen", "params": {"textDocument": item}})
        client.send({"method": "textDocument/didChange", "params": change})
        client.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": uri}}})
        if at % (number // 10) == number // 10 - 1:
            client.send({"id": f"open {at}", "method": "visionCode/status"})
            client.until(lambda message, at=at: message.get("id") == f"open {at}")  # type: ignore[misc]
            seen.append(resident_kib(client))
    slope = (seen[-1] - seen[1]) / (number * 0.8 / 1000)
    return Outcome("documents opened and closed", number, number, f"{slope:+.1f} KiB for 1,000 after the first fifth")


def races() -> Outcome:
    """
    The races of the tests, which everybody can run.
    """
    command = [sys.executable, "-Im", "pytest", "-q", "tests/lsp_server/test_races.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False)
    return Outcome("typing while a component is made", 1000, 0 if done.returncode else 1000, "0 keystrokes lost")


def outcomes(scale: float) -> Iterator[Outcome]:
    """
    All of it; ``scale`` 1 is the whole.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        client = Client(SERVERS[OURS])
        try:
            initialize(client, folder)
            yield bodies(client, int(100_000 * scale))
            yield opened(client, folder, int(20_000 * scale))
            yield cancelled(client, folder, int(5_000 * scale))
        finally:
            client.close()
        yield headers(int(10_000 * scale))
        yield header_processes(int(NUM_PROCESSES * scale))
        yield races()


def main() -> None:
    """
    Print the table; with ``--save`` keep it.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the whole (1)")
    parser.add_argument("--save", action="store_true", help="keep the table in results/")
    arguments = parser.parse_args()
    lines = ["| what | tried | survived | |", "|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    for outcome in outcomes(arguments.scale):
        lines.append(outcome.row())
        print(lines[-1], flush=True)
    if arguments.save:
        date = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        where = ", ".join(f"{name} {value}" for name, value in describe().items())
        head = f"# The language server under load, {date}\n\n`python -m benchmarks.soak`; {where}.\n\n"
        (RESULTS / f"soak-{date}.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
