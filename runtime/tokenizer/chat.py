"""
Conversations to tokens: the chat text of both families; torch-free.

Source: the chat templates of Kimi K2.5 (2026-01-29, no default system prompt) and Kimi-VL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from runtime.api import GenerateRequest, ImagePart, Message
from runtime.config.types import Family
from runtime.errors import RequestError
from runtime.tokenizer.bpe import Tokenizer
from runtime.tokenizer.tools import tools_text


@dataclass(frozen=True, slots=True)
class Control:
    """
    A control token, by name.
    """

    name: str


@dataclass(frozen=True, slots=True)
class Media:
    """
    A place for one picture's visual tokens.
    """

    image: ImagePart


Piece = str | Control | Media

SYSTEM, USER, ASSISTANT = Control("<|im_system|>"), Control("<|im_user|>"), Control("<|im_assistant|>")
MIDDLE, END = Control("<|im_middle|>"), Control("<|im_end|>")
MEDIA_CONTENT, MEDIA_END, MEDIA_PAD = Control("<|media_content|>"), Control("<|media_end|>"), "<|media_pad|>"
THINK, THINK_END = Control("<think>"), Control("</think>")
VL_SYSTEM_PROMPT = "You are a helpful assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """
    A conversation as the model reads it.

    Args:
        token_ids: One media token per visual token.
        images: The pictures in order.
    """

    token_ids: tuple[int, ...]
    images: tuple[ImagePart, ...]


def encode_prompt(
    request: GenerateRequest, family: Family, tokenizer: Tokenizer, num_visual_tokens: Callable[[ImagePart], int]
) -> Prompt:
    """
    Turn a request's conversation into tokens, ending where the answer begins.

    Args:
        request: Messages, tools and thinking mode.
        family: Whose chat text.
        tokenizer: Of the checkpoint.
        num_visual_tokens: How many tokens a picture takes.

    Raises:
        RequestError: ``request.invalid``: no messages, or pictures or tools the family has no text for.
        CheckpointError: ``checkpoint.tokenizer``: a control token is missing.
    """
    tokens: list[int] = []
    images: list[ImagePart] = []
    for piece in _joined(render(request, family)):
        if isinstance(piece, str):
            tokens += tokenizer.encode(piece)
        elif isinstance(piece, Control):
            tokens.append(tokenizer.special(_spelling(piece.name, tokenizer)))
        else:
            tokens += [tokenizer.special(MEDIA_PAD)] * num_visual_tokens(piece.image)
            images.append(piece.image)
    return Prompt(token_ids=tuple(tokens), images=tuple(images))


def render(request: GenerateRequest, family: Family) -> Iterator[Piece]:
    """
    The chat text as plain text, control tokens and places for pictures.

    Raises:
        RequestError: ``request.invalid``.
    """
    if not request.messages:
        raise RequestError("request.invalid", "a request needs at least one message")
    if family == "kimi_vl":
        return _render_vl(request)
    if family == "deepseek_v3" and any(isinstance(p, ImagePart) for m in request.messages for p in m.content):
        raise RequestError("request.invalid", "this model reads no pictures")
    return _render_k25(request)


def shown(pieces: Iterator[Piece]) -> str:
    """
    The chat text as one string for people, each picture as one ``<|media_pad|>``.
    """
    return "".join(p if isinstance(p, str) else p.name if isinstance(p, Control) else MEDIA_PAD for p in pieces)


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """
    Neighbouring texts are tokenised as one, as in the templates' single string.
    """
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        text = ""
        yield piece
    if text:
        yield text


def _spelling(name: str, tokenizer: Tokenizer) -> str:
    # Kimi-VL and K2 call K2.5's <|media_begin|> by another name; the id is the same.
    return "<|media_start|>" if name == "<|media_begin|>" and name not in tokenizer.specials else name


def _speaker(message: Message) -> Control:
    return {"user": USER, "assistant": ASSISTANT}.get(message.role, SYSTEM)


def _content(message: Message, after_image: str) -> Iterator[Piece]:
    for part in message.content:
        if isinstance(part, ImagePart):
            yield from (Control("<|media_begin|>"), "image", MEDIA_CONTENT, Media(part), MEDIA_END, after_image)
        else:
            yield part.text


def _render_vl(request: GenerateRequest) -> Iterator[Piece]:
    if request.tools:
        raise RequestError("request.invalid", "Kimi-VL has no chat text for tools")
    if request.messages[0].role != "system":
        yield from (SYSTEM, "system", MIDDLE, VL_SYSTEM_PROMPT, END)
    for message in request.messages:
        yield from (_speaker(message), message.role, MIDDLE, *_content(message, ""), END)
    yield from (ASSISTANT, "assistant", MIDDLE)


def _render_k25(request: GenerateRequest) -> Iterator[Piece]:
    if request.tools:
        yield from (SYSTEM, "tool_declare", MIDDLE, tools_text(request.tools), END)
    answers = [i for i, m in enumerate(request.messages) if m.role == "assistant" and not m.tool_calls]
    last_answer = answers[-1] if answers else -1
    for place, message in enumerate(request.messages):
        yield from (_speaker(message), message.name or message.role, MIDDLE)
        if message.role == "assistant":
            keep = place > last_answer and request.thinking
            yield from (THINK, message.reasoning if keep else "", THINK_END)
        elif message.role == "tool":
            yield f"## Return of {message.tool_call_id}\n"
        yield from _content(message, "\n")
        yield from _tool_calls(message)
        yield END
    yield from (ASSISTANT, "assistant", MIDDLE, THINK, *(() if request.thinking else (THINK_END,)))


def _tool_calls(message: Message) -> Iterator[Piece]:
    if not message.tool_calls:
        return
    yield Control("<|tool_calls_section_begin|>")
    for call in message.tool_calls:
        yield from (Control("<|tool_call_begin|>"), call.id, Control("<|tool_call_argument_begin|>"))
        yield from (call.arguments, Control("<|tool_call_end|>"))
    yield Control("<|tool_calls_section_end|>")


def split_answer(text: str, *, thinking: bool) -> tuple[str, str]:
    """
    Separate reasoning and answer of K2.5's output text.

    Args:
        text: Everything generated, control tokens shown by name.
        thinking: Whether generation began inside the reasoning.

    Returns:
        Reasoning and answer; without ``</think>`` reasoning ends where the tool calls begin.
    """
    if not thinking:
        return "", text
    reasoning, mark, answer = text.partition("</think>")
    if mark:
        return reasoning, answer
    reasoning, mark, answer = text.partition("<|tool_calls_section_begin|>")
    return reasoning, mark + answer
