"""
One answer under way: what is cached, what must be fed next, what has been generated.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import torch

from runtime.api import FinishReason, GenerateRequest, Generation, SlotChoice, TokenChunk
from runtime.repetition import is_circling
from runtime.sampler import Draw
from runtime.tokenizer.stream import Detokeniser
from runtime.tokenizer.template import Walk

# Looking for circles at every token would cost more than it saves.
CIRCLE_CHECK_EVERY = 16


@dataclass(slots=True, kw_only=True)
class Sequence:
    """
    State of one request of a batch.

    Args:
        index: Its place in the call.
        request: What was asked.
        pending: Tokens to feed, the prompt at first; never empty while the sequence is active.
        keys: Prompt tokens with pictures told apart, for finding shared beginnings.
        features: ``[visual tokens, hidden]`` of all its pictures, or None.
        text: Its detokeniser.
        limit: Generated tokens at most.
        stop_ids: Tokens that end the answer.
        walk: The way through its template, if it has one.
        prompt_tokens: Tokens of the prompt.
        generator: Its own random numbers; None when nothing is left to chance.
        past: Tokens in the cache.
        media_done: Visual tokens fed so far.
        tokens: Generated so far.
    """

    index: int
    request: GenerateRequest
    pending: list[int]
    keys: list[tuple[int, int]]
    features: torch.Tensor | None
    text: Detokeniser
    limit: int
    stop_ids: frozenset[int]
    walk: Walk | None
    prompt_tokens: int
    generator: random.Random | None
    past: int = 0
    media_done: int = 0
    tokens: list[int] = field(default_factory=list)

    def begin(self) -> TokenChunk:
        """
        Force what stands before the first choice of a template; that is all of it when there is nothing to choose.
        """
        chunk = self._grow(self.walk.forced() if self.walk is not None else [])
        return self._end(FinishReason.STOP, chunk.text) if self.walk is not None and self.walk.done else chunk

    def take_pending(self, limit: int, media_token: int | None) -> tuple[list[int], torch.Tensor | None]:
        """
        Hand out the next tokens to feed.

        Args:
            limit: At most so many.
            media_token: The placeholder of visual tokens.

        Returns:
            The tokens and the features of the visual ones among them.
        """
        fed, self.pending = self.pending[:limit], self.pending[limit:]
        self.past += len(fed)
        count = fed.count(media_token) if self.features is not None and media_token is not None else 0
        if not count or self.features is None:
            return fed, None
        self.media_done += count
        return fed, self.features[self.media_done - count : self.media_done]

    def draw(self) -> Draw:
        """
        How the token behind everything fed is chosen.
        """
        valid = self.walk.valid() if self.walk is not None else None
        return Draw(params=self.request.sampling, generator=self.generator, generated=self.tokens, valid=valid)

    def advance(self, token: int, probability: float) -> TokenChunk:
        """
        Take the next token and whatever follows from it.

        Args:
            token: Drawn by :meth:`draw`.
            probability: Of the token among the valid ones, if it fills a template.
        """
        if self.walk is not None:
            return self._advance_template(self.walk, token, probability)
        if token in self.stop_ids:
            return self._end(FinishReason.STOP, "")
        chunk = self._grow([token])
        if self.text.stopped:
            return self._end(FinishReason.STOP, chunk.text)
        if len(self.tokens) >= self.limit:
            return self._end(FinishReason.LENGTH, chunk.text)
        repeats = self.request.sampling.max_repeats
        if repeats and len(self.tokens) % CIRCLE_CHECK_EVERY == 0 and is_circling(self.tokens, repeats):
            return self._end(FinishReason.REPETITION, chunk.text)
        return chunk

    def cancel(self) -> TokenChunk:
        """
        End where it stands.
        """
        return self._end(FinishReason.CANCELLED, "")

    def _advance_template(self, walk: Walk, token: int, probability: float) -> TokenChunk:
        walk.take(token, probability)
        chunk = self._grow([token, *walk.forced()])
        return self._end(FinishReason.STOP, chunk.text) if walk.done else chunk

    def _grow(self, tokens: list[int]) -> TokenChunk:
        self.tokens += tokens
        self.pending += tokens
        return TokenChunk(index=self.index, text=self.text.push(tokens))

    def _end(self, reason: FinishReason, text: str) -> TokenChunk:
        text += self.text.finish()
        slots = tuple(SlotChoice(option, probability) for option, probability in self.walk.chosen) if self.walk else ()
        done = Generation(
            text=self.text.text,
            token_ids=tuple(self.tokens),
            finish=reason,
            slots=slots,
            prompt_tokens=self.prompt_tokens,
        )
        return TokenChunk(index=self.index, text=text, done=done)
