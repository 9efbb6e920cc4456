"""
What a checkpoint is, whether it is whole, and what it asks of this machine; reads headers only, torch-free.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from runtime.checkpoint.header import TensorEntry
from runtime.checkpoint.memory import free_host_bytes
from runtime.checkpoint.plan import Want, check, plan, stored_config
from runtime.checkpoint.shards import read_entries, refuse_foreign_format
from runtime.config import Family, ModelConfig, read_config
from runtime.tokenizer.bpe import VOCABULARY_NAME

PROBE_BYTES = 64 << 20
PROBE_RUNS = 3
CACHE_TOKENS = 8192


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
        weight_bytes: Memory for the weights as stored.
        cache_bytes_per_token: Latent cache of one token, all layers, 16 bit.
        free_bytes: Memory free on this machine now.
        fits: Whether weights and a cache of 8,192 tokens fit into it.
        tokens_per_s: Upper bound of the decode speed on this CPU: memory bandwidth over active bytes.
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
    free_bytes: int
    fits: bool
    tokens_per_s: float


def inspect(folder: Path) -> CheckpointReport:
    """
    Check everything that headers and configuration say, and report it.

    Args:
        folder: The checkpoint.

    Raises:
        CheckpointError: It is not whole or not loadable; see :mod:`runtime.errors`.
    """
    refuse_foreign_format(folder)
    config = read_config(folder)
    entries = read_entries(folder)
    config = stored_config(config, entries)
    wants = plan(config, entries.keys())
    check(wants, entries, config)
    shards = {entry.path for entry in entries.values()}
    weight_bytes = sum(entry.stop - entry.start for entry in entries.values())
    # 2 bytes a value.
    cache = 2 * config.text.num_hidden_layers * config.text.cache_width
    free = free_host_bytes()
    return CheckpointReport(
        family=config.family,
        num_tensors=len(entries),
        num_shards=len(shards),
        file_bytes=sum(path.stat().st_size for path in shards),
        num_parameters=sum(map(_parameters, wants)),
        active_parameters=round(sum(_parameters(w) * share for w, share in _shares(wants, config))),
        expert_format=_expert_format(wants, entries),
        reads_pictures=config.vision is not None,
        has_tokenizer=(folder / VOCABULARY_NAME).is_file(),
        context_tokens=config.text.max_position_embeddings,
        weight_bytes=weight_bytes,
        cache_bytes_per_token=cache,
        free_bytes=free,
        fits=weight_bytes + CACHE_TOKENS * cache <= free,
        tokens_per_s=_bandwidth() / _active_bytes(wants, entries, config),
    )


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
        elif want.source.endswith("embed_tokens.weight"):
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


def _bandwidth() -> float:
    """
    Bytes per second that one core copies (read and write counted), best of three: about 30 ms.
    """
    source = np.ones(PROBE_BYTES // 8)
    target = np.zeros_like(source)
    best = float("inf")
    for _ in range(PROBE_RUNS):
        start = time.perf_counter()
        np.copyto(target, source)
        best = min(best, time.perf_counter() - start)
    return 2 * PROBE_BYTES / best
