"""
Which files of a folder make up a checkpoint, and all their tensor entries; torch-free.
"""

from __future__ import annotations

import json
from pathlib import Path

from runtime.checkpoint.header import MAX_TENSORS, TensorEntry, read_header, regular_file_size
from runtime.errors import CheckpointError

INDEX_NAME = "model.safetensors.index.json"
SINGLE_NAME = "model.safetensors"
INDEX_LIMIT_BYTES = 256 << 20
REFUSED_SUFFIXES = frozenset({".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".gguf", ".h5", ".msgpack", ".npz"})


def read_entries(folder: Path) -> dict[str, TensorEntry]:
    """
    Validate every shard's header.

    Args:
        folder: The checkpoint.

    Returns:
        Entries of all shards by tensor name.

    Raises:
        CheckpointError: ``checkpoint.format``, ``.missing``, ``.path``, ``.header``, ``.truncated``, ``.tensor``,
            ``.io``.
    """
    refuse_foreign_format(folder)
    weight_map = _weight_map(folder)
    shards = sorted(set(weight_map.values())) if weight_map is not None else [SINGLE_NAME]
    entries: dict[str, TensorEntry] = {}
    for shard in shards:
        for name, entry in read_header(_resolve(folder, shard)).items():
            if name in entries:
                raise CheckpointError("checkpoint.header", f'duplicate name: tensor "{name[:80]}" in two shards')
            if weight_map is not None and weight_map.get(name) != shard:
                raise CheckpointError("checkpoint.tensor", f"{name[:200]}: in {shard} but not so in the index")
            entries[name] = entry
        if len(entries) > MAX_TENSORS:
            raise CheckpointError("checkpoint.header", f'more than {MAX_TENSORS} tensors: tensor "{shard}"')
    for name, shard in (weight_map or {}).items():
        if name not in entries:
            raise CheckpointError("checkpoint.tensor", f"{name[:200]}: expected in {shard}, got nothing")
    return entries


def refuse_foreign_format(folder: Path) -> None:
    """
    Tell a missing checkpoint from one in a format that is never loaded.

    Raises:
        CheckpointError: ``checkpoint.missing`` or ``checkpoint.format``.
    """
    if not folder.exists():
        raise CheckpointError("checkpoint.missing", f"{folder.name} is not there")
    if not folder.is_dir():
        raise CheckpointError("checkpoint.format", "only safetensors is loaded: give the folder that holds config.json")
    if (folder / INDEX_NAME).exists() or (folder / SINGLE_NAME).exists():
        return
    found = sorted(p.name for p in folder.iterdir() if p.suffix in REFUSED_SUFFIXES)
    if found:
        raise CheckpointError("checkpoint.format", f"only safetensors is loaded, found {found[0]}")
    raise CheckpointError("checkpoint.missing", f"neither {SINGLE_NAME} nor {INDEX_NAME} in {folder.name}")


def _weight_map(folder: Path) -> dict[str, str] | None:
    path = folder / INDEX_NAME
    if not path.exists():
        return None
    if regular_file_size(path) > INDEX_LIMIT_BYTES:
        raise CheckpointError("checkpoint.header", f'index exceeds {INDEX_LIMIT_BYTES} bytes: tensor "{INDEX_NAME}"')
    try:
        parsed = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CheckpointError("checkpoint.header", f'index is not JSON: tensor "{INDEX_NAME}"') from error
    weight_map = parsed.get("weight_map") if isinstance(parsed, dict) else None
    if not isinstance(weight_map, dict) or not weight_map or not all(isinstance(v, str) for v in weight_map.values()):
        raise CheckpointError("checkpoint.header", f'index has no weight_map: tensor "{INDEX_NAME}"')
    return dict(weight_map)


def _resolve(folder: Path, shard: str) -> Path:
    """
    A shard must be a plain file name in the folder; links may only lead inside it or to the hub cache's blobs.
    """
    shown = shard[:80].encode("unicode_escape").decode()
    leaves = CheckpointError("checkpoint.path", f'shard name "{shown}" leaves the checkpoint folder')
    if Path(shard).name != shard or "\\" in shard or "\0" in shard or shard.startswith("."):
        raise leaves
    if not shard.endswith(".safetensors"):
        raise CheckpointError("checkpoint.path", f'shard name "{shown}" is not a .safetensors file')
    path = folder / shard
    if path.is_symlink():
        root, target = folder.resolve(), path.resolve()
        blobs = root.parent.parent / "blobs"
        in_hub_cache = root.parent.name == "snapshots" and target.parent == blobs
        if target.parent != root and not in_hub_cache:
            raise leaves
    return path
