"""
What an engine is asked and what it answers; torch-free, the only part of the runtime that callers need to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Literal, Protocol, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePart:
    """
    A picture as raw pixels.

    Args:
        width: Columns in px.
        height: Rows in px.
        rgb: ``height * width * 3`` bytes, row by row.
    """

    width: int
    height: int
    rgb: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """
        Raises:
            ValueError: The bytes are not as many as the size says.
        """
        if self.width < 1 or self.height < 1 or len(self.rgb) != self.width * self.height * 3:
            raise ValueError(f"{len(self.rgb)} bytes are no {self.width}x{self.height} RGB picture")


@dataclass(frozen=True, slots=True)
class TextPart:
    """
    Words. Nothing in them is ever read as a control token.
    """

    text: str


Role = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """
    A tool that the assistant called earlier in the conversation.

    Args:
        id: ``functions.NAME:N``.
        arguments: JSON text.
    """

    id: str
    arguments: str

    @property
    def name(self) -> str:
        """
        Of the tool.
        """
        return self.id.removeprefix("functions.").rpartition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """
    One turn.

    Args:
        role: Who speaks.
        content: Parts in order.
        name: Shown instead of the role, when given.
        reasoning: What an assistant turn thought (kept only after the last answer without tool calls).
        tool_calls: What an assistant turn called.
        tool_call_id: Which call a tool turn answers.
    """

    role: Role
    content: tuple[TextPart | ImagePart, ...]
    name: str | None = None
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str = ""


def user(*content: str | ImagePart) -> Message:
    """
    A user turn from plain strings and pictures.
    """
    return Message(role="user", content=tuple(TextPart(part) if isinstance(part, str) else part for part in content))


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingParams:
    """
    How the next token is chosen.

    Args:
        temperature: 0 takes the likeliest token.
        top_p: Keep the likeliest tokens that together hold this probability; 1 keeps all.
        top_k: Keep this many tokens; None keeps all.
        min_p: Keep tokens at least this fraction as likely as the likeliest; 0 keeps all.
        repetition_penalty: Divides (positive) or multiplies (negative) logits of tokens already generated; 1 is off.
        max_repeats: Stop when the last tokens are one piece of at least 8 tokens repeated this often; None: never.
        max_tokens: Generated tokens at most.
        stop: Strings that end the answer and are not part of it.
        seed: Of the sampling; the same request gives the same answer whatever runs beside it.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int | None = None
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    max_repeats: int | None = 8
    max_tokens: int = 1024
    stop: tuple[str, ...] = ()
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """
    A place in a template that the model fills with one of a few strings.

    Args:
        options: At least one, all different. Tokenised on their own, like every literal of a template.
    """

    options: tuple[str, ...]


Template = tuple[str | Choice, ...]
"""
The whole answer: literals as they stand and one option for each choice.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateRequest:
    """
    One answer to be generated.

    Args:
        messages: The conversation.
        sampling: How tokens are chosen (with a template: among the valid ones).
        template: When given, the answer is exactly this with its choices filled in.
        thinking: Whether the model may think before it answers (K2.5).
        tools: OpenAI-style tool declarations.
        schema: JSON Schema that a remote engine is asked to hold its answer to, where its server can: check the answer.
        request_id: For cancelling; unique among requests under way.
    """

    messages: tuple[Message, ...]
    sampling: SamplingParams = SamplingParams()
    template: Template | None = None
    thinking: bool = False
    tools: tuple[Mapping[str, object], ...] = ()
    schema: Mapping[str, object] | None = None
    request_id: str | None = None


class FinishReason(Enum):
    """
    Why an answer ended.
    """

    STOP = "stop"
    LENGTH = "length"
    REPETITION = "repetition"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """
    How one choice of a template was filled.

    Args:
        option: Index into its options.
        probability: Of the option among the valid ones: softmax over the valid next tokens, product over the steps.
    """

    option: int
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """
    A finished answer.

    Args:
        text: What was generated.
        token_ids: The same as tokens, without the stop token.
        finish: Why it ended.
        slots: One entry for each choice of the template that was reached.
        prompt_tokens: Tokens of the prompt, visual tokens included.
        reasoning: What was thought before the text, where the engine tells it apart (a remote one).
        tool_calls: What the answer calls, likewise.
    """

    text: str
    token_ids: tuple[int, ...]
    finish: FinishReason
    slots: tuple[SlotChoice, ...] = ()
    prompt_tokens: int = 0
    reasoning: str = ""
    tool_calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenChunk:
    """
    What one step added to one answer.

    Args:
        index: Which request of the call.
        text: New text; may be empty while a character is incomplete.
        done: The whole answer, with its last chunk only.
    """

    index: int
    text: str
    done: Generation | None = None


class Engine(Protocol):
    """
    Anything that answers requests: in this process, in a child, or by script.
    """

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests as one batch.

        Raises:
            EngineError: See :mod:`runtime.errors`.
        """
        ...

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, step by step; closing the iterator cancels what is under way.
        """
        ...

    def cancel(self, request_id: str) -> None:
        """
        End a request within one step; its answer so far comes back as cancelled. Unknown ids are ignored.
        """
        ...

    def close(self) -> None:
        """
        Free everything; later calls raise.
        """
        ...

    def __enter__(self) -> Self:
        """
        The engine itself.
        """
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """
        Close it.
        """
        self.close()
