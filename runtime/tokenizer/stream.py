"""
Tokens to text as they come: incomplete characters and possible stop strings are held back; torch-free.
"""

from __future__ import annotations

import codecs
from collections.abc import Sequence

from runtime.tokenizer.bpe import Tokenizer


class Detokeniser:
    """
    The growing text of one answer.

    Args:
        tokenizer: Knows each token's bytes.
        stop: Strings that end the answer.
    """

    def __init__(self, tokenizer: Tokenizer, stop: Sequence[str] = ()) -> None:
        self._tokenizer = tokenizer
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._stop = tuple(s for s in stop if s)
        self._held = ""
        self.text = ""
        self.stopped = False

    def push(self, tokens: Sequence[int]) -> str:
        """
        Add tokens.

        Returns:
            New text that is certain: whole characters, no part of a stop string.
        """
        raw = b"".join(map(self._tokenizer.token_bytes, tokens))
        return self._release(self._decoder.decode(raw), final=False)

    def finish(self) -> str:
        """
        Nothing comes any more: release what was held back.
        """
        return self._release(self._decoder.decode(b"", final=True), final=True)

    def _release(self, new: str, *, final: bool) -> str:
        if self.stopped:
            return ""
        pending = self._held + new
        found = [place for place in (pending.find(s) for s in self._stop) if place >= 0]
        if found:
            self.stopped = True
            out, self._held = pending[: min(found)], ""
        else:
            keep = 0 if final else self._overlap(pending)
            out, self._held = pending[: len(pending) - keep], pending[len(pending) - keep :]
        self.text += out
        return out

    def _overlap(self, text: str) -> int:
        """
        How many last characters could begin a stop string.
        """
        longest = 0
        for stop in self._stop:
            for size in range(min(len(stop) - 1, len(text)), longest, -1):
                if text.endswith(stop[:size]):
                    longest = size
                    break
        return longest
