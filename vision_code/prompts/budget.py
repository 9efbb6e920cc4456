"""
How much fits: tokens told by the engine's own counts, and what is left out first when it is too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from runtime.api import ImagePart, Message, TextPart

#: Characters of code a token, before an engine has counted any: code in Kimi's vocabulary takes 3.1 to 3.9.
FIRST_CHARS_PER_TOKEN = 3.0
#: A picture costs one token per 28 x 28 px of it, with its frame.
PICTURE_TOKEN_PX = 28
#: Of an engine that does not say how much it holds.
DEFAULT_WINDOW = 32_768
MAX_ANSWER_TOKENS = 16_384
DROPPED = "(left out: this result was long ago; ask again if you need it)"


@dataclass(slots=True)
class Budget:
    """
    Tokens of one engine.

    Attributes:
        window: Prompt and answer together.
        chars_per_token: As measured so far.
    """

    window: int = DEFAULT_WINDOW
    chars_per_token: float = FIRST_CHARS_PER_TOKEN

    @property
    def answer_tokens(self) -> int:
        """
        Kept free for the answer: a quarter, but never more than any patch needs.
        """
        return min(MAX_ANSWER_TOKENS, self.window // 4)

    @property
    def prompt_chars(self) -> int:
        """
        Text that a prompt may hold.
        """
        return int((self.window - self.answer_tokens) * self.chars_per_token * 0.95)

    def measured(self, messages: Sequence[Message], prompt_tokens: int) -> None:
        """
        Learn from what the engine counted; where it counted nothing, nothing is learnt.
        """
        text = chars(messages)
        words = prompt_tokens - _picture_tokens(messages)
        if words > 200 and text > 0:
            self.chars_per_token = min(6.0, max(1.0, text / words))


def chars(messages: Sequence[Message]) -> int:
    """
    Characters of text in a conversation.
    """
    return sum(_chars(message) for message in messages)


def fit(messages: Sequence[Message], budget: Budget) -> tuple[Message, ...]:
    """
    The conversation within the budget: the oldest results of tools go first, the newest two stay.
    """
    kept = list(messages)
    results = [place for place, message in enumerate(kept) if message.role == "tool"][:-2]
    room = budget.prompt_chars - int(_picture_tokens(kept) * budget.chars_per_token)
    for place in results:
        if chars(kept) <= room:
            break
        kept[place] = replace(kept[place], content=(TextPart(DROPPED),))
    return tuple(kept)


def _chars(message: Message) -> int:
    text = sum(len(part.text) for part in message.content if isinstance(part, TextPart))
    return text + len(message.reasoning) + sum(len(call.arguments) + len(call.id) for call in message.tool_calls)


def _picture_tokens(messages: Sequence[Message]) -> int:
    pictures = [part for message in messages for part in message.content if isinstance(part, ImagePart)]
    return sum(-(-p.width // PICTURE_TOKEN_PX) * -(-p.height // PICTURE_TOKEN_PX) + 8 for p in pictures)
