"""
Batch generation: sequences of different lengths advance together, one step at a time.

It knows tokens and caches; text comes in and goes out through the tokenizer only.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

import torch

import kernels
from runtime import api
from runtime.admission import group_memory, prepare
from runtime.api import GenerateRequest, Generation, TokenChunk
from runtime.errors import EngineUnavailable, MemoryLimit, NonFinite
from runtime.layers.cache import LatentCache
from runtime.layers.pages import PagedCache
from runtime.layers.ragged import Ragged
from runtime.model import Model
from runtime.prefix import shared_prefixes
from runtime.sampler import Draw, draw
from runtime.sequence import Sequence as Answer

# Tokens of one forward pass: bounds the memory of activations, not the length of prompts.
STEP_TOKENS = 8192

Cache = LatentCache | PagedCache


class Engine(api.Engine):
    """
    Answers requests with a model in this process.

    Args:
        model: Of :func:`runtime.load`; it must have a tokenizer.

    Raises:
        CheckpointError: ``checkpoint.missing`` or ``checkpoint.tokenizer``.
    """

    def __init__(self, model: Model) -> None:
        self.model = model
        self._stop_ids = model.tokenizer.stop_ids | frozenset(model.config.text.eos_token_ids)
        self._live: set[str] = set()
        self._cancelled: set[str] = set()
        self._lock = threading.Lock()
        self._closed = False

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests as one batch.

        Raises:
            EngineError: ``request.*``, ``memory.*``, ``engine.nonfinite`` or ``engine.closed``.
        """
        done = {chunk.index: chunk.done for chunk in self.stream(requests) if chunk.done is not None}
        return [done[index] for index in range(len(requests))]

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, step by step; closing the iterator ends what is under way.
        """
        if self._closed:
            raise EngineUnavailable("engine.closed", "the engine was closed")
        with self._lock:
            self._live |= {request.request_id for request in requests if request.request_id}
        return self._stream(requests)

    def _stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        try:
            for group in group_memory(self.model, prepare(self.model, requests, self._stop_ids)):
                yield from self._run(group)
        except torch.OutOfMemoryError as error:
            raise MemoryLimit("memory.device", "the batch does not fit", retry=True) from error
        finally:
            over = {request.request_id for request in requests if request.request_id}
            with self._lock:
                self._live -= over
                self._cancelled -= over

    def cancel(self, request_id: str) -> None:
        """
        End a request within one step; its answer so far comes back as cancelled. Unknown ids are ignored.
        """
        with self._lock:
            if request_id in self._live:
                self._cancelled.add(request_id)

    def close(self) -> None:
        """
        Refuse later calls.
        """
        self._closed = True

    def _run(self, answers: list[Answer]) -> Iterator[TokenChunk]:
        active: list[Answer] = []
        for answer in answers:
            chunk = answer.begin()
            if chunk.done is None:
                active.append(answer)
            if chunk.text or chunk.done:
                yield chunk
        if not active:
            return
        cache = self._cache(active)
        active = self._prefill_shared(active, cache)
        while active:
            chunks = self._step(active, cache)
            yield from chunks
            finished = {chunk.index for chunk in chunks if chunk.done is not None}
            yield from self._end_cancelled(active, finished)
            _drop(active, finished, cache)

    def _cache(self, answers: Sequence[Answer]) -> Cache:
        return self.model.cache([len(answer.pending) + answer.limit for answer in answers])

    def _prefill_shared(self, answers: list[Answer], cache: Cache) -> list[Answer]:
        """
        Compute common beginnings once and copy them; returns the answers in the order of their cache slots.
        """
        # Longest first: leaders that are done early are then the last slots, and the rest stay dense.
        groups = sorted(shared_prefixes([a.keys for a in answers]), key=lambda group: -len(group.prefix))
        leaders = [group.members[0] for group in groups]
        order = leaders + [index for index in range(len(answers)) if index not in leaders]
        left = [len(group.prefix) for group in groups]
        while left:
            share = max(1, STEP_TOKENS // len(left))
            limits = [min(rest, share) for rest in left]
            self._forward([answers[index] for index in leaders[: len(left)]], cache, limits)
            left = [rest - fed for rest, fed in zip(left, limits, strict=True) if rest > fed]
        for slot, group in enumerate(groups):
            leader = answers[group.members[0]]
            for member in group.members[1:]:
                cache.share(slot, order.index(member), leader.past)
                answers[member].take_pending(leader.past, self.model.config.media_token_id)
        return [answers[index] for index in order]

    def _step(self, active: Sequence[Answer], cache: Cache) -> list[TokenChunk]:
        ready, logits = self._forward(active, cache, [max(1, STEP_TOKENS // len(active))] * len(active))
        if not ready:
            return []
        drawn = self._draw(logits, [active[slot].draw() for slot in ready])
        if drawn is None:
            raise NonFinite("engine.nonfinite", self._where(cache, len(active)))
        return [active[slot].advance(*choice) for slot, choice in zip(ready, drawn, strict=True)]

    @torch.inference_mode()
    def _forward(self, active: Sequence[Answer], cache: Cache, limits: Sequence[int]) -> tuple[list[int], torch.Tensor]:
        """
        Feed every sequence's next tokens; returns those whose prompt is used up, and the logits ``[ready, vocab]``
        behind them.
        """
        past = [answer.past for answer in active]
        media = self.model.config.media_token_id
        fed = [answer.take_pending(limit, media) for answer, limit in zip(active, limits, strict=True)]
        batch = Ragged.of([len(tokens) for tokens, _ in fed], past, self.model.device)
        features = [part for _, part in fed if part is not None]
        ready = [slot for slot, answer in enumerate(active) if not answer.pending]
        logits = self.model.language_model.next_logits(
            kernels.upload([token for tokens, _ in fed for token in tokens], self.model.device),
            batch,
            batch.last if len(ready) == len(active) else batch.last[kernels.upload(ready, self.model.device)],
            features=torch.cat(features) if features else None,
            cache=cache,
        )
        return ready, logits

    @torch.inference_mode()
    def _draw(self, logits: torch.Tensor, draws: Sequence[Draw]) -> list[tuple[int, float]] | None:
        return draw(logits, draws, self.model.config.media_token_id)

    def _where(self, cache: Cache, num_slots: int) -> str:
        """
        Where numbers stopped to be finite.
        """
        layer = cache.first_nonfinite_layer(num_slots)
        return f"layer {layer}" if layer is not None else f"behind layer {self.model.config.text.num_hidden_layers - 1}"

    def _end_cancelled(self, active: Sequence[Answer], finished: set[int]) -> Iterator[TokenChunk]:
        with self._lock:
            wanted = set(self._cancelled)
        for answer in active:
            if answer.index not in finished and answer.request.request_id in wanted:
                finished.add(answer.index)
                yield answer.cancel()


def _drop(active: list[Answer], finished: set[int], cache: Cache) -> None:
    """
    Take finished sequences out; the last slot moves into each gap, so that slots stay dense.
    """
    slot = 0
    while slot < len(active):
        if active[slot].index not in finished:
            slot += 1
            continue
        last = active.pop()
        if slot < len(active):
            cache.move(len(active), slot, last.past)
            active[slot] = last
