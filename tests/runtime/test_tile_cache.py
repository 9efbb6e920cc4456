"""
Arranged experts on disk: mapped by a second start, never trusted where they are not what was written.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

import kernels
import runtime
from runtime import tile_cache
from runtime.testing import tiny_checkpoint

pytestmark = pytest.mark.skipif(kernels.cpu_instructions() in (None, "scalar"), reason="no vector instructions")

TOKENS = [1, 2, 3, 200, 5]


@pytest.fixture
def tiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """
    An empty cache that takes small models, and how many experts were arranged.
    """
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(tile_cache, "LEAST_BYTES", 0)
    calls, arrange = [], kernels.tile_experts

    def counting(*parts: torch.Tensor) -> kernels.TiledExperts:
        calls.append(len(parts[0]))
        return arrange(*parts)

    monkeypatch.setattr(kernels, "tile_experts", counting)
    return calls


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    tiny_checkpoint(tmp_path / "model", num_shards=2)
    return tmp_path / "model"


def _files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "cache" / "vision-code" / "tiles").iterdir())


def _logits(folder: Path) -> torch.Tensor:
    return runtime.load(folder).logits(TOKENS)


def test_a_second_load_maps_what_the_first_arranged(tiled: list[int], checkpoint: Path, tmp_path: Path) -> None:
    first = _logits(checkpoint)
    assert len(tiled) == 2
    (file,) = _files(tmp_path)
    assert file.stat().st_mode & 0o077 == 0
    assert torch.equal(_logits(checkpoint), first)
    assert len(tiled) == 2
    # A file that goes while it is mapped stays readable.
    model = runtime.load(checkpoint)
    file.unlink()
    assert torch.equal(model.logits(TOKENS), first)


def _cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def _longer(file: Path) -> None:
    with file.open("ab") as out:
        out.write(bytes(4096))


def _empty(file: Path) -> None:
    os.truncate(file, 0)


def _flipped(at: int) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        content = bytearray(file.read_bytes())
        content[at] ^= 4
        file.write_bytes(content)

    return damage


def _swapped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[4096 : 4096 + 64], content[4160 : 4160 + 64] = content[4160 : 4160 + 64], content[4096 : 4096 + 64]
    file.write_bytes(content)


def _zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def _linked(file: Path) -> None:
    file.rename(file.with_suffix(".elsewhere"))
    file.symlink_to(file.with_suffix(".elsewhere"))


def _piped(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _open_to_others(file: Path) -> None:
    file.chmod(0o666)


DAMAGES = [_cut, _longer, _empty, _flipped(0), _flipped(40), _flipped(4096), _flipped(20000), _swapped, _zeroed]
DAMAGES += [_linked, _piped, _open_to_others]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_made_anew(
    damage: Callable[[Path], None], tiled: list[int], checkpoint: Path, tmp_path: Path
) -> None:
    first = _logits(checkpoint)
    (file,) = _files(tmp_path)
    whole = file.read_bytes()
    damage(file)
    assert torch.equal(_logits(checkpoint), first)
    assert len(tiled) == 4
    assert file.read_bytes() == whole
    assert not file.is_symlink()
    assert torch.equal(_logits(checkpoint), first)
    assert len(tiled) == 4


def test_a_changed_checkpoint_is_not_confused(tiled: list[int], checkpoint: Path, tmp_path: Path) -> None:
    first = _logits(checkpoint)
    times = {path.name: path.stat() for path in checkpoint.iterdir()}
    tiny_checkpoint(tmp_path / "other", num_shards=2, seed=1)
    expected = _logits(tmp_path / "other")
    assert not torch.equal(expected, first)
    # The same names, sizes and times.
    for path in (tmp_path / "other").iterdir():
        shutil.copyfile(path, checkpoint / path.name)
        os.utime(checkpoint / path.name, ns=(times[path.name].st_atime_ns, times[path.name].st_mtime_ns))
        assert (checkpoint / path.name).stat().st_size == times[path.name].st_size
    assert torch.equal(_logits(checkpoint), expected)
    assert len(tiled) == 6


def test_a_change_of_the_layout_makes_files_anew(
    tiled: list[int], checkpoint: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _logits(checkpoint)
    monkeypatch.setattr(tile_cache, "LAYOUT", "2: another")
    _logits(checkpoint)
    assert len(tiled) == 4


def test_two_processes_at_once(tiled: list[int], checkpoint: Path, tmp_path: Path) -> None:
    code = (
        "import sys, runtime\nfrom runtime import tile_cache\ntile_cache.LEAST_BYTES = 0\n"
        f"print(runtime.load(sys.argv[1]).logits({TOKENS}).double().sum().item())"
    )
    command = [sys.executable, "-P", "-c", code, str(checkpoint)]
    environment = os.environ | {"PYTHONPATH": str(Path(runtime.__file__).parents[1])}
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert len(_files(tmp_path)) == 1
    assert answers == [f"{_logits(checkpoint).double().sum().item()}\n"] * 2
    assert tiled == []


def test_what_was_not_used_for_longest_goes_first(
    tiled: list[int], checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _logits(checkpoint)
    (first,) = _files(tmp_path)
    left_over = first.with_name("making-left")
    left_over.write_bytes(b"")
    os.utime(left_over, (0, 0))
    (first.parent / "making-now").write_bytes(b"")
    monkeypatch.setattr(tile_cache, "MOST_BYTES", 2 * first.stat().st_size)
    folders = [tmp_path / str(seed) for seed in (1, 2)]
    for seed, folder in enumerate(folders, 1):
        tiny_checkpoint(folder, num_shards=2, seed=seed)
    _logits(folders[0])
    (second,) = set(_files(tmp_path)) - {first, left_over, first.parent / "making-now"}
    os.utime(first, (1, 1))
    os.utime(second, (2, 2))
    _logits(checkpoint)  # used again: no longer the oldest
    _logits(folders[1])
    assert first.exists()
    assert not second.exists()
    assert [path.name for path in _files(tmp_path) if path.suffix != ".tiles"] == ["making-now"]
    assert len(_files(tmp_path)) == 3
    assert len(tiled) == 6


def test_without_a_place_for_it_everything_else_works(
    tiled: list[int], checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")
    first = _logits(checkpoint)
    assert torch.equal(_logits(checkpoint), first)
    assert len(tiled) == 4
    # No room, or a model that is not worth it, or too large: nothing is written.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, 0))
        _logits(checkpoint)
    assert _files(tmp_path) == []
    for limit, value in (("LEAST_BYTES", 1 << 20), ("MOST_BYTES", 1000)):
        with monkeypatch.context() as patch:
            patch.setattr(tile_cache, limit, value)
            _logits(checkpoint)
        assert _files(tmp_path) == []
    with monkeypatch.context() as patch:
        patch.setenv("VISION_CODE_KERNELS", "reference")
        _logits(checkpoint)
    assert _files(tmp_path) == []
