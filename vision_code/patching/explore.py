"""
The engine looks around in the repository, bounded in turns, calls and what comes back, and names the files.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from runtime.api import Engine, GenerateRequest, Generation, Message, SamplingParams, TextPart, ToolCall
from vision_code.errors import EngineUnavailable
from vision_code.localise.sources import Sources
from vision_code.localise.tools import Tools
from vision_code.prompts import TOOLS, Budget, as_data, fit

MAX_TURNS = 10
MAX_CALLS_A_TURN = 8
MAX_CHOSEN = 8
#: As Kimi's makers recommend while it thinks.
THINKING_TEMPERATURE, TOP_P = 1.0, 0.95


@dataclass(frozen=True, slots=True)
class Explored:
    """
    Attributes:
        files: That the engine chose, the most important first; empty when it chose none.
        turns: How often it was asked.
        calls: How often it used a tool.
        note: For people, why it chose none.
    """

    files: tuple[str, ...]
    turns: int
    calls: int
    note: str = ""


def explore(engine: Engine, opening: Sequence[Message], sources: Sources, budget: Budget, *, seed: int = 0) -> Explored:
    """
    Let ``engine`` look around until it chooses.

    Args:
        opening: See `vision_code.prompts.explore_messages`.
        budget: Learns from what the engine counts.

    Raises:
        VisionCodeError: The engine's; a server that takes no tools is none, but a note.
    """
    tools = Tools(sources)
    messages = list(opening)
    used = 0
    for turn in range(1, MAX_TURNS + 1):
        try:
            answer = _ask(engine, fit(messages, budget), budget, seed)
        except EngineUnavailable as error:
            if turn == 1 and error.kind == "remote.rejected":
                return Explored((), turn, used, "the server takes no tools: files were chosen by words alone")
            raise
        if not answer.tool_calls:
            files = _mentioned(answer.text, sources)
            return Explored(files, turn, used, "" if files else "the engine named no file of this repository")
        calls = answer.tool_calls[:MAX_CALLS_A_TURN]
        chosen = _chosen(calls, sources)
        if chosen:
            return Explored(chosen, turn, used)
        said = (TextPart(answer.text),) if answer.text else ()
        messages.append(Message(role="assistant", content=said, reasoning=answer.reasoning, tool_calls=calls))
        for call in calls:
            used += 1
            messages.append(_result(call, tools, seed))
    return Explored((), MAX_TURNS, used, "the engine looked around for too long without choosing")


def _ask(engine: Engine, messages: tuple[Message, ...], budget: Budget, seed: int) -> Generation:
    sampling = SamplingParams(temperature=THINKING_TEMPERATURE, top_p=TOP_P, seed=seed, max_tokens=budget.answer_tokens)
    request = GenerateRequest(messages=messages, sampling=sampling, thinking=True, tools=TOOLS)
    (answer,) = engine.generate([request])
    budget.measured(messages, answer.prompt_tokens)
    return answer


def _result(call: ToolCall, tools: Tools, seed: int) -> Message:
    if call.name == "choose":
        text = "error: none of these is a file of this repository that can be read"
    else:
        text = tools.call(call.name, call.arguments)
    held = as_data("result", text, seed=seed)
    return Message(role="tool", content=(TextPart(held),), name=call.name, tool_call_id=call.id)


def _chosen(calls: Sequence[ToolCall], sources: Sources) -> tuple[str, ...]:
    known = set(sources.paths)
    for call in calls:
        if call.name != "choose":
            continue
        try:
            files = json.loads(call.arguments)["files"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(files, list):
            named = [path.strip().removeprefix("./") for path in files if isinstance(path, str)]
            return tuple(dict.fromkeys(path for path in named if path in known))[:MAX_CHOSEN]
    return ()


def _mentioned(text: str, sources: Sources) -> tuple[str, ...]:
    """
    Files that a plain answer names, in its order.
    """
    words = (word.strip("`'\"*,:;()[]<>.") for word in text.split())
    known = set(sources.paths)
    return tuple(dict.fromkeys(word for word in words if word in known))[:MAX_CHOSEN]
