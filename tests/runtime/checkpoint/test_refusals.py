"""
Whole checkpoints that must not be loaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

import runtime
from runtime.checkpoint.inspect import inspect
from runtime.errors import CheckpointError, MemoryLimit
from runtime.testing import tiny_checkpoint, tiny_config

INDEX = "model.safetensors.index.json"


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def _refusal(folder: Path) -> tuple[str, str]:
    with pytest.raises(CheckpointError) as caught:
        runtime.load(folder)
    return caught.value.kind, caught.value.message


def _change_index(folder: Path, change: Callable[[dict[str, str]], None]) -> None:
    index = json.loads((folder / INDEX).read_text())
    change(index["weight_map"])
    (folder / INDEX).write_text(json.dumps(index))


def _change_tensors(folder: Path, name: str, tensor: torch.Tensor | None) -> None:
    shard = folder / json.loads((folder / INDEX).read_text())["weight_map"].get(
        name, "model-00001-of-000003.safetensors"
    )
    tensors = load_file(shard)
    if tensor is None:
        del tensors[name]
        _change_index(folder, lambda names: names.__delitem__(name))
    else:
        tensors[name] = tensor
        _change_index(folder, lambda names: names.__setitem__(name, shard.name))
    save_file(tensors, shard)


@pytest.mark.parametrize("shard", ["../x.safetensors", "/etc/x.safetensors", "a/../x.safetensors", "..\\x.safetensors"])
def test_shards_outside_the_folder_are_refused(folder: Path, shard: str) -> None:
    _change_index(folder, lambda names: names.update(dict.fromkeys(names, shard)))
    kind, message = _refusal(folder)
    assert kind == "checkpoint.path"
    assert "leaves the checkpoint folder" in message


def test_other_files_are_no_shards(folder: Path) -> None:
    _change_index(folder, lambda names: names.update(dict.fromkeys(names, "model.bin")))
    assert _refusal(folder)[0] == "checkpoint.path"


def test_links_that_leave_the_folder_are_refused(folder: Path, tmp_path: Path) -> None:
    shard = folder / "model-00001-of-000003.safetensors"
    shard.rename(tmp_path / "elsewhere.safetensors")
    shard.symlink_to(tmp_path / "elsewhere.safetensors")
    assert _refusal(folder)[0] == "checkpoint.path"


def test_links_of_a_hub_cache_are_followed(folder: Path, tmp_path: Path) -> None:
    snapshot = tmp_path / "models--x" / "snapshots" / "abc"
    blobs = tmp_path / "models--x" / "blobs"
    snapshot.mkdir(parents=True)
    blobs.mkdir()
    for file in folder.iterdir():
        shutil.move(file, blobs / file.name)
        (snapshot / file.name).symlink_to(f"../../blobs/{file.name}")
    assert runtime.load(snapshot).logits([1, 2]).shape == (2, tiny_config().text.vocab_size)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pkl", "model.gguf"])
def test_other_formats_are_refused(folder: Path, name: str) -> None:
    for file in [*folder.glob("*.safetensors"), folder / INDEX]:
        file.unlink()
    (folder / name).write_bytes(b"\x80\x04")
    kind, message = _refusal(folder)
    assert kind == "checkpoint.format"
    assert message.startswith("only safetensors is loaded")
    assert _refusal(folder / name)[0] == "checkpoint.format"


def test_missing_folder_weights_and_shards_are_named(folder: Path) -> None:
    assert _refusal(folder / "nothing")[0] == "checkpoint.missing"
    (folder / "model-00002-of-000003.safetensors").unlink()
    assert _refusal(folder) == ("checkpoint.missing", "shard model-00002-of-000003.safetensors is not there")
    (folder / INDEX).unlink()
    assert _refusal(folder)[0] == "checkpoint.missing"


def test_a_truncated_shard_says_so(folder: Path) -> None:
    shard = folder / "model-00002-of-000003.safetensors"
    size = shard.stat().st_size
    os.truncate(shard, size // 2)
    assert _refusal(folder) == ("checkpoint.truncated", f"{shard.stem}: {size // 2:,} of {size:,} bytes")


@pytest.mark.parametrize("name", ["model-00002-of-000003.safetensors", INDEX, "model.safetensors"])
def test_what_is_no_regular_file_is_refused_unopened(folder: Path, name: str) -> None:
    """
    A pipe is never opened: nobody may ever write into it.
    """
    if name == "model.safetensors":
        (folder / INDEX).unlink()
    (folder / name).unlink(missing_ok=True)
    os.mkfifo(folder / name)
    assert _refusal(folder) == ("checkpoint.io", f"{name}: not a regular file")


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"weight_map": {}}', b'{"weight_map": {"a": 1}}'])
def test_broken_indexes_are_refused(folder: Path, content: bytes) -> None:
    (folder / INDEX).write_bytes(content)
    assert _refusal(folder)[0] == "checkpoint.header"


LAYER = "language_model.model.layers.1."
EXPERT = f"{LAYER}mlp.experts.2.gate_proj.weight"
WRONG: dict[str, tuple[str, torch.Tensor | None, str]] = {
    "missing": (f"{LAYER}self_attn.o_proj.weight", None, "expected [64, 80] BF16/F16/F32, got nothing"),
    "extra": ("language_model.model.layers.1.extra", torch.ones(3), "expected nothing, got [3]"),
    "shape": (
        f"{LAYER}self_attn.o_proj.weight",
        torch.ones(64, 81),
        "expected [64, 80] BF16/F16/F32, got [64, 81] F32",
    ),
    "dtype": (f"{LAYER}mlp.gate.weight", torch.ones(8, 64, dtype=torch.int32), "got [8, 64] I32"),
    "packing": (f"{EXPERT}_packed", torch.ones(32, 9, dtype=torch.int32), "expected [32, 8] I32, got [32, 9] I32"),
    "packing dtype": (f"{EXPERT}_packed", torch.ones(32, 8), "expected [32, 8] I32, got [32, 8] F32"),
    "groups": (f"{EXPERT}_scale", torch.ones(32, 1), "expected [32, 2]"),
    "stored shape": (f"{EXPERT}_shape", torch.tensor([64, 32], dtype=torch.int32), "expected [32, 64], got [64, 32]"),
    "scale 0": (f"{EXPERT}_scale", torch.zeros(32, 2), "expected finite scales other than 0"),
    "scale NaN": (f"{EXPERT}_scale", torch.full((32, 2), torch.nan), "expected finite scales other than 0"),
    "scale Inf": (f"{EXPERT}_scale", torch.full((32, 2), torch.inf), "expected finite scales other than 0"),
    "zero point": (f"{EXPERT}_zero_point", torch.ones(4, 2, dtype=torch.int32), "expected nothing"),
}


@pytest.mark.parametrize(("name", "tensor", "message"), WRONG.values(), ids=WRONG.keys())
def test_tensors_that_do_not_fit_are_refused(
    folder: Path, name: str, tensor: torch.Tensor | None, message: str
) -> None:
    _change_tensors(folder, name, tensor)
    kind, found = _refusal(folder)
    assert kind == "checkpoint.tensor"
    assert message in found
    assert name in found


def test_nothing_is_built_before_everything_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The wrong tensor is the last one of all.
    _change_tensors(folder, "mm_projector.proj.2.bias", torch.ones(7))
    built: list[object] = []
    monkeypatch.setattr("runtime.model.build", built.append)
    assert _refusal(folder)[0] == "checkpoint.tensor"
    assert not built


def test_one_name_in_two_shards_is_refused(folder: Path) -> None:
    first, second = (folder / f"model-0000{i}-of-000003.safetensors" for i in (1, 2))
    tensors = load_file(second)
    save_file(tensors | {next(iter(load_file(first))): torch.ones(1)}, second)
    assert _refusal(folder)[0] in {"checkpoint.header", "checkpoint.tensor"}


def test_vocabulary_and_preprocessing_are_checked_before_anything_is_built(folder: Path) -> None:
    (folder / "preprocessor_config.json").write_text("{")
    assert _refusal(folder)[0] == "checkpoint.config"
    (folder / "tiktoken.model").write_bytes(b"not base64\n")
    assert _refusal(folder)[0] == "checkpoint.tokenizer"


def test_a_file_that_cannot_be_read_is_named(folder: Path) -> None:
    _change_index(folder, lambda names: names.update(dict.fromkeys(names, "x" * 300 + ".safetensors")))
    assert _refusal(folder) == ("checkpoint.io", "x" * 300 + ".safetensors: File name too long")


def test_too_little_memory_is_told_before_anything_is_allocated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.checkpoint.memory.free_host_bytes", lambda: 1000)
    with pytest.raises(MemoryLimit) as caught:
        runtime.load(folder)
    assert caught.value.kind == "memory.host"
    assert caught.value.exit_code == 7


def test_files_are_held_against_their_checksums(folder: Path) -> None:
    names = ["config.json", "model-00001-of-000003.safetensors"]
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines))
    runtime.load(folder)
    (folder / "SHA256SUMS").write_text("".join(lines).replace("a", "b"))
    assert _refusal(folder)[0] == "checkpoint.hash"
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  ../elsewhere\n")
    assert _refusal(folder)[0] == "checkpoint.hash"
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  nothing\n")
    assert _refusal(folder)[0] == "checkpoint.missing"


def test_inspect_reports_a_whole_checkpoint(tiny_folder: Path) -> None:
    report = inspect(tiny_folder)
    assert (report.family, report.num_shards, report.expert_format) == ("kimi_k25", 3, "int4")
    assert report.reads_pictures
    assert report.has_tokenizer
    assert report.fits
    assert report.num_parameters > report.active_parameters > 0
    assert report.cache_bytes_per_token == 2 * 3 * 48
    assert report.tokens_per_s > 0


def test_inspect_counts_what_is_stored(tmp_path: Path) -> None:
    model = tiny_checkpoint(tmp_path, int4=False)
    weights = sum(p.numel() for p in model.parameters()) + sum(b.numel() for b in model.buffers())
    assert inspect(tmp_path).num_parameters == weights


def test_inspect_refuses_a_damaged_one(folder: Path) -> None:
    _change_tensors(folder, f"{EXPERT}_shape", None)
    with pytest.raises(CheckpointError, match="got nothing"):
        inspect(folder)
