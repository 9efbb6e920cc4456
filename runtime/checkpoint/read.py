"""
Reading a checked checkpoint's tensors into the stacked form that our modules hold.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import torch

import kernels
from runtime.checkpoint.header import TensorEntry
from runtime.checkpoint.memory import require_host_bytes
from runtime.checkpoint.plan import Want
from runtime.errors import CheckpointError

if TYPE_CHECKING:
    from typing_extensions import Buffer

DTYPES: Mapping[str, torch.dtype] = {
    "BF16": torch.bfloat16,
    "F16": torch.float16,
    "F32": torch.float32,
    "I32": torch.int32,
    "I64": torch.int64,
}


class _Files:
    """
    Open shards. Files are read, not mapped: one that shrinks meanwhile gives an error instead of SIGBUS.
    """

    def __init__(self) -> None:
        self._open: dict[Path, int] = {}

    def __enter__(self) -> _Files:
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in self._open.values():
            os.close(descriptor)

    def read(self, entry: TensorEntry) -> torch.Tensor:
        """
        One tensor, in its stored dtype.
        """
        tensor = torch.empty(entry.shape, dtype=DTYPES[entry.dtype])
        view = memoryview(cast("Buffer", tensor.reshape(-1).view(torch.uint8).numpy()))
        done = 0
        try:
            descriptor = self._open.get(entry.path)
            if descriptor is None:
                descriptor = self._open[entry.path] = os.open(entry.path, os.O_RDONLY | os.O_CLOEXEC)
            while done < len(view):
                count = os.preadv(descriptor, [view[done:]], entry.start + done)
                if not count:
                    raise CheckpointError(
                        "checkpoint.truncated", f"{entry.path.stem}: ends at byte {entry.start + done:,}"
                    )
                done += count
        except OSError as error:
            raise CheckpointError("checkpoint.io", f"{entry.path.name}: {error.strerror}") from error
        return tensor


def read_tensors(
    wants: Sequence[Want], entries: Mapping[str, TensorEntry], dtype: torch.dtype
) -> dict[str, torch.Tensor]:
    """
    Read every wanted tensor, experts stacked.

    Args:
        wants: Checked against ``entries`` already.
        entries: What is stored.
        dtype: Of float weights; scales keep their stored dtype, routers are float32.

    Returns:
        Tensors by module name.

    Raises:
        CheckpointError: ``checkpoint.tensor`` for values that cannot be (scales, stored shapes), ``checkpoint.io``.
        MemoryLimit: ``memory.host``.
    """
    shapes = _target_shapes(wants, entries, dtype)
    require_host_bytes(sum(torch.Size(shape).numel() * kind.itemsize for shape, kind in shapes.values()))
    tensors = {name: kernels.empty_weights(shape, kind) for name, (shape, kind) in shapes.items()}
    with _Files() as files:
        for want in wants:
            stored = files.read(entries[want.source])
            _check_values(want, stored)
            if want.value is None:
                target = tensors[want.target]
                slot = target if want.expert is None else target[want.expert, want.row : want.row + want.shape[0]]
                slot.copy_(stored)
    return tensors


def _target_shapes(
    wants: Sequence[Want], entries: Mapping[str, TensorEntry], dtype: torch.dtype
) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
    """
    Shape and dtype of every module tensor; a stacked one is as large as its last slice says.
    """
    shapes: dict[str, tuple[tuple[int, ...], torch.dtype]] = {}
    for want in wants:
        if want.value is not None:
            continue
        shape = want.shape if want.expert is None else (want.expert + 1, want.row + want.shape[0], *want.shape[1:])
        before = shapes.get(want.target)
        if before is not None:
            shape = tuple(max(a, b) for a, b in zip(shape, before[0], strict=True))
        shapes[want.target] = (shape, _target_dtype(want, entries[want.source], dtype))
    return shapes


def _target_dtype(want: Want, entry: TensorEntry, dtype: torch.dtype) -> torch.dtype:
    if want.target.endswith(("mlp.gate.weight", "e_score_correction_bias")):
        # Routing is computed in float32; converting these at every step would cost more than holding them.
        return torch.float32
    if want.target.endswith(("_packed", "_scale")):
        return DTYPES[entry.dtype]
    return dtype


def _check_values(want: Want, stored: torch.Tensor) -> None:
    if want.value is not None and stored.tolist() != list(want.value):
        raise CheckpointError("checkpoint.tensor", f"{want.source}: expected {list(want.value)}, got {stored.tolist()}")
    if want.target.endswith("_scale") and not bool((stored.isfinite() & (stored != 0)).all()):
        raise CheckpointError("checkpoint.tensor", f"{want.source}: expected finite scales other than 0")
