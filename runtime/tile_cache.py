"""
Experts as the CPU's kernels want them, kept on disk: a later start maps what the first one read, checked and arranged.

A file holds the digest of what it was made from, a checksum of each tensor, and the tensors. Nothing in it says where
anything lies: sizes follow from the checkpoint, and a file of another size, digest or checksum counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import mmap
import os
import shutil
import stat
import tempfile
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch

import kernels
from kernels.cpu.build import BuildFailed, cache_folder
from runtime.checkpoint.header import TensorEntry
from runtime.config import ModelConfig

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: Of all files together.
MOST_BYTES = 32 << 30
# Below, reading and arranging take less than 0.2 s.
LEAST_BYTES = 64 << 20
# Changes with how tiles lie (kernels/cpu/source/layout.h) or with this file's format.
LAYOUT = "1: tiles of 32 rows, groups of 576 bytes"
DIGEST_BYTES, SUM_BYTES = 32, 8
# Half-written files of processes that ended; nobody writes as long as this.
LEFT_OVER_S = 86400.0

Shape = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TileCache:
    """
    The file of one checkpoint.

    Args:
        path: Where it is, or would be.
        digest: Of what it is made from.
        shapes: Of its tensors, uint8, in order.
    """

    path: Path
    digest: bytes
    shapes: Sequence[Shape]

    @classmethod
    def of(cls, config: ModelConfig, entries: Mapping[str, TensorEntry]) -> TileCache | None:
        """
        The file for a checkpoint's INT4 experts; None where it would not pay, or where there is no place for it.

        Args:
            config: The model.
            entries: What is stored.
        """
        text = config.text
        experts, hidden, inter = text.n_routed_experts, text.hidden_size, text.moe_intermediate_size
        if config.int4_group is None or kernels.cpu_instructions() in (None, "scalar"):
            return None
        layers = sum(text.is_moe(layer) for layer in range(text.num_hidden_layers))
        shapes = [(experts, 2 * inter // 32, hidden // 32, 576), (experts, hidden // 32, inter // 32, 576)] * layers
        size = sum(map(_size, shapes))
        if not LEAST_BYTES <= size <= MOST_BYTES:
            return None
        try:
            folder, digest = cache_folder("tiles"), _identity(entries)
        except (BuildFailed, OSError):
            return None
        return cls(path=folder / f"{digest.hex()[:32]}.tiles", digest=digest, shapes=shapes)

    def read(self) -> list[torch.Tensor] | None:
        """
        The tensors, mapped; None where the file is not there or not what was written.
        """
        try:
            # Neither follows a link nor waits for a pipe.
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            facts = os.fstat(descriptor)
            others = facts.st_uid != os.geteuid() or facts.st_mode & 0o022
            if others or not stat.S_ISREG(facts.st_mode) or facts.st_size != self._size:
                return None
            os.utime(descriptor)
            # Written once and then only ever replaced as a whole, so it does not shrink under the mapping.
            mapped = mmap.mmap(descriptor, facts.st_size, prot=mmap.PROT_READ)
            kernels.in_huge_pages(mapped)
        except OSError:
            return None
        finally:
            os.close(descriptor)
        found = [self._tensor(mapped, at, shape) for at, shape in zip(self._places, self.shapes, strict=True)]
        head = self._head(found)
        return found if mapped[: len(head)] == head else None

    def write(self, tensors: Sequence[torch.Tensor]) -> None:
        """
        Keep the tensors for later; nothing happens where that is not possible. Whoever writes the same meanwhile writes
        the same bytes: the last one stands, each is whole.
        """
        with contextlib.suppress(OSError):
            folder = self.path.parent
            _make_room(folder, self._size)
            if shutil.disk_usage(folder).free < 2 * self._size:
                return
            descriptor, made = tempfile.mkstemp(prefix="making-", dir=folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(self._head(tensors))
                    for at, tensor in zip(self._places, tensors, strict=True):
                        file.seek(at)
                        file.write(memoryview(cast("Buffer", tensor.reshape(-1).numpy())))
                    file.truncate(self._size)
                Path(made).replace(self.path)
            finally:
                Path(made).unlink(missing_ok=True)

    @property
    def _places(self) -> list[int]:
        at, places = _whole_pages(DIGEST_BYTES + SUM_BYTES * len(self.shapes)), []
        for shape in self.shapes:
            places.append(at)
            at += _whole_pages(_size(shape))
        return places

    @property
    def _size(self) -> int:
        return self._places[-1] + _whole_pages(_size(self.shapes[-1]))

    def _head(self, tensors: Sequence[torch.Tensor]) -> bytes:
        sums = ((kernels.checksum(tensor) or 0).to_bytes(SUM_BYTES, "little") for tensor in tensors)
        return self.digest + b"".join(sums)

    def _tensor(self, mapped: mmap.mmap, at: int, shape: Shape) -> torch.Tensor:
        with warnings.catch_warnings():
            # That it may not be written to is what is wanted.
            warnings.simplefilter("ignore", UserWarning)
            return torch.frombuffer(mapped, dtype=torch.uint8, count=_size(shape), offset=at).view(shape)


def _size(shape: Shape) -> int:
    return torch.Size(shape).numel()


def _whole_pages(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE


def _identity(entries: Mapping[str, TensorEntry]) -> bytes:
    """
    Which files these are (by what changes whenever one is written to) and what is stored where in them.
    """
    digest = hashlib.sha256(LAYOUT.encode())
    for path in sorted({entry.path for entry in entries.values()}):
        facts = path.stat()
        numbers = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
        digest.update(repr((str(path.resolve()), numbers)).encode())
    for name, entry in sorted(entries.items()):
        digest.update(repr((name, entry.path.name, entry.dtype, entry.shape, entry.start, entry.stop)).encode())
    return digest.digest()


def _make_room(folder: Path, size: int) -> None:
    """
    Take away what is left over, and the files that were not used for longest, until another one fits.
    """
    kept: list[tuple[float, int, Path]] = []
    for path in folder.iterdir():
        facts = path.lstat()
        if not stat.S_ISREG(facts.st_mode):
            continue
        if path.suffix == ".tiles":
            kept.append((facts.st_mtime, facts.st_size, path))
        elif path.name.startswith("making-") and time.time() - facts.st_mtime > LEFT_OVER_S:
            path.unlink(missing_ok=True)
    total = sum(taken for _, taken, _ in kept)
    for _, taken, path in sorted(kept):
        if total + size <= MOST_BYTES:
            return
        path.unlink(missing_ok=True)
        total -= taken
