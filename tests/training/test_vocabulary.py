"""
The vocabulary: every pseudo-word one token, every text encodable, the family's control tokens at their places.
"""

from __future__ import annotations

from pathlib import Path

from runtime.tokenizer.bpe import Tokenizer
from training.vocabulary import build_ranks, tokenizer_files
from vision_code.draft.features import all_words


def test_files_are_a_tokenizer_of_the_family(tmp_path: Path) -> None:
    ranks = build_ranks(merges=40)
    for name, content in tokenizer_files(ranks).items():
        (tmp_path / name).write_bytes(content)
    tokenizer = Tokenizer.read(tmp_path, len(ranks) + 256)
    assert all(len(tokenizer.encode(f" {word}")) == 1 for word in all_words())
    text = " ünïcode 保存 <|im_end|> 123"
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.special("<|media_pad|>") == len(ranks) + 21
    assert not set(tokenizer.encode("<|im_end|>")) & tokenizer.stop_ids
