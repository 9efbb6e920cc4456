"""
Which tensors a model needs: names as stored, shapes, dtypes, and where each goes in our modules; torch-free.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from runtime.checkpoint.header import TensorEntry
from runtime.config.quantization import GROUP_SIZE
from runtime.config.types import ModelConfig, TextConfig, VisionConfig
from runtime.errors import CheckpointError

FLOATS = frozenset({"BF16", "F16", "F32"})
INT32 = frozenset({"I32"})
SHAPE_INTS = frozenset({"I32", "I64"})
# Buffers that older exporters wrote and no model reads.
IGNORED = re.compile(r"(^|\.)rotary_emb\.inv_freq$")


@dataclass(frozen=True, slots=True)
class Want:
    """
    One stored tensor that must be there.

    Args:
        source: Name in the file.
        target: Name of our module's tensor.
        shape: Stored sizes.
        dtypes: Allowed stored dtypes.
        expert: Which expert of a stacked target this is; None: the whole target.
        row: First row within that expert's slice.
        value: For ``weight_shape``: the two numbers that must be stored; such a tensor has no target.
    """

    source: str
    target: str
    shape: tuple[int, ...]
    dtypes: frozenset[str] = FLOATS
    expert: int | None = None
    row: int = 0
    value: tuple[int, int] | None = None


def stored_config(config: ModelConfig, names: Collection[str]) -> ModelConfig:
    """
    Decide INT4 by what is stored, not by the quantisation's ignore list (which is scoped to the text model only).
    """
    packed = any(name.endswith(".gate_proj.weight_packed") for name in names)
    return replace(config, int4_group=GROUP_SIZE if packed else None)


def plan(config: ModelConfig, names: Collection[str] = ()) -> list[Want]:
    """
    Every tensor of a model.

    Args:
        config: The model; ``int4_group`` says whether routed experts are packed.
        names: Stored names, to recognise the ``language_model.layers.*`` variant; empty: original names.

    Returns:
        Wants in storage order.
    """
    if config.vision is None:
        return list(_text(config, "", "model."))
    short = "language_model.layers.0.input_layernorm.weight" in names
    wants = list(_text(config, "language_model.", "language_model." if short else "language_model.model."))
    if short and "lm_head.weight" in names:
        wants = [replace(w, source="lm_head.weight") if w.target.endswith("lm_head.weight") else w for w in wants]
    return wants + list(_tower(config.vision)) + list(_projector(config))


def check(wants: Collection[Want], entries: Mapping[str, TensorEntry], config: ModelConfig) -> None:
    """
    Compare what is stored with what is needed, all of it, before anything is built.

    Raises:
        CheckpointError: ``checkpoint.tensor`` for the first tensor that is missing, extra or of another shape or dtype.
    """
    for want in wants:
        entry = entries.get(want.source)
        expected = f"{want.source}: expected {list(want.shape)} {'/'.join(sorted(want.dtypes))}"
        if entry is None:
            raise CheckpointError("checkpoint.tensor", f"{expected}, got nothing")
        if entry.shape != want.shape or entry.dtype not in want.dtypes:
            raise CheckpointError("checkpoint.tensor", f"{expected}, got {list(entry.shape)} {entry.dtype}")
    known = {want.source for want in wants}
    for name in entries:
        if name not in known and not IGNORED.search(name) and not _is_draft_layer(name, config.text):
            shown = name[:200].encode("unicode_escape").decode()
            raise CheckpointError("checkpoint.tensor", f"{shown}: expected nothing, got {list(entries[name].shape)}")


def _is_draft_layer(name: str, text: TextConfig) -> bool:
    """
    Multi-token-prediction layers follow the model's own and are not used.
    """
    match = re.search(r"(?:^|\.)layers\.(\d+)\.", name)
    first = text.num_hidden_layers
    return match is not None and first <= int(match[1]) < first + text.num_nextn_predict_layers


def _text(config: ModelConfig, head: str, stored: str) -> Iterator[Want]:
    text = config.text
    ours = f"{head}model."

    def want(name: str, *shape: int) -> Want:
        return Want(stored + name, ours + name, shape)

    yield want("embed_tokens.weight", text.vocab_size, text.hidden_size)
    for layer in range(text.num_hidden_layers):
        yield from (
            replace(w, source=stored + w.source, target=ours + w.target)
            for w in _layer(config, f"layers.{layer}.", layer)
        )
    yield want("norm.weight", text.hidden_size)
    if not text.tie_word_embeddings:
        yield Want(f"{head}lm_head.weight", f"{head}lm_head.weight", (text.vocab_size, text.hidden_size))


def _same(name: str, *shape: int) -> Want:
    return Want(name, name, shape)


def _layer(config: ModelConfig, prefix: str, layer: int) -> Iterator[Want]:
    text = config.text
    hidden = text.hidden_size
    yield _same(f"{prefix}input_layernorm.weight", hidden)
    yield _same(f"{prefix}post_attention_layernorm.weight", hidden)
    yield from _attention(text, f"{prefix}self_attn.")
    if not text.is_moe(layer):
        yield from _mlp(f"{prefix}mlp.", hidden, text.intermediate_size)
        return
    yield _same(f"{prefix}mlp.gate.weight", text.n_routed_experts, hidden)
    yield _same(f"{prefix}mlp.gate.e_score_correction_bias", text.n_routed_experts)
    if text.n_shared_experts:
        yield from _mlp(f"{prefix}mlp.shared_experts.", hidden, text.n_shared_experts * text.moe_intermediate_size)
    yield from _experts(config, f"{prefix}mlp.experts.")


def _attention(text: TextConfig, prefix: str) -> Iterator[Want]:
    heads, hidden, rank = text.num_attention_heads, text.hidden_size, text.kv_lora_rank
    if text.q_lora_rank is None:
        yield _same(f"{prefix}q_proj.weight", heads * text.qk_head_dim, hidden)
    else:
        yield _same(f"{prefix}q_a_proj.weight", text.q_lora_rank, hidden)
        yield _same(f"{prefix}q_a_layernorm.weight", text.q_lora_rank)
        yield _same(f"{prefix}q_b_proj.weight", heads * text.qk_head_dim, text.q_lora_rank)
    yield _same(f"{prefix}kv_a_proj_with_mqa.weight", text.cache_width, hidden)
    yield _same(f"{prefix}kv_a_layernorm.weight", rank)
    yield _same(f"{prefix}kv_b_proj.weight", heads * (text.qk_nope_head_dim + text.v_head_dim), rank)
    yield _same(f"{prefix}o_proj.weight", hidden, heads * text.v_head_dim)


def _mlp(prefix: str, hidden: int, inter: int) -> Iterator[Want]:
    yield _same(f"{prefix}gate_proj.weight", inter, hidden)
    yield _same(f"{prefix}up_proj.weight", inter, hidden)
    yield _same(f"{prefix}down_proj.weight", hidden, inter)


def _experts(config: ModelConfig, prefix: str) -> Iterator[Want]:
    hidden, inter = config.text.hidden_size, config.text.moe_intermediate_size
    parts = (("gate_proj", "gate_up", 0, inter, hidden), ("up_proj", "gate_up", inter, inter, hidden))
    for expert in range(config.text.n_routed_experts):
        for name, target, row, rows, columns in (*parts, ("down_proj", "down", 0, hidden, inter)):
            source = f"{prefix}{expert}.{name}.weight"
            if config.int4_group is None:
                yield Want(source, prefix + target, (rows, columns), FLOATS, expert, row)
                continue
            packed, groups = (rows, columns // 8), (rows, columns // config.int4_group)
            yield Want(f"{source}_packed", f"{prefix}{target}_packed", packed, INT32, expert, row)
            yield Want(f"{source}_scale", f"{prefix}{target}_scale", groups, FLOATS, expert, row)
            yield Want(f"{source}_shape", "", (2,), SHAPE_INTS, expert, row, (rows, columns))


def _affine(name: str, *shape: int) -> Iterator[Want]:
    yield _same(f"{name}.weight", *shape)
    yield _same(f"{name}.bias", shape[0])


def _tower(vision: VisionConfig) -> Iterator[Want]:
    width, inter, patch = vision.hidden_size, vision.intermediate_size, vision.patch_size
    yield from _affine("vision_tower.patch_embed.proj", width, 3, patch, patch)
    yield _same("vision_tower.patch_embed.pos_emb.weight", vision.pos_emb_height, vision.pos_emb_width, width)
    for block in range(vision.num_hidden_layers):
        prefix = f"vision_tower.encoder.blocks.{block}."
        yield from _affine(f"{prefix}norm0", width)
        yield from _affine(f"{prefix}norm1", width)
        yield from _affine(f"{prefix}wqkv", 3 * width, width)
        yield from _affine(f"{prefix}wo", width, width)
        yield from _affine(f"{prefix}mlp.fc0", inter, width)
        yield from _affine(f"{prefix}mlp.fc1", width, inter)
    yield from _affine("vision_tower.encoder.final_layernorm", width)


def _projector(config: ModelConfig) -> Iterator[Want]:
    assert config.vision is not None
    is_k25 = config.family == "kimi_k25"
    prefix = "mm_projector." if is_k25 else "multi_modal_projector."
    first, second = ("proj.0", "proj.2") if is_k25 else ("linear_1", "linear_2")
    joined = config.vision.hidden_size * config.vision.merge_size**2
    yield from _affine(f"{prefix}pre_norm", config.vision.hidden_size)
    yield from _affine(prefix + first, joined, joined)
    yield from _affine(prefix + second, config.text.hidden_size, joined)
