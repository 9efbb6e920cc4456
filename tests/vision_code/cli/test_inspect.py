"""
`vision-code inspect` on whole checkpoints; damaged ones are in `test_damaged_checkpoint`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from runtime.testing import tiny_checkpoint, tiny_config
from vision_code.cli import run
from vision_code.engine import EMBEDDED

ROOT = Path(__file__).resolve().parents[3]


def _inspected(checkpoint: Path | str, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert run(["inspect", str(checkpoint), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    return dict(answer["checkpoint"])


def test_the_shipped_model_is_whole_and_fits(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["inspect", "embedded"]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    for words in ("kimi_k25: whole", "INT4", "pictures    read", "tokenizer   there", "tokens", ": fits", "a bound"):
        assert words in said.out


def test_json_holds_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    found = _inspected("embedded", capsys)
    assert found == _inspected(EMBEDDED, capsys) | {key: found[key] for key in ("free_bytes", "tokens_per_s")}
    assert found["file_bytes"] == (EMBEDDED / "model.safetensors").stat().st_size
    assert (found["family"], found["num_shards"], found["expert_format"]) == ("kimi_k25", 1, "int4")
    assert found["reads_pictures"] is found["has_tokenizer"] is found["fits"] is True
    assert isinstance(found["tokens_per_s"], float)
    assert found["tokens_per_s"] > 0
    names = {"num_tensors", "num_parameters", "active_parameters", "context_tokens", "weight_bytes", "need_bytes"}
    assert names | {"cache_bytes_per_token", "free_bytes"} <= found.keys()


def test_a_text_model_in_shards_says_what_it_lacks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tiny_checkpoint(tmp_path, tiny_config("deepseek_v3"), int4=False, num_shards=2)
    (tmp_path / "tiktoken.model").unlink()
    assert run(["inspect", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    for words in ("deepseek_v3: whole", "in 2 files", "experts     f32", "pictures    not read", "tokenizer   missing"):
        assert words in said


def test_what_does_not_fit_is_reported_not_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("runtime.checkpoint.inspect.free_host_bytes", lambda: 10 << 20)
    assert run(["inspect", "embedded"]) == 0
    assert "10.0 MiB free: does not fit" in capsys.readouterr().out


def test_it_is_fast_because_torch_stays_out() -> None:
    code = (
        "import sys; from vision_code.cli import run; run(['inspect', 'embedded']);"
        "sys.exit(', '.join({'torch', 'cv2', 'PIL', 'onnxruntime', 'playwright'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
