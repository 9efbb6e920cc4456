"""
One candidate: the engine writes edits, they are staged, and what cannot be made goes back to it, a few times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runtime.api import Engine, GenerateRequest, Message, SamplingParams, TextPart
from vision_code.edits import Refusals, Staged, Tree, parse_reply, stage
from vision_code.errors import InputRejected, PatchConflict, VisionCodeError
from vision_code.patching.task import Task
from vision_code.prompts import Budget, fit, repair_message

#: As Kimi's makers recommend when it answers at once.
INSTANT_TEMPERATURE, TOP_P = 0.6, 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """
    Attributes:
        number: From 0, in the order they were asked for.
        staged: Its changes; None when none could be made.
        error: Why not.
        turns: How often the engine was asked.
        prompt_tokens: In all turns, as the engine counted.
    """

    number: int
    staged: Staged | None
    error: VisionCodeError | None
    turns: int
    prompt_tokens: int


def write_candidate(
    engine: Engine, opening: Sequence[Message], tree: Tree, task: Task, budget: Budget, number: int
) -> Candidate:
    """
    Ask for edits until they can be made, or the turns are used up.

    Raises:
        VisionCodeError: The engine's.
    """
    messages = list(opening)
    tokens = 0
    error: VisionCodeError | None = None
    for turn in range(1, task.repairs + 2):
        sampling = SamplingParams(
            temperature=INSTANT_TEMPERATURE,
            top_p=TOP_P,
            seed=task.seed + number,
            max_tokens=budget.answer_tokens,
        )
        (answer,) = engine.generate([GenerateRequest(messages=fit(messages, budget), sampling=sampling)])
        tokens += answer.prompt_tokens
        staged, error, feedback = _staged(answer.text, tree, task)
        if staged is not None:
            return Candidate(number=number, staged=staged, error=None, turns=turn, prompt_tokens=tokens)
        messages.append(Message(role="assistant", content=(TextPart(answer.text),)))
        messages.append(repair_message(feedback, seed=task.seed))
    return Candidate(number=number, staged=None, error=error, turns=task.repairs + 1, prompt_tokens=tokens)


def _staged(reply: str, tree: Tree, task: Task) -> tuple[Staged | None, VisionCodeError | None, str]:
    """
    The changes of a reply, or why there are none, for the contract and for the engine.
    """
    try:
        edits = parse_reply(reply)
    except InputRejected as error:
        return None, error, f"The reply cannot be read: {error.message}"
    result = stage(tree, edits, approved=task.approved)
    if isinstance(result, Refusals):
        return None, result.error, result.feedback()
    if not result.changes:
        nothing = PatchConflict("patch.unchanged", "the edits change nothing")
        return None, nothing, "The edits change nothing: the files already hold what you wrote."
    return result, None, ""
