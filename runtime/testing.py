"""
What tests put in place of a real model: an engine that follows a script, and tiny random checkpoints.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runtime.api import Choice, Engine, FinishReason, GenerateRequest, Generation, SlotChoice, TokenChunk
from runtime.config.types import Family, ModelConfig, TextConfig, VisionConfig, YarnConfig
from runtime.errors import EngineUnavailable

if TYPE_CHECKING:
    from runtime.models.deepseek_v3 import DeepseekV3
    from runtime.models.multimodal import Multimodal

Script = Callable[[GenerateRequest], str | Sequence[int]]
"""
Answers one request: with text, or with the option of each choice of its template; may raise an EngineError.
"""

WORDS = ("card", "button", "heading", "list", "link", " text", " image", " the", "<div", " class=", "</div>", "level")


class ScriptedEngine(Engine):
    """
    The engine Protocol without weights.

    Args:
        script: Called once for each request.
        stalled: While set, answers wait for it to be cleared (or for close); None: never.
    """

    def __init__(self, script: Script, *, stalled: threading.Event | None = None) -> None:
        self._script = script
        self._stalled = stalled
        self._cancelled: set[str] = set()
        self._closed = False
        self.requests: list[GenerateRequest] = []

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests by the script.

        Raises:
            EngineError: What the script raises; ``engine.closed``.
        """
        return [chunk.done for chunk in self.stream(requests) if chunk.done is not None]

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, one whole answer per chunk.
        """
        for index, request in enumerate(requests):
            self.requests.append(request)
            while self._stalled is not None and self._stalled.is_set() and not self._is_over(request):
                threading.Event().wait(0.005)
            if self._closed:
                raise EngineUnavailable("engine.closed", "the engine was closed")
            done = self._answer(request)
            yield TokenChunk(index=index, text=done.text, done=done)

    def cancel(self, request_id: str) -> None:
        """
        Answer this request as cancelled.
        """
        self._cancelled.add(request_id)

    def close(self) -> None:
        """
        Refuse later calls and end stalled ones.
        """
        self._closed = True

    def _is_over(self, request: GenerateRequest) -> bool:
        return self._closed or request.request_id in self._cancelled

    def _answer(self, request: GenerateRequest) -> Generation:
        if request.request_id in self._cancelled:
            return Generation(text="", token_ids=(), finish=FinishReason.CANCELLED)
        answer = self._script(request)
        if isinstance(answer, str):
            return Generation(text=answer, token_ids=(), finish=FinishReason.STOP)
        chosen = iter(answer)
        slots, text = [], ""
        for part in request.template or ():
            if isinstance(part, Choice):
                slots.append(SlotChoice(next(chosen), 1.0))
                text += part.options[slots[-1].option]
            else:
                text += part
        return Generation(text=text, token_ids=(), finish=FinishReason.STOP, slots=tuple(slots))


def tiny_ranks() -> dict[bytes, int]:
    """
    A vocabulary of all bytes and the beginnings of a few words.
    """
    pieces = dict.fromkeys(bytes([value]) for value in range(256))
    for word in WORDS:
        pieces |= dict.fromkeys(word[:size].encode() for size in range(2, len(word) + 1))
    return {piece: rank for rank, piece in enumerate(pieces)}


def tiny_config(family: Family = "kimi_k25", *, q_lora: bool = True, yarn: bool = True) -> ModelConfig:
    """
    The smallest configuration in which everything that can go wrong is present.

    Args:
        family: Which family.
        q_lora: Whether queries are compressed.
        yarn: Whether positions are extended.
    """
    num_ranks = len(tiny_ranks())
    text = TextConfig(
        hidden_size=64,
        vocab_size=num_ranks + 256,
        num_hidden_layers=3,
        intermediate_size=96,
        moe_intermediate_size=32,
        num_attention_heads=4,
        q_lora_rank=32 if q_lora else None,
        kv_lora_rank=32,
        qk_nope_head_dim=24,
        qk_rope_head_dim=16,
        v_head_dim=20,
        n_routed_experts=8,
        num_experts_per_tok=3,
        n_shared_experts=1 if family == "kimi_k25" else 2,
        first_k_dense_replace=1,
        routed_scaling_factor=2.827,
        rope_theta=50000.0,
        max_position_embeddings=4096,
        yarn=YarnConfig(factor=64.0, original_length=64, mscale_all_dim=1.0) if yarn else None,
        eos_token_ids=(num_ranks + 1,),
    )
    if family == "deepseek_v3":
        return ModelConfig(family=family, text=text)
    vision = VisionConfig(
        hidden_size=48,
        intermediate_size=80,
        num_hidden_layers=2,
        num_attention_heads=4,
        pos_emb_height=8,
        pos_emb_width=8,
        pos_emb_time=4 if family == "kimi_k25" else 1,
    )
    return ModelConfig(family=family, text=text, vision=vision, media_token_id=num_ranks + 21)


def tiny_checkpoint(
    folder: Path, config: ModelConfig | None = None, *, seed: int = 0, int4: bool = True, num_shards: int = 1
) -> DeepseekV3 | Multimodal:
    """
    Write a random checkpoint whose numerical errors show: norms and biases randomised, scores of spread 1.

    Args:
        folder: Where.
        config: What; None: :func:`tiny_config`.
        seed: Of the weights.
        int4: Whether experts are stored INT4.
        num_shards: Files of the weights.

    Returns:
        The float model that was written.
    """
    import torch

    from runtime.checkpoint.write import write_checkpoint
    from runtime.models.init import initialise
    from runtime.models.registry import build
    from runtime.tokenizer.bpe import vocabulary_files
    from runtime.tokenizer.specials import k25_specials

    config = config or tiny_config()
    model = build(config)
    initialise(model, seed=seed, norm_std=0.2)
    ranks = tiny_ranks()
    files = vocabulary_files(ranks, k25_specials(len(ranks)))
    files["preprocessor_config.json"] = b'{"media_proc_cfg": {"in_patch_limit": 64, "patch_size": 14}}'
    write_checkpoint(
        folder, config, model.state_dict(), files=files, int4=int4, dtype=torch.float32, num_shards=num_shards
    )
    return model
