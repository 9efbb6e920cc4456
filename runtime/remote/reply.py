"""
One answer, put together from its events; what does not fit the protocol is refused, what is merely unknown is not.

Source: OpenAI API reference, "Chat completions: streaming"; ``reasoning_content`` (or ``reasoning``) as Moonshot,
SGLang and vLLM send it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import cast

from runtime.api import FinishReason, Generation, ToolCall
from runtime.errors import EngineUnavailable
from runtime.remote.limits import Limits

DONE = "[DONE]"
#: A model calls a handful of tools at once; an index beyond this is no call.
MAX_CALLS = 128
_KIMI_ID = re.compile(r"(?:functions\.)?([A-Za-z_][\w.-]*):\d+")
_WHOLE = {"stop": FinishReason.STOP, "tool_calls": FinishReason.STOP}
_DATED = re.compile(r"-(?:\d{4,8}(?:-\d\d){0,2})")

Fields = dict[str, object]


@dataclass(slots=True)
class _Call:
    id: str = ""
    name: str = ""
    arguments: str = ""


@dataclass(slots=True)
class Reply:
    """
    What has come of one answer.

    Attributes:
        limits: Bound the whole.
        model: Asked for; None accepts any.
        first_call: Number of the first tool call, counted over the whole conversation.
        done: Whether the stream said that it is over.
    """

    limits: Limits
    model: str | None = None
    first_call: int = 0
    done: bool = False
    _text: list[str] = field(default_factory=list)
    _reasoning: list[str] = field(default_factory=list)
    _calls: dict[int, _Call] = field(default_factory=dict)
    _size: int = 0
    _finish: str | None = None
    _prompt_tokens: int = 0

    def add(self, event: str) -> tuple[str, bool]:
        """
        Take one event.

        Returns:
            The new text, and whether the event brought anything of the answer (words, thoughts, calls, its end).

        Raises:
            EngineUnavailable: ``remote.protocol``, ``remote.too_large``, ``remote.model``, ``remote.failed``.
        """
        if event.strip() == DONE:
            self.done = True
            return "", True
        fields = _object(_parsed(event), "an event")
        if fields.get("error") is not None:
            raise EngineUnavailable("remote.failed", "the server reported an error inside its answer", retry=True)
        self._check_model(fields.get("model"))
        usage = fields.get("usage")
        if isinstance(usage, dict) and isinstance(usage.get("prompt_tokens"), int):
            self._prompt_tokens = cast("int", usage["prompt_tokens"])
        choices = fields.get("choices") or []
        if not isinstance(choices, list):
            raise _wrong("choices")
        if not choices:
            return "", False
        choice = _object(choices[0], "a choice")
        text, news = self._delta(_object(choice.get("delta") or {}, "delta"))
        finish = choice.get("finish_reason")
        if finish is not None:
            self._finish = _string(finish, "finish_reason")
        return text, news or finish is not None

    def generation(self, finish: FinishReason | None = None) -> Generation:
        """
        The answer as it stands, or with ``finish`` as far as it got.

        Raises:
            EngineUnavailable: ``remote.incomplete``, ``remote.protocol``.
        """
        if finish is None:
            if not self.done or self._finish is None:
                raise EngineUnavailable("remote.incomplete", "the answer ended before its end", retry=True)
            if self._finish == "length":
                raise EngineUnavailable("remote.incomplete", "the answer was longer than the server allows")
            if self._finish not in _WHOLE:
                raise EngineUnavailable("remote.incomplete", "the server broke the answer off")
            finish = _WHOLE[self._finish]
        return Generation(
            text="".join(self._text),
            token_ids=(),
            finish=finish,
            prompt_tokens=self._prompt_tokens,
            reasoning="".join(self._reasoning),
            tool_calls=self._tool_calls() if finish is FinishReason.STOP else (),
        )

    def _delta(self, delta: Fields) -> tuple[str, bool]:
        text = _optional(delta, "content")
        thought = _optional(delta, "reasoning_content") or _optional(delta, "reasoning")
        calls = delta.get("tool_calls") or []
        if not isinstance(calls, list):
            raise _wrong("tool_calls")
        for each in calls:
            self._call(_object(each, "a tool call"))
        self._grow(len(text) + len(thought))
        self._text.append(text)
        self._reasoning.append(thought)
        return text, bool(text or thought or calls)

    def _call(self, part: Fields) -> None:
        index = part.get("index", 0)
        if not isinstance(index, int) or not 0 <= index < MAX_CALLS:
            raise _wrong("index")
        call = self._calls.setdefault(index, _Call())
        function = _object(part.get("function") or {}, "function")
        call.id = call.id or _optional(part, "id")
        call.name = call.name or _optional(function, "name")
        arguments = _optional(function, "arguments")
        call.arguments += arguments
        self._grow(len(arguments))

    def _tool_calls(self) -> tuple[ToolCall, ...]:
        """
        The calls under ids as Kimi's chat text spells them, whatever the server calls them.
        """
        found = []
        for number, (_, call) in enumerate(sorted(self._calls.items()), self.first_call):
            matched = _KIMI_ID.fullmatch(call.id)
            name = call.name or (matched[1] if matched else "")
            if not re.fullmatch(r"[A-Za-z_][\w.-]{0,127}", name):
                raise EngineUnavailable("remote.protocol", "a tool call without the name of a tool")
            found.append(ToolCall(id=f"functions.{name}:{number}", arguments=call.arguments or "{}"))
        return tuple(found)

    def _grow(self, characters: int) -> None:
        self._size += characters
        if self._size > self.limits.answer_bytes:
            raise EngineUnavailable("remote.too_large", f"the answer is longer than {self.limits.answer_bytes} bytes")

    def _check_model(self, model: object) -> None:
        """
        Servers answer under the name asked for, or under that of a dated release of it.
        """
        if self.model is None or model is None or model == "":
            return
        said = _string(model, "model")
        if said != self.model and not (said.startswith(self.model) and _DATED.fullmatch(said[len(self.model) :])):
            raise EngineUnavailable("remote.model", f"asked for {self.model[:80]}, answered by {said[:80]}")


def _parsed(event: str) -> object:
    try:
        return json.loads(event)
    except (ValueError, RecursionError) as error:
        raise EngineUnavailable("remote.protocol", "an event of the answer is not JSON") from error


def _object(value: object, what: str) -> Fields:
    if not isinstance(value, dict):
        raise EngineUnavailable("remote.protocol", f"{what} of the answer is no object")
    return value


def _optional(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return "" if value is None else _string(value, name)


def _string(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _wrong(name)
    return value


def _wrong(name: str) -> EngineUnavailable:
    return EngineUnavailable("remote.protocol", f"{name} of the answer has the wrong type")
