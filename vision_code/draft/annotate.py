"""
The annotator with a model: chunks asked as one batch, the rules as the floor, contradictions settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runtime.api import Choice, Engine, GenerateRequest, Generation, ImagePart, SamplingParams, user
from vision_code.draft import rules
from vision_code.draft.agreement import agree
from vision_code.draft.boxes import with_boxed_tables
from vision_code.draft.carrying import carried
from vision_code.draft.chunks import cut
from vision_code.draft.consistency import make_consistent
from vision_code.draft.evidence import supported
from vision_code.draft.labels import LABELS, MENU
from vision_code.draft.naming import named
from vision_code.draft.outline import outlined
from vision_code.draft.page import Page, survey
from vision_code.draft.prompt import Prompt, Slot, picture, write
from vision_code.draft.structure import fitted
from vision_code.draft.tabs import with_tab_lists
from vision_code.observation import Observation
from vision_code.region import Draft, Region

if TYPE_CHECKING:
    from PIL.Image import Image

#: Anything that drafts: from a measured picture, its region tree and its pixels to one annotation a region.
Drafter = Callable[[Observation, Region, NDArray[np.uint8]], Draft]

# Below this probability the rules' word counts more than the model's.
TRUST = 0.4
# Warm enough that a second draft differs where the model wavers, cool enough that it stays sensible.
WARM = 0.7


def rules_drafter(observation: Observation, root: Region, pixels: NDArray[np.uint8]) -> Draft:
    """
    The drafter without a model; the pixels are not looked at.
    """
    del pixels
    return rules.annotate(observation, root)


def model_drafter(engine: Engine, *, seed: int = 0, greedy: bool = True) -> Drafter:
    """
    A drafter that asks ``engine``: its likeliest answer, or one drawn by chance with ``seed``.
    """
    sampling = SamplingParams(temperature=0.0 if greedy else WARM, seed=seed)

    def draft(observation: Observation, root: Region, pixels: NDArray[np.uint8]) -> Draft:
        return annotate(observation, root, pixels, engine, sampling)

    return draft


def annotate(
    observation: Observation,
    root: Region,
    pixels: NDArray[np.uint8],
    engine: Engine,
    sampling: SamplingParams = SamplingParams(),  # noqa: B008  frozen, so one instance serves all
) -> Draft:
    """
    One annotation for every region under ``root``: the model's where it is sure enough, else the rules'.

    Args:
        pixels: [height, width, 3] uint8 RGB of the whole screenshot, in device pixels.
        engine: Where the model runs; all chunks of the page are one batch.
        sampling: How labels are picked among the valid ones.

    Raises:
        EngineError: See ``runtime.errors``.
    """
    page = survey(observation, root)
    floor = rules.annotate(observation, root)
    chunks = cut(page)
    prompts = [write(page, chunk, floor) for chunk in chunks]
    requests = [
        request(picture(pixels, observation.scale, chunk), prompt, sampling)
        for chunk, prompt in zip(chunks, prompts, strict=True)
    ]
    answers = engine.generate(requests)
    pairs = zip(prompts, answers, strict=True)
    return settled(page, floor, (said for prompt, answer in pairs for said in _believed(prompt, answer)))


def settled(page: Page, floor: Draft, said: Iterable[tuple[int, str, float]]) -> Draft:
    """
    The rules' draft with a model's words in it, and contradictions settled.

    Args:
        said: Region, label word and how sure the model is of it.
    """
    draft = dict(floor)
    menus: set[int] = set()
    for region_id, label, probability in said:
        draft[region_id] = replace(LABELS[label], confidence=probability)
        menus |= {region_id} if label == MENU else set()
    sound = fitted(page, make_consistent(page, supported(page, agree(page, draft))))
    sound = with_boxed_tables(page, sound)
    return named(page, outlined(page, with_tab_lists(page, carried(page, sound, menus))))


def request(image: Image, prompt: Prompt, sampling: SamplingParams) -> GenerateRequest:
    """
    The engine's request for one chunk: picture and question as a user turn, the answer as a template.
    """
    part = ImagePart(width=image.width, height=image.height, rgb=image.tobytes())
    template = tuple(Choice(piece.words) if isinstance(piece, Slot) else piece for piece in prompt.answer)
    return GenerateRequest(messages=(user(part, prompt.question),), sampling=sampling, template=template)


def _believed(prompt: Prompt, answer: Generation) -> Iterator[tuple[int, str, float]]:
    slots = [piece for piece in prompt.answer if isinstance(piece, Slot)]
    for slot, choice in zip(slots, answer.slots, strict=False):
        if choice.probability >= TRUST:
            yield slot.region_id, slot.words[choice.option].strip(), choice.probability
