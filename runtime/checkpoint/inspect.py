"""
What a checkpoint is, whether it is whole, and what it asks of this machine; torch-free.

Weights are not looked at: headers, configuration, vocabulary, preprocessing, and checksums where there are some.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from runtime.checkpoint.header import DTYPE_BYTES, TensorEntry
from runtime.checkpoint.manifest import verify_hashes
from runtime.checkpoint.memory import free_host_bytes
from runtime.checkpoint.plan import Want, check, plan, stored_config
from runtime.checkpoint.shards import read_entries, refuse_foreign_format
from runtime.config import Family, ModelConfig, read_config
from runtime.errors import CheckpointError
from runtime.tokenizer.bpe import VOCABULARY_NAME, Tokenizer
from runtime.vision.grid import read_rules

# More than a processor's last cache holds, so that what lies in memory is read from there.
PROBE_BYTES = 128 << 20
PROBE_RUNS = 3
CACHE_TOKENS = 8192
FLOAT32_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFolder:
    """
    A checkpoint with which everything is right that can be told without its weights.

    Args:
        config: The model, INT4 as stored.
        entries: What is stored.
        wants: What the model needs; all of it is stored.
        has_tokenizer: Whether there is a vocabulary.
    """

    config: ModelConfig
    entries: Mapping[str, TensorEntry]
    wants: tuple[Want, ...]
    has_tokenizer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointReport:
    """
    A whole checkpoint; a damaged one raises instead.

    Args:
        family: Which model.
        num_tensors: Stored tensors.
        num_shards: Files of weights.
        file_bytes: Their size.
        num_parameters: Weights, INT4 ones counted one each.
        active_parameters: Weights of the text model that one token uses.
        expert_format: ``int4`` or the stored float type.
        reads_pictures: Whether it has a vision tower.
        has_tokenizer: Whether it can generate text, not only logits.
        context_tokens: Longest sequence.
        weight_bytes: Memory that loading takes at most: float weights in 32 bit, INT4 ones packed.
        cache_bytes_per_token: Latent cache of one token, all layers, 16 bit.
        need_bytes: Memory for the weights and a 32-bit cache of ``context_tokens``, 8,192 at most.
        free_bytes: Memory free on this machine now.
        fits: Whether that suffices.
        tokens_per_s: Upper bound of the decode speed of one sequence on this CPU: memory bandwidth over the stored
            bytes that one token reads.
    """

    family: Family
    num_tensors: int
    num_shards: int
    file_bytes: int
    num_parameters: int
    active_parameters: int
    expert_format: str
    reads_pictures: bool
    has_tokenizer: bool
    context_tokens: int
    weight_bytes: int
    cache_bytes_per_token: int
    need_bytes: int
    free_bytes: int
    fits: bool
    tokens_per_s: float


@contextmanager
def _io_errors(folder: Path) -> Iterator[None]:
    """
    A file that is there and cannot be read.
    """
    try:
        yield
    except OSError as error:
        name = Path(error.filename).name if isinstance(error.filename, str) else folder.name
        raise CheckpointError("checkpoint.io", f"{name}: {error.strerror}") from error


def check_folder(folder: Path) -> CheckedFolder:
    """
    Check everything that headers, configuration, vocabulary and preprocessing say.

    Args:
        folder: The checkpoint.

    Raises:
        CheckpointError: It is not whole or not loadable; see :mod:`runtime.errors`.
    """
    with _io_errors(folder):
        refuse_foreign_format(folder)
        config = read_config(folder)
        entries = read_entries(folder)
        config = stored_config(config, entries)
        wants = plan(config, entries.keys())
        check(wants, entries, config)
        has_tokenizer = (folder / VOCABULARY_NAME).is_file()
        if has_tokenizer:
            Tokenizer.read(folder, config.text.vocab_size)
        if config.vision is not None:
            read_rules(folder, config.family)
    return CheckedFolder(config=config, entries=entries, wants=tuple(wants), has_tokenizer=has_tokenizer)


def inspect(folder: Path) -> CheckpointReport:
    """
    Check a checkpoint, also against its checksums if it lists some, and report it.

    Args:
        folder: The checkpoint.

    Raises:
        CheckpointError: It is not whole or not loadable; see :mod:`runtime.errors`.
    """
    checked = check_folder(folder)
    with _io_errors(folder):
        verify_hashes(folder)
    config, entries, wants = checked.config, checked.entries, checked.wants
    shards = {entry.path for entry in entries.values()}
    weight_bytes = sum(_loaded_bytes(want, entries[want.source]) for want in wants)
    cached_values = config.text.num_hidden_layers * config.text.cache_width
    need = weight_bytes + min(CACHE_TOKENS, config.text.max_position_embeddings) * cached_values * FLOAT32_BYTES
    free = free_host_bytes()
    active_bytes = _active_bytes(wants, entries, config)
    return CheckpointReport(
        family=config.family,
        num_tensors=len(entries),
        num_shards=len(shards),
        file_bytes=sum(path.stat().st_size for path in shards),
        num_parameters=sum(map(_parameters, wants)),
        active_parameters=round(sum(_parameters(w) * share for w, share in _shares(wants, config))),
        expert_format=_expert_format(wants, entries),
        reads_pictures=config.vision is not None,
        has_tokenizer=checked.has_tokenizer,
        context_tokens=config.text.max_position_embeddings,
        weight_bytes=weight_bytes,
        cache_bytes_per_token=2 * cached_values,
        need_bytes=need,
        free_bytes=free,
        fits=need <= free,
        tokens_per_s=_bandwidth(active_bytes) / active_bytes,
    )


def _loaded_bytes(want: Want, entry: TensorEntry) -> int:
    """
    What a tensor takes in memory: packed words and scales as stored, everything else in 32 bit at most.
    """
    if want.value is not None:
        return 0
    is_kept = want.target.endswith(("_packed", "_scale"))
    return math.prod(want.shape) * (DTYPE_BYTES[entry.dtype] if is_kept else FLOAT32_BYTES)


def _parameters(want: Want) -> int:
    """
    Weights in one stored tensor: eight in each packed word, none in scales and shapes.
    """
    if want.value is not None or want.target.endswith("_scale"):
        return 0
    return math.prod(want.shape) * (8 if want.target.endswith("_packed") else 1)


def _shares(wants: Iterable[Want], config: ModelConfig) -> Iterable[tuple[Want, float]]:
    """
    How much of each text tensor one token uses.
    """
    for want in wants:
        if want.source.startswith(("vision_tower.", "mm_projector.", "multi_modal_projector.")):
            continue
        if want.expert is not None:
            yield want, config.text.num_experts_per_tok / config.text.n_routed_experts
        elif want.source.endswith("embed_tokens.weight") and not config.text.tie_word_embeddings:
            yield want, 1 / config.text.vocab_size
        else:
            yield want, 1.0


def _active_bytes(wants: Iterable[Want], entries: Mapping[str, TensorEntry], config: ModelConfig) -> float:
    return sum((entries[w.source].stop - entries[w.source].start) * share for w, share in _shares(wants, config))


def _expert_format(wants: Iterable[Want], entries: Mapping[str, TensorEntry]) -> str:
    for want in wants:
        if want.expert is not None:
            return "int4" if want.target.endswith("_packed") else entries[want.source].dtype.lower()
    return "none"


def _bandwidth(num_bytes: float) -> float:
    """
    Bytes per second that all cores together read of an array of this size, so that a small model's cache hits count:
    best of three, about 50 ms.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    num_values = max(cores, round(min(num_bytes, PROBE_BYTES) / FLOAT32_BYTES))
    parts = np.array_split(np.ones(num_values, np.float32), cores)
    rounds = math.ceil(PROBE_BYTES / (num_values * FLOAT32_BYTES))

    def scan(part: NDArray[np.float32]) -> None:
        for _ in range(rounds):
            part.max()

    best = float("inf")
    with ThreadPoolExecutor(cores) as pool:
        for _ in range(PROBE_RUNS):
            start = time.perf_counter()
            list(pool.map(scan, parts))
            best = min(best, time.perf_counter() - start)
    return rounds * num_values * FLOAT32_BYTES / best
