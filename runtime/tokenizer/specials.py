"""
The control tokens of Kimi K2.5, by their distance from the first id behind the ranks; torch-free.
"""

from __future__ import annotations

from collections.abc import Mapping

K25_OFFSETS: Mapping[str, int] = {
    "[BOS]": 0,
    "[EOS]": 1,
    "<|im_end|>": 2,
    "<|im_user|>": 3,
    "<|im_assistant|>": 4,
    "<|start_header_id|>": 6,
    "<|end_header_id|>": 7,
    "[EOT]": 9,
    "<|im_system|>": 10,
    "<|tool_calls_section_begin|>": 11,
    "<|tool_calls_section_end|>": 12,
    "<|tool_call_begin|>": 13,
    "<|tool_call_argument_begin|>": 14,
    "<|tool_call_end|>": 15,
    "<|im_middle|>": 17,
    "<|media_begin|>": 18,
    "<|media_content|>": 19,
    "<|media_end|>": 20,
    "<|media_pad|>": 21,
    "<think>": 22,
    "</think>": 23,
    "[UNK]": 254,
    "[PAD]": 255,
}
"""
Source: ``added_tokens_decoder`` of Kimi K2.5 (163584 and up).
"""


def k25_specials(num_ranks: int) -> dict[str, int]:
    """
    Ids of the named control tokens for a vocabulary of this many ranks; the model's vocabulary is 256 larger.
    """
    return {name: num_ranks + offset for name, offset in K25_OFFSETS.items()}
