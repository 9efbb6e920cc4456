"""
The vocabulary of the embedded model: bytes, pieces of interface words, and the pseudo-words of features and labels.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from itertools import pairwise
from pathlib import Path
from random import Random

from runtime.tokenizer.specials import K25_OFFSETS, k25_specials
from training.pages.layouts import generate
from training.pages.words import OTHER, Words
from vision_code.draft.features import all_words, opening_words

MERGES = 2200
# Enough drawings that every word of the supply comes up many times.
DRAWINGS = 60_000


@cache
def build_ranks(merges: int = MERGES) -> dict[bytes, int]:
    """
    Ranks of all tokens: 256 bytes, learned pieces, one whole token for each pseudo-word (with its leading space).

    Source of the learning: byte-pair encoding, https://arxiv.org/abs/1508.07909.
    """
    pieces = [bytes([value]) for value in range(256)]
    pieces += _learn(_counted_words(), merges)
    ranks: dict[bytes, int] = {}
    for piece in [*pieces, *(f" {word}".encode() for word in all_words())]:
        ranks.setdefault(piece, len(ranks))
    return ranks


def pinned_ranks(run: Path, start_from: Path | None = None) -> dict[bytes, int]:
    """
    The ranks that a training began with: learned once, then kept beside its checkpoint, whatever the generator becomes.

    Args:
        start_from: Checkpoint whose vocabulary a new run takes over.
    """
    path = run / "tiktoken.model"
    if not path.exists():
        run.mkdir(parents=True, exist_ok=True)
        known = start_from / "tiktoken.model" if start_from else None
        path.write_bytes(known.read_bytes() if known else tokenizer_files(build_ranks())["tiktoken.model"])
    pairs = (line.split() for line in path.read_bytes().splitlines())
    return {base64.b64decode(piece): int(rank) for piece, rank in pairs}


def tokenizer_files(ranks: dict[bytes, int]) -> dict[str, bytes]:
    """
    ``tiktoken.model`` and ``tokenizer_config.json`` of a Kimi checkpoint.
    """
    lines = [base64.b64encode(piece) + b" " + str(rank).encode() for piece, rank in ranks.items()]
    specials = k25_specials(len(ranks))
    added = {str(specials[name]): {"content": name, "special": True} for name in K25_OFFSETS}
    settings = {"added_tokens_decoder": added, "tokenizer_class": "TikTokenTokenizer"}
    return {
        "tiktoken.model": b"\n".join(lines) + b"\n",
        "tokenizer_config.json": json.dumps(settings, indent=1).encode(),
    }


def _counted_words() -> Counter[str]:
    """
    Interface words as they stand in prompts: lower case, one leading space, counted.
    """
    counts: Counter[str] = Counter()
    rng = Random(0)
    for language in ["en"] * 6 + list(OTHER):
        words = Words(rng, language, lorem=False)
        makers: list[Callable[[], str]] = [words.link_action, words.action, words.field, words.heading, words.person]
        makers += [words.date, words.number, words.identifier, words.code_line, words.sentence]
        makers += [partial(_first, words.nav), partial(_first, words.side), partial(_first, words.foot)]
        for _ in range(DRAWINGS // 12):
            counts.update(f" {word}" for word in opening_words(rng.choice(makers)()))
    for seed in range(200):
        text = generate(seed).html
        counts.update(f" {word}" for word in text.lower().split() if word.isalpha())
    return counts


def _first(draw: Callable[[int], list[str]]) -> str:
    return draw(1)[0]


def _learn(counts: Counter[str], merges: int) -> list[bytes]:
    """
    The most frequent pairs joined one after the other.
    """
    words = [([bytes([b]) for b in word.encode()], count) for word, count in sorted(counts.items())]
    pairs: Counter[tuple[bytes, bytes]] = Counter()
    where: dict[tuple[bytes, bytes], set[int]] = {}
    for i, (parts, count) in enumerate(words):
        for pair in pairwise(parts):
            pairs[pair] += count
            where.setdefault(pair, set()).add(i)
    learned: list[bytes] = []
    for _ in range(merges):
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        learned.append(best[0] + best[1])
        for i in sorted(where.pop(best, ())):
            _merge_in(words, i, best, pairs, where)
        pairs.pop(best, None)
    return list(dict.fromkeys(learned))


def _merge_in(
    words: list[tuple[list[bytes], int]],
    index: int,
    best: tuple[bytes, bytes],
    pairs: Counter[tuple[bytes, bytes]],
    where: dict[tuple[bytes, bytes], set[int]],
) -> None:
    parts, count = words[index]
    for pair in pairwise(parts):
        pairs[pair] -= count
    joined: list[bytes] = []
    for part in parts:
        if joined and (joined[-1], part) == best and len(joined[-1]) + len(part) == len(best[0] + best[1]):
            joined[-1] = joined[-1] + part
        else:
            joined.append(part)
    words[index] = (joined, count)
    for pair in pairwise(joined):
        pairs[pair] += count
        where.setdefault(pair, set()).add(index)
