"""
The tiktoken vocabulary of a checkpoint; user text never yields a control token; torch-free.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import tiktoken

from runtime.errors import CheckpointError

VOCABULARY_NAME = "tiktoken.model"
SETTINGS_NAME = "tokenizer_config.json"
VOCABULARY_LIMIT_BYTES = 64 << 20
NUM_SPECIALS = 256
# Longer slices (and longer runs of one kind) make the splitting regex quadratic; the family's own limits.
SLICE_CHARS = 400_000
RUN_CHARS = 25_000

_LETTERS = r"\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]"
_ENDINGS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
PATTERN = "|".join(
    [
        r"[\p{Han}]+",
        rf"[^\r\n\p{{L}}\p{{N}}]?[\p{{Lu}}\p{{Lt}}{_LETTERS}]*[\p{{Ll}}{_LETTERS}]+{_ENDINGS}",
        rf"[^\r\n\p{{L}}\p{{N}}]?[\p{{Lu}}\p{{Lt}}{_LETTERS}]+[\p{{Ll}}{_LETTERS}]*{_ENDINGS}",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
"""
How text is cut before merging. Source: Kimi's ``tokenization_kimi.py`` (the same in all versions).
"""

_RUNS = re.compile(r"\s+|\S+")


class Tokenizer:
    """
    Ranks of byte strings, and the named ids behind them.

    Args:
        ranks: Token of each byte string, 0 to ``len(ranks) - 1``.
        specials: Id of each control token by name.
    """

    def __init__(self, ranks: Mapping[bytes, int], specials: Mapping[str, int]) -> None:
        self.specials = dict(specials)
        self._num_ranks = len(ranks)
        self._names = {token: name for name, token in specials.items()}
        self._encoding = tiktoken.Encoding(
            "kimi", pat_str=PATTERN, mergeable_ranks=dict(ranks), special_tokens=dict(specials)
        )

    @classmethod
    def read(cls, folder: Path, vocab_size: int) -> Tokenizer:
        """
        Read ``tiktoken.model`` and the control tokens' names.

        Args:
            folder: The checkpoint.
            vocab_size: Of the model; no id may reach it.

        Raises:
            CheckpointError: ``checkpoint.missing`` or ``checkpoint.tokenizer``.
        """
        path = folder / VOCABULARY_NAME
        if not path.is_file():
            raise CheckpointError("checkpoint.missing", f"no {VOCABULARY_NAME} in {folder.name}")
        if path.stat().st_size > VOCABULARY_LIMIT_BYTES:
            raise _bad(f"{VOCABULARY_NAME} is larger than {VOCABULARY_LIMIT_BYTES} bytes")
        ranks = _parse_ranks(path.read_bytes())
        if len(ranks) > vocab_size:
            raise _bad(f"{len(ranks)} tokens exceed vocab_size={vocab_size}")
        named = _special_names(folder / SETTINGS_NAME)
        first, last = len(ranks), min(len(ranks) + NUM_SPECIALS, vocab_size)
        if any(not first <= token < last for token in named):
            raise _bad(f"a control token's id is outside {first}..{last - 1}")
        specials = {named.get(token, f"<|reserved_token_{token}|>"): token for token in range(first, last)}
        if len(specials) != last - first:
            raise _bad("two control tokens have one name")
        return cls(ranks, specials)

    def encode(self, text: str) -> list[int]:
        """
        Tokens of ordinary text; names of control tokens in it are just letters.
        """
        return [token for piece in _slices(text) for token in self._encoding.encode_ordinary(piece)]

    def special(self, name: str) -> int:
        """
        Id of a control token.

        Raises:
            CheckpointError: ``checkpoint.tokenizer`` when the vocabulary has none of this name.
        """
        token = self.specials.get(name)
        if token is None:
            raise _bad(f"no control token {name}")
        return token

    def token_bytes(self, token: int) -> bytes:
        """
        What one token stands for; a control token stands for its name, an unused id for nothing.
        """
        if token < self._num_ranks:
            return self._encoding.decode_single_token_bytes(token)
        return self._names.get(token, "").encode()

    def decode(self, tokens: Sequence[int]) -> str:
        """
        Text of tokens; broken UTF-8 becomes the replacement character.
        """
        return b"".join(map(self.token_bytes, tokens)).decode("utf-8", errors="replace")

    @cached_property
    def stop_ids(self) -> frozenset[int]:
        """
        Tokens that end an answer. Source: [EOS], <|im_end|> and [EOT] of the family.
        """
        return frozenset(self.specials[name] for name in ("[EOS]", "<|im_end|>", "[EOT]") if name in self.specials)


def _bad(message: str) -> CheckpointError:
    return CheckpointError("checkpoint.tokenizer", message)


def _parse_ranks(content: bytes) -> dict[bytes, int]:
    ranks: dict[bytes, int] = {}
    try:
        for line in content.splitlines():
            if line:
                encoded, rank = line.split()
                ranks[base64.b64decode(encoded, validate=True)] = int(rank)
    except (ValueError, binascii.Error) as error:
        raise _bad(f"{VOCABULARY_NAME}: not lines of base64 and rank") from error
    if sorted(ranks.values()) != list(range(len(ranks))) or not ranks:
        raise _bad(f"{VOCABULARY_NAME}: ranks are not 0, 1, 2 …")
    if any(bytes([value]) not in ranks for value in range(256)):
        raise _bad(f"{VOCABULARY_NAME}: some single byte has no token")
    return ranks


def _special_names(path: Path) -> dict[int, str]:
    if not path.is_file():
        return {}
    try:
        settings = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _bad(f"{SETTINGS_NAME} is not JSON") from error
    added = settings.get("added_tokens_decoder", {}) if isinstance(settings, dict) else None
    if not isinstance(added, dict):
        raise _bad(f"{SETTINGS_NAME}: added_tokens_decoder is not an object")
    names: dict[int, str] = {}
    for token, info in added.items():
        content = info.get("content") if isinstance(info, dict) else None
        if not str(token).isdigit() or not isinstance(content, str) or not content:
            raise _bad(f"{SETTINGS_NAME}: added token {str(token)[:40]} has no content")
        names[int(token)] = content
    return names


def _slices(text: str) -> Iterator[str]:
    """
    Cut very long text so that no slice and no run of spaces or non-spaces is too long; short text passes whole.
    """
    for start in range(0, len(text), SLICE_CHARS):
        piece = text[start : start + SLICE_CHARS]
        if len(piece) <= RUN_CHARS:
            yield piece
            continue
        begin = 0
        for run in _RUNS.finditer(piece):
            for cut in range(run.start() + RUN_CHARS, run.end(), RUN_CHARS):
                yield piece[begin:cut]
                begin = cut
        yield piece[begin:]


def vocabulary_files(ranks: Mapping[bytes, int], specials: Mapping[str, int]) -> dict[str, bytes]:
    """
    The two files that :meth:`Tokenizer.read` reads.

    Args:
        ranks: Token of each byte string.
        specials: Id of each named control token.

    Returns:
        Contents by file name.
    """
    lines = [base64.b64encode(piece) + b" %d" % rank for piece, rank in sorted(ranks.items(), key=lambda item: item[1])]
    added = {
        str(token): {"content": name, "special": True, "lstrip": False, "rstrip": False, "normalized": False}
        for name, token in sorted(specials.items(), key=lambda item: item[1])
    }
    settings = {"added_tokens_decoder": added, "tokenizer_class": "TikTokenTokenizer"}
    return {
        VOCABULARY_NAME: b"\n".join(lines) + b"\n",
        SETTINGS_NAME: (json.dumps(settings, indent=1, ensure_ascii=False) + "\n").encode(),
    }
