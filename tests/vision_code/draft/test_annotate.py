"""
The model's drafter: valid under its template whatever the engine says, the rules where it is unsure.
"""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from runtime.api import Choice, FinishReason, GenerateRequest, Generation, SlotChoice
from runtime.testing import ScriptedEngine
from tests.vision_code.sample_pages import any_page
from vision_code.divide import divide
from vision_code.draft import annotate, model_drafter, rules, rules_drafter
from vision_code.draft.annotate import TRUST, settled
from vision_code.draft.labels import options
from vision_code.draft.page import survey
from vision_code.geometry import Color
from vision_code.observation import Observation
from vision_code.region import Role

PIXELS = np.full((800, 1000, 3), 255, dtype=np.uint8)


def _pick(word: str, probability: float = 1.0):
    """
    A script that says ``word`` wherever it is among the options, else the first.
    """

    def script(request: GenerateRequest) -> list[int]:
        assert request.template is not None
        choices = [part for part in request.template if isinstance(part, Choice)]
        return [c.options.index(f" {word}") if f" {word}" in c.options else 0 for c in choices]

    return script


class _Unsure(ScriptedEngine):
    def _answer(self, request: GenerateRequest) -> Generation:
        answer = super()._answer(request)
        slots = tuple(SlotChoice(slot.option, TRUST / 2) for slot in answer.slots)
        return Generation(text="", token_ids=(), finish=FinishReason.STOP, slots=slots)


def test_the_models_word_is_taken(text, tree, body) -> None:
    observation, root = tree(body)
    draft = annotate(observation, root, PIXELS, ScriptedEngine(_pick("headingtwo")))
    assert (draft[1].role, draft[1].level) == (Role.HEADING, 2)


def test_an_unsure_model_leaves_the_rules_draft(text, tree, body) -> None:
    observation, root = tree([text("Big", 40, 40, size_px=40.0), *body])
    draft = annotate(observation, root, PIXELS, _Unsure(_pick("button")))
    floor = rules.annotate(observation, root)
    assert {i: a.role for i, a in draft.items()} == {i: a.role for i, a in floor.items()}


@pytest.mark.parametrize("seed", range(6))
def test_any_answer_gives_a_whole_consistent_draft(text, tree, body, make_photo, seed: int) -> None:
    rng = Random(seed)
    observation, root = tree([*body, make_photo(10, 10, 60, 60), *(text(f"w{n}", 10, 20 * n) for n in range(60))])

    def script(request: GenerateRequest) -> list[int]:
        assert request.template is not None
        return [rng.randrange(len(part.options)) for part in request.template if isinstance(part, Choice)]

    draft = annotate(observation, root, PIXELS, ScriptedEngine(script))
    assert sorted(draft) == [node.id for node in root.walk()]
    for role in (Role.MAIN, Role.BANNER, Role.CONTENTINFO):
        assert sum(annotation.role is role for annotation in draft.values()) <= 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_page(lines=10, rects=12, pictures=4), st.randoms(use_true_random=False))
def test_any_page_is_settled_whatever_is_said_of_it(observation: Observation, rng: Random) -> None:
    root = divide(observation)
    said = [(node.id, rng.choice(options(node)), 1.0) for node in root.walk() if rng.random() < 0.7 and options(node)]
    draft = settled(survey(observation, root), rules.annotate(observation, root), said)
    assert sorted(draft) == [node.id for node in root.walk()]


def test_all_chunks_are_one_batch_and_pictures_are_small(text, tree) -> None:
    observation, root = tree([text(f"word{n}", 10, 7 * n) for n in range(100)])
    engine = ScriptedEngine(_pick("link"))
    annotate(observation, root, PIXELS, engine)
    assert len(engine.requests) > 1
    for request in engine.requests:
        picture = request.messages[0].content[0]
        assert picture.width * picture.height <= 64 * 28 * 28  # type: ignore[union-attr]


def test_a_picture_outside_the_screenshot_does_not_break_the_prompt(text, tree) -> None:
    observation, root = tree([text("beyond", 2000, 3000, underline=True)])
    assert annotate(observation, root, PIXELS, ScriptedEngine(_pick("link")))[1].role is Role.LINK


def test_drafters_share_one_signature(text, tree, body) -> None:
    observation, root = tree(body)
    drafts = [
        drafter(observation, root, PIXELS) for drafter in (rules_drafter, model_drafter(ScriptedEngine(_pick("text"))))
    ]
    assert drafts[0].keys() == drafts[1].keys()


def test_a_second_draft_is_sampled_with_its_seed(text, tree, body) -> None:
    observation, root = tree(body)
    engine = ScriptedEngine(_pick("text"))
    model_drafter(engine, seed=5, greedy=False)(observation, root, PIXELS)
    assert engine.requests[0].sampling.seed == 5
    assert engine.requests[0].sampling.temperature > 0


def test_dark_pages_are_no_problem(text, tree) -> None:
    observation, root = tree([text("Save", 40, 40, color=Color(250, 250, 250))])
    assert sorted(rules.annotate(observation, root)) == [0, 1]
