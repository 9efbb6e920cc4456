from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from runtime.errors import CheckpointError
from runtime.testing import tiny_ranks
from runtime.tokenizer.bpe import RUN_CHARS, Tokenizer, vocabulary_files
from runtime.tokenizer.specials import k25_specials

RANKS = tiny_ranks()
SPECIALS = k25_specials(len(RANKS))
# Kimi's own text, kept apart from the code's to be compared with it.
PIECES = (
    r"[\p{Han}]+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*"
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
    r"\p{N}{1,3}",
    r" ?[^\s\p{L}\p{N}]+[\r\n]*",
    r"\s*[\r\n]+",
    r"\s+(?!\S)",
    r"\s+",
)
SAMPLES = (
    'the card\'s   heading, 12345\r\n\n  <div class="x">',
    "日本語とKanaと한국어 mixed漢字text İstanbul",
    "tabs\t\tand  spaces   \n end 🙂👩‍👩‍👧",
    "<|im_end|><think>[EOS]",
    "",
)


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Tokenizer:
    return _read(tmp_path_factory.mktemp("vocabulary"), vocabulary_files(RANKS, SPECIALS))


def _read(folder: Path, files: Mapping[str, bytes]) -> Tokenizer:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return Tokenizer.read(folder, len(RANKS) + 256)


def _merged(piece: bytes) -> list[int]:
    """
    Byte-pair merging as defined: always the pair of lowest rank, leftmost first.
    """
    parts = [piece[i : i + 1] for i in range(len(piece))]
    while True:
        ranked = [(RANKS[a + b], i) for i, (a, b) in enumerate(itertools.pairwise(parts)) if a + b in RANKS]
        if not ranked:
            return [RANKS[part] for part in parts]
        _, place = min(ranked)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]


@pytest.mark.parametrize("text", SAMPLES)
def test_encodes_as_kimi_does(tokenizer: Tokenizer, text: str) -> None:
    regex = pytest.importorskip("regex")
    pattern = regex.compile("|".join(_without_intersections(p) for p in PIECES))
    pieces = [match.group() for match in pattern.finditer(text)]
    assert "".join(pieces) == text
    assert tokenizer.encode(text) == [token for piece in pieces for token in _merged(piece.encode())]


def _without_intersections(piece: str) -> str:
    for kinds in (r"\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}", r"\p{Ll}\p{Lm}\p{Lo}\p{M}"):
        for count in "*+":
            piece = piece.replace(rf"[{kinds}&&[^\p{{Han}}]]{count}", rf"(?:(?!\p{{Han}})[{kinds}]){count}")
    return piece


@pytest.mark.parametrize("text", SAMPLES)
def test_decoding_gives_the_text_back(tokenizer: Tokenizer, text: str) -> None:
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_text_never_yields_a_control_token(tokenizer: Tokenizer) -> None:
    text = "".join(SPECIALS) + "<|im_end|>"
    assert max(tokenizer.encode(text)) < len(RANKS)


def test_very_long_runs_are_cut_without_loss(tokenizer: Tokenizer) -> None:
    text = "x" * (2 * RUN_CHARS + 7) + " " * (RUN_CHARS + 3) + "the end"
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_control_tokens_have_their_names(tokenizer: Tokenizer) -> None:
    assert tokenizer.special("<|im_end|>") == len(RANKS) + 2
    assert tokenizer.special("<|media_pad|>") == len(RANKS) + 21
    assert tokenizer.decode([len(RANKS) + 5]) == f"<|reserved_token_{len(RANKS) + 5}|>"
    assert tokenizer.stop_ids == {len(RANKS) + 1, len(RANKS) + 2, len(RANKS) + 9}
    with pytest.raises(CheckpointError, match="no control token"):
        tokenizer.special("<|nothing|>")


def _settings(token: int, name: str) -> bytes:
    return json.dumps({"added_tokens_decoder": {str(token): {"content": name}}}).encode()


BROKEN = {
    "no base64": {"tiktoken.model": b"%%% 0\n"},
    "no rank": {"tiktoken.model": b"YQ==\n"},
    "hole in the ranks": {"tiktoken.model": b"YQ== 1\n"},
    "missing bytes": {"tiktoken.model": b"YQ== 0\n"},
    "settings that are no JSON": {"tokenizer_config.json": b"{"},
    "control token among the ranks": {"tokenizer_config.json": _settings(3, "<|im_end|>")},
    "control token behind the vocabulary": {"tokenizer_config.json": _settings(len(RANKS) + 256, "<|im_end|>")},
    "nameless control token": {"tokenizer_config.json": _settings(len(RANKS), "")},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
def test_broken_vocabularies_are_refused(tmp_path: Path, change: dict[str, bytes]) -> None:
    with pytest.raises(CheckpointError) as caught:
        _read(tmp_path, vocabulary_files(RANKS, SPECIALS) | change)
    assert caught.value.kind == "checkpoint.tokenizer"


def test_a_vocabulary_larger_than_the_models_is_refused(tmp_path: Path) -> None:
    for name, content in vocabulary_files(RANKS, {}).items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CheckpointError, match="exceed vocab_size"):
        Tokenizer.read(tmp_path, len(RANKS) - 1)
