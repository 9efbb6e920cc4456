"""
What a checkpoint is said to need and to be able to do; refusals beyond those of loading.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from runtime.checkpoint.inspect import check_folder, inspect
from runtime.errors import CheckpointError
from runtime.model import load
from runtime.testing import tiny_checkpoint, tiny_config


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def _refusal(folder: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        inspect(folder)
    return caught.value.kind


@pytest.mark.parametrize("int4", [True, False])
def test_the_need_is_what_loading_in_32_bit_asks_for(
    int4: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_checkpoint(tmp_path, int4=int4)
    asked: list[int] = []
    monkeypatch.setattr("runtime.checkpoint.read.require_host_bytes", asked.append)
    load(tmp_path, dtype=torch.float32)
    report = inspect(tmp_path)
    assert asked == [report.weight_bytes]
    # 4,096 tokens of context, 3 layers, 48 values, 4 bytes.
    assert report.need_bytes == report.weight_bytes + 4096 * 3 * 48 * 4


def test_too_little_memory_is_reported(tiny_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    need = inspect(tiny_folder).need_bytes
    for free, fits in ((need, True), (need - 1, False)):
        monkeypatch.setattr("runtime.checkpoint.inspect.free_host_bytes", lambda free=free: free)
        assert inspect(tiny_folder).fits is fits


def test_a_tied_embedding_is_read_whole_for_every_token(tmp_path: Path) -> None:
    config = tiny_config("deepseek_v3")
    tied = replace(config, text=replace(config.text, tie_word_embeddings=True))
    for name, each in (("own", config), ("tied", tied)):
        tiny_checkpoint(tmp_path / name, each, int4=False)
    own, shared = inspect(tmp_path / "own"), inspect(tmp_path / "tied")
    text = config.text
    assert own.num_parameters - shared.num_parameters == text.vocab_size * text.hidden_size
    # Only the one row that a token looks up is not counted twice.
    assert own.active_parameters - shared.active_parameters == text.hidden_size


def test_vocabulary_preprocessing_and_checksums_are_looked_at(folder: Path) -> None:
    (folder / "preprocessor_config.json").write_text('{"media_proc_cfg": {"in_patch_limit": -1}}')
    assert _refusal(folder) == "checkpoint.config"
    (folder / "preprocessor_config.json").unlink()
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(b'').hexdigest()}  config.json\n")
    check_folder(folder)  # reads no whole file
    assert _refusal(folder) == "checkpoint.hash"
    (folder / "tiktoken.model").write_bytes(b"not base64\n")
    assert _refusal(folder) == "checkpoint.tokenizer"


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    shard = folder / "model-00002-of-000003.safetensors"
    shard.unlink()
    shard.mkdir()
    with pytest.raises(CheckpointError, match=shard.name) as caught:
        inspect(folder)
    assert caught.value.kind == "checkpoint.io"
