"""
The cache in pages under the engine, its operations in plain PyTorch.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

import kernels
import runtime
from runtime.api import Choice, GenerateRequest, ImagePart, SamplingParams, user
from runtime.errors import NonFinite
from runtime.layers.cache import LatentCache
from runtime.layers.pages import PAGE_TOKENS, PagedCache
from runtime.layers.ragged import Ragged

MakePart = Callable[[int, int], ImagePart]


@pytest.fixture
def in_pages(monkeypatch: pytest.MonkeyPatch) -> list[PagedCache]:
    """
    Caches are made in pages, as on a GPU; those that were made.
    """
    made: list[PagedCache] = []
    original = PagedCache.__init__

    def keeping(self: PagedCache, **sizes: object) -> None:
        original(self, **sizes)  # type: ignore[arg-type]
        made.append(self)

    monkeypatch.setattr(PagedCache, "__init__", keeping)
    monkeypatch.setattr(kernels, "reads_pages", lambda *_: True)
    return made


def _requests(part: MakePart) -> list[GenerateRequest]:
    shared = "the card and the list and the heading of this page, and all that follows from them, word for word, " * 2
    template = ("<div>", Choice(("a", "b")), " a longer piece of forced text", Choice(("x", "yz")), "end")

    def asked(*content: str | ImagePart, tokens: int) -> GenerateRequest:
        return GenerateRequest(messages=(user(*content),), sampling=SamplingParams(max_tokens=tokens, max_repeats=None))

    free = SamplingParams(temperature=1.0, seed=3, max_tokens=12, max_repeats=None)
    return [
        asked(part(90, 60), f"{shared}one", tokens=9),
        asked(f"{shared}and two, longer than a page", tokens=70),
        asked(part(90, 60), f"{shared}three", tokens=3),
        GenerateRequest(messages=(user("short"),), template=template),
        GenerateRequest(messages=(user("other words"),), sampling=free),
    ]


def test_answers_are_those_of_slots(
    tiny_model: runtime.Model, part: MakePart, in_pages: list[PagedCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = runtime.Engine(tiny_model)
    answers = engine.generate(_requests(part))
    assert len(in_pages) == 1
    with monkeypatch.context() as patch:
        patch.setattr(kernels, "reads_pages", lambda *_: False)
        expected = engine.generate(_requests(part))
    assert len(in_pages) == 1
    assert [(a.text, a.finish, [s.option for s in a.slots]) for a in answers] == [
        (a.text, a.finish, [s.option for s in a.slots]) for a in expected
    ]


def test_a_common_beginning_is_held_once(tiny_model: runtime.Model, part: MakePart, in_pages: list[PagedCache]) -> None:
    requests = _requests(part)[:1] * 4
    (alone,) = runtime.Engine(tiny_model).generate(requests[:1])
    runtime.Engine(tiny_model).generate(requests)
    one, four = (cache._taken for cache in in_pages)
    shared = (alone.prompt_tokens - 1) // PAGE_TOKENS
    assert shared >= 2
    assert one == -(-(alone.prompt_tokens + 9) // PAGE_TOKENS)
    assert four == 4 * one - 3 * shared


def test_pages_are_counted_for_each_sequence_and_slots_for_the_longest(
    tiny_model: runtime.Model, in_pages: list[PagedCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = [10, 70, 600]
    pages = tiny_model.cache_bytes(lengths)
    tiny_model.cache(lengths)
    assert pages == in_pages[0]._pages.numel() * 4
    monkeypatch.setattr(kernels, "reads_pages", lambda *_: False)
    slots = tiny_model.cache(lengths)
    assert isinstance(slots, LatentCache)
    assert tiny_model.cache_bytes(lengths) == slots._rows.numel() * 4 > 2 * pages


def test_who_shares_pages_is_not_disturbed() -> None:
    cache = PagedCache(num_layers=2, capacities=[200, 200], width=3, dtype=torch.float32, device=torch.device("cpu"))

    def rows(sequence: int) -> torch.Tensor:
        table = cache._block_table()[sequence]
        return cache._pages[:, table.long()].flatten(1, 2)

    leader = cache.place(Ragged.of([70], [0]))
    for layer in range(2):
        cache.pages(layer).view(-1, 3)[leader.slots] = torch.full((70, 3), 1.0 + layer)
    cache.share(0, 1, 70)
    both = cache.place(Ragged.of([5, 60], [70, 70]))
    for layer in range(2):
        cache.pages(layer).view(-1, 3)[both.slots[:5]] = 10.0
        cache.pages(layer).view(-1, 3)[both.slots[5:]] = 20.0
    for layer in range(2):
        assert rows(0)[layer, :75, 0].tolist() == [1.0 + layer] * 70 + [10.0] * 5
        assert rows(1)[layer, :130, 0].tolist() == [1.0 + layer] * 70 + [20.0] * 60
    cache.move(1, 0, 130)
    assert rows(0)[1, :130, 0].tolist() == [2.0] * 70 + [20.0] * 60


@pytest.mark.usefixtures("in_pages")
def test_the_layer_that_went_wrong_is_named(tiny_model: runtime.Model) -> None:
    down = tiny_model.language_model.model.layers[1].mlp.shared_experts.down_proj.weight
    kept = down.detach().clone()
    try:
        down[0, 0] = float("nan")
        with pytest.raises(NonFinite) as caught:
            runtime.Engine(tiny_model).generate([GenerateRequest(messages=(user("hello"),))])
    finally:
        down.copy_(kept)
    assert caught.value.message == "layer 2"
