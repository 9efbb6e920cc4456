"""
A damaged checkpoint is refused with its kind, exit 4 and one line, by `inspect` and, before any work, by `component`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.api import GenerateRequest, user
from vision_code.cli import run
from vision_code.engine import EMBEDDED, DraftingEngine
from vision_code.errors import EngineUnavailable

LOGIN = Path(__file__).resolve().parents[3] / "examples" / "login-card.png"
EMBEDDING = "language_model.model.embed_tokens.weight"
WEIGHTS = "model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(EMBEDDED, tmp_path / "checkpoint"))


def _header(folder: Path) -> tuple[dict[str, dict[str, list[int]]], bytes]:
    """
    The entries of the weights' header, and the bytes behind it.
    """
    content = (folder / WEIGHTS).read_bytes()
    length = int.from_bytes(content[:8], "little")
    entries = json.loads(content[8 : 8 + length])
    entries.pop("__metadata__", None)
    return entries, content[8 + length :]


def _write(folder: Path, entries: dict[str, dict[str, list[int]]], data: bytes) -> None:
    header = json.dumps(entries).encode()
    (folder / WEIGHTS).write_bytes(len(header).to_bytes(8, "little") + header + data)


def _truncated(folder: Path) -> None:
    os.truncate(folder / WEIGHTS, (folder / WEIGHTS).stat().st_size // 2)


def _shard_missing(folder: Path) -> None:
    names = dict.fromkeys(_header(folder)[0], "model-00002-of-00002.safetensors")
    names[EMBEDDING] = "model-00001-of-00002.safetensors"
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": names}))
    (folder / WEIGHTS).rename(folder / "model-00002-of-00002.safetensors")


def _shape(folder: Path) -> None:
    entries, data = _header(folder)
    entries[EMBEDDING]["shape"].reverse()
    _write(folder, entries, data)


def _pickle(folder: Path) -> None:
    (folder / WEIGHTS).rename(folder / "pytorch_model.bin")


def _config(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text())
        config["text_config"] |= changes
        (folder / "config.json").write_text(json.dumps(config))

    return change


def _vocabulary(folder: Path) -> None:
    lines = (folder / "tiktoken.model").read_bytes().splitlines(keepends=True)
    (folder / "tiktoken.model").write_bytes(b"".join(lines[:100]))


def _pipe(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    os.mkfifo(folder / WEIGHTS)


DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "truncated": (_truncated, "checkpoint.truncated", "bytes"),
    "shard missing": (_shard_missing, "checkpoint.missing", "model-00001-of-00002.safetensors"),
    "wrong shape": (_shape, "checkpoint.tensor", EMBEDDING),
    "pipe": (_pipe, "checkpoint.io", "not a regular file"),
    "pickle": (_pickle, "checkpoint.format", "only safetensors"),
    "absurd config": (_config(n_routed_experts=10**9), "checkpoint.config", "n_routed_experts=1000000000"),
    "own code": (_config(auto_map={"AutoModel": "evil.Model"}), "checkpoint.code", "evil.Model"),
    "config missing": (lambda folder: (folder / "config.json").unlink(), "checkpoint.missing", "config.json"),
    "config cut": (lambda folder: os.truncate(folder / "config.json", 99), "checkpoint.config", "JSON"),
    "vocabulary cut": (_vocabulary, "checkpoint.tokenizer", "tiktoken.model"),
    "empty": (lambda folder: [file.unlink() for file in folder.iterdir()], "checkpoint.missing", WEIGHTS),
    "gone": (shutil.rmtree, "checkpoint.missing", "checkpoint"),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_inspect_refuses_it(name: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    damage, kind, words = DAMAGES[name]
    damage(folder)
    assert run(["inspect", str(folder), "--json"]) == 4
    said = capsys.readouterr()
    assert said.err.startswith(f"error[{kind}]: ")
    assert said.err.count("\n") == 1
    error = json.loads(said.out)["error"]
    assert (error["kind"], error["retry"]) == (kind, False)
    assert words in error["message"]


@pytest.mark.parametrize("name", DAMAGES)
def test_component_refuses_it_before_it_looks_at_the_picture(
    name: str, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage, kind, _ = DAMAGES[name]
    damage(folder)
    out = tmp_path / "made" / "out.html"
    engine = f"local:{folder}"
    assert run(["component", __file__, "--engine", engine, "--no-verify", "-o", str(out)]) == 4  # no picture either
    error = capsys.readouterr().err
    assert error.startswith(f"error[{kind}]: ")
    assert error.count("\n") == 1
    assert not out.parent.exists()


def test_a_file_is_no_checkpoint(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", str(EMBEDDED / WEIGHTS)]) == 4
    assert capsys.readouterr().err.startswith("error[checkpoint.format]: ")


@pytest.mark.parametrize("name", ["x" * 5000, "~nobody-of-this-name/model"])
def test_a_name_that_cannot_be_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", name]) == 4
    assert capsys.readouterr().err.startswith("error[checkpoint.")


def test_inspect_compares_checksums(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = hashlib.sha256((folder / WEIGHTS).read_bytes()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  {WEIGHTS}\n")
    assert run(["inspect", str(folder)]) == 0
    with (folder / WEIGHTS).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)[0]
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last ^ 1]))
    capsys.readouterr()
    assert run(["inspect", str(folder)]) == 4
    assert capsys.readouterr().err.startswith("error[checkpoint.hash]: ")


def test_what_only_loading_finds_leaves_by_the_same_door(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries, data = _header(folder)
    start, stop = next(entry["data_offsets"] for name, entry in entries.items() if name.endswith("_scale"))
    _write(folder, entries, data[:start] + b"\xff" * (stop - start) + data[stop:])  # bfloat16 NaN
    out = tmp_path / "made" / "out.html"
    assert run(["component", str(LOGIN), "--engine", f"local:{folder}", "--no-verify", "-o", str(out)]) == 4
    error = capsys.readouterr().err
    assert error.startswith("error[checkpoint.tensor]: ")
    assert "expected finite scales" in error
    assert error.count("\n") == 1
    assert not out.parent.exists()


@pytest.mark.parametrize("ask", ["generate", "stream"])
def test_an_engine_that_died_is_an_error_of_the_product(ask: str) -> None:
    with DraftingEngine(EMBEDDED) as engine:
        os.kill(engine.pid, signal.SIGKILL)
        with pytest.raises(EngineUnavailable, match=r"engine\.restarting") as caught:
            list(getattr(engine, ask)([GenerateRequest(messages=(user("button"),))]))
    assert caught.value.retry
