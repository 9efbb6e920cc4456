"""
Templates as tokens: forced literals and tries of options; torch-free.

The rule that training reproduces: every literal and every option is tokenised on its own (a token boundary between
all segments), and the answer is their concatenation; no stop token follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from runtime.api import Choice, Template
from runtime.errors import RequestError


class Encoder(Protocol):
    """
    What is needed of a tokenizer.
    """

    def encode(self, text: str) -> list[int]:
        """
        Tokens of ordinary text.
        """
        ...


@dataclass(frozen=True, slots=True)
class Literal:
    """
    Tokens that are fed without asking the model.
    """

    token_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Options:
    """
    The token sequences of one choice, in the order of its options.
    """

    token_ids: tuple[tuple[int, ...], ...]


def encode_template(tokenizer: Encoder, template: Template) -> list[Literal | Options]:
    """
    Tokenise each segment on its own.

    Args:
        tokenizer: Of the model.
        template: Literals and choices.

    Returns:
        One entry per segment; empty literals are dropped.

    Raises:
        RequestError: ``request.template``: options that are empty, equal, or cannot be told apart.
    """
    segments: list[Literal | Options] = []
    # A page asks the same few choices hundreds of times.
    known: dict[Choice, Options] = {}
    for part in template:
        if isinstance(part, Choice):
            if part not in known:
                known[part] = Options(tuple(tuple(tokenizer.encode(option)) for option in part.options))
            segments.append(known[part])
        elif part:
            segments.append(Literal(tuple(tokenizer.encode(part))))
    for segment, following in zip(segments, [*segments[1:], None], strict=True):
        if isinstance(segment, Options):
            _check(segment, following)
    return segments


def filled(segments: Sequence[Literal | Options], chosen: Sequence[int]) -> list[int]:
    """
    The answer's tokens when each choice takes the given option: what training teaches.

    Args:
        segments: Of :func:`encode_template`.
        chosen: Option of each choice in order.
    """
    options = iter(chosen)
    tokens: list[int] = []
    for segment in segments:
        tokens += segment.token_ids if isinstance(segment, Literal) else segment.token_ids[next(options)]
    return tokens


def _check(options: Options, following: Literal | Options | None) -> None:
    sequences = options.token_ids
    if not sequences or not all(sequences) or len(set(sequences)) != len(sequences):
        raise RequestError("request.template", "a choice needs options that are all different and not empty")
    if len({len(sequence) for sequence in sequences}) == 1:
        return
    after = following.token_ids[0] if isinstance(following, Literal) else None
    for short in sequences:
        longer = [s for s in sequences if len(s) > len(short) and s[: len(short)] == short]
        if longer and (after is None or any(s[len(short)] == after for s in longer)):
            raise RequestError("request.template", "an option begins another one and nothing tells where it ends")


class Walk:
    """
    The way through a template: what is forced next, and among which tokens the model may choose.

    Args:
        segments: Of :func:`encode_template`.
    """

    def __init__(self, segments: Sequence[Literal | Options]) -> None:
        self._segments = list(segments)
        self._place = 0
        self._taken: tuple[int, ...] = ()
        self._probability = 1.0
        self.chosen: list[tuple[int, float]] = []

    def forced(self) -> list[int]:
        """
        Consume everything that leaves no choice: literals, and options' common beginnings.

        Returns:
            Tokens to feed before the model is asked again; all that is left when there is no choice any more.
        """
        tokens: list[int] = []
        while self._place < len(self._segments):
            segment = self._segments[self._place]
            if isinstance(segment, Literal):
                tokens += segment.token_ids
                self._place += 1
            elif len(valid := self.valid()) == 1:
                self.take(valid[0], 1.0)
                tokens.append(valid[0])
            else:
                break
        return tokens

    @property
    def done(self) -> bool:
        """
        Whether the whole template is filled.
        """
        return self._place == len(self._segments)

    def valid(self) -> list[int]:
        """
        The tokens that may come next inside the current choice, in ascending order.
        """
        segment = self._segments[self._place]
        assert isinstance(segment, Options)
        depth = len(self._taken)
        tokens = {s[depth] for s in segment.token_ids if s[:depth] == self._taken and len(s) > depth}
        if self._taken in segment.token_ids:
            following = self._segments[self._place + 1]
            assert isinstance(following, Literal)
            tokens.add(following.token_ids[0])
        return sorted(tokens)

    def take(self, token: int, probability: float) -> None:
        """
        Go on with one of the valid tokens.

        Args:
            token: One of :meth:`valid`.
            probability: Its share among the valid ones.
        """
        segment = self._segments[self._place]
        assert isinstance(segment, Options)
        self._probability *= probability
        extended = (*self._taken, token)
        going_on = [s for s in segment.token_ids if s[: len(extended)] == extended]
        if not going_on:
            # The following literal's first token: the option taken so far is whole, and that token is fed already.
            self._close(segment, self._taken)
            following = self._segments[self._place]
            assert isinstance(following, Literal)
            self._segments[self._place] = Literal(following.token_ids[1:])
        elif going_on == [extended]:
            self._close(segment, extended)
        else:
            self._taken = extended

    def _close(self, segment: Options, sequence: tuple[int, ...]) -> None:
        self.chosen.append((segment.token_ids.index(sequence), self._probability))
        self._place += 1
        self._taken, self._probability = (), 1.0
