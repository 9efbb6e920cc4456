from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

import runtime
from runtime.api import Choice, FinishReason, GenerateRequest, Generation, ImagePart, SamplingParams, Template, user
from runtime.errors import EngineUnavailable, MemoryLimit, NonFinite, RequestError
from runtime.tokenizer.chat import encode_prompt
from runtime.tokenizer.template import encode_template, filled

MakePart = Callable[[int, int], ImagePart]
TEMPLATE: Template = (
    '<div class="',
    Choice(("card", "cards", "list", "heading 1", "heading 2")),
    '">\n',
    Choice(("a", "b")),
    " then a longer piece of forced text",
    Choice(("x", "yz")),
    "end",
)


@pytest.fixture(scope="module")
def engine(tiny_model: runtime.Model) -> runtime.Engine:
    return runtime.Engine(tiny_model)


def _request(*content: str | ImagePart, template: Template | None = None, **sampling: object) -> GenerateRequest:
    params = {"max_tokens": 12, "max_repeats": None} | sampling
    return GenerateRequest(
        messages=(user(*content),),
        template=template,
        sampling=SamplingParams(**params),  # type: ignore[arg-type]
    )


def _greedy(model: runtime.Model, request: GenerateRequest, part: ImagePart | None, steps: int) -> list[int]:
    """
    Generation as defined: all logits anew at every step.
    """
    from runtime.vision.grid import layout
    from runtime.vision.preprocess import to_pil

    prompt = encode_prompt(
        request, "kimi_k25", model.tokenizer, lambda p: layout(model.image_rules, p.width, p.height).num_tokens
    )
    tokens = list(prompt.token_ids)
    for _ in range(steps):
        tokens.append(int(model.logits(tokens, [to_pil(part)] if part else None)[-1].argmax()))
    return tokens[len(prompt.token_ids) :]


def test_greedy_generation_is_the_argmax_of_the_logits(
    engine: runtime.Engine, tiny_model: runtime.Model, part: MakePart
) -> None:
    image = part(90, 60)
    requests = [_request("hello the card"), _request(image, "what is this?"), _request("a", image, max_tokens=5)]
    answers = engine.generate(requests)
    for request, answer, picture in zip(requests, answers, (None, image, image), strict=True):
        assert list(answer.token_ids) == _greedy(tiny_model, request, picture, request.sampling.max_tokens)
        assert answer.finish is FinishReason.LENGTH
        assert answer.text == tiny_model.tokenizer.decode(answer.token_ids)


def _batch(part: MakePart) -> list[GenerateRequest]:
    shared = "the card and the list and the heading of this page, and all that follows from them"
    return [
        _request(part(90, 60), f"{shared} one", template=TEMPLATE),
        _request("short", max_tokens=3),
        _request(part(90, 60), f"{shared} and two, longer", template=TEMPLATE, temperature=0.8, seed=3),
        _request(part(60, 90), f"{shared} one", template=TEMPLATE),
        _request(part(90, 60), "other words", temperature=1.0, seed=7),
        _request("no picture, but a template", template=TEMPLATE),
    ]


def _same(left: Generation, right: Generation) -> bool:
    slots = zip(left.slots, right.slots, strict=True)
    close = all(a.option == b.option and abs(a.probability - b.probability) < 1e-4 for a, b in slots)
    return close and replace(left, slots=()) == replace(right, slots=())


def test_a_batch_answers_as_one_by_one(engine: runtime.Engine, part: MakePart) -> None:
    requests = _batch(part)
    together = engine.generate(requests)
    for request, answer in zip(requests, together, strict=True):
        assert _same(answer, engine.generate([request])[0])


def test_small_steps_and_small_groups_change_nothing(
    engine: runtime.Engine, part: MakePart, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = _batch(part)
    expected = engine.generate(requests)
    monkeypatch.setattr("runtime.engine.STEP_TOKENS", 40)
    monkeypatch.setattr("runtime.admission.MAX_BATCH", 4)
    for left, right in zip(expected, engine.generate(requests), strict=True):
        assert _same(left, right)


def test_a_shared_beginning_is_computed_once(
    engine: runtime.Engine, tiny_model: runtime.Model, part: MakePart, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: list[int] = []
    module = tiny_model.language_model
    original = module.hidden_states
    # The kernels' one call from tokens to logits passes by what is counted here.
    monkeypatch.setattr(module, "parts", None)

    def counting(tokens: torch.Tensor, *args: object, **kwargs: object) -> torch.Tensor:
        fed.append(len(tokens))
        return original(tokens, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "hidden_states", counting)
    shared = "the same long beginning of all questions, word for word, " * 3
    requests = [_request(part(90, 60), f"{shared}{i}", max_tokens=1) for i in range(4)]
    prompt = engine.generate(requests)[0].prompt_tokens
    assert sum(fed) < prompt + 4 * 20
    fed.clear()
    different = [_request(part(90 + i, 60), f"{shared}{i}", max_tokens=1) for i in range(4)]
    engine.generate(different)
    assert sum(fed) >= 4 * prompt


def test_a_template_is_filled_and_nothing_else(engine: runtime.Engine, tiny_model: runtime.Model) -> None:
    (answer,) = engine.generate([_request("hello", template=TEMPLATE)])
    chosen = [slot.option for slot in answer.slots]
    options = iter(chosen)
    assert answer.text == "".join(p if isinstance(p, str) else p.options[next(options)] for p in TEMPLATE)
    assert list(answer.token_ids) == filled(encode_template(tiny_model.tokenizer, TEMPLATE), chosen)
    assert answer.finish is FinishReason.STOP


def test_option_probabilities_are_those_of_the_logits(engine: runtime.Engine, tiny_model: runtime.Model) -> None:
    request = _request("hello", template=("class=", Choice(("a", "b", "q"))))
    (answer,) = engine.generate([request])
    prompt = encode_prompt(request, "kimi_k25", tiny_model.tokenizer, lambda _: 0)
    logits = tiny_model.logits([*prompt.token_ids, *tiny_model.tokenizer.encode("class=")])[-1]
    valid = [tiny_model.tokenizer.encode(option)[0] for option in ("a", "b", "q")]
    probabilities = logits[valid].softmax(-1)
    assert answer.slots[0].option == int(probabilities.argmax())
    assert answer.slots[0].probability == pytest.approx(float(probabilities.max()), abs=1e-4)


def test_options_are_sampled_by_their_probability(engine: runtime.Engine) -> None:
    requests = [
        _request("hello", template=("class=", Choice(("a", "b", "q"))), temperature=1.0, seed=seed)
        for seed in range(60)
    ]
    answers = engine.generate(requests)
    seen = {answer.slots[0].option: answer.slots[0].probability for answer in answers}
    assert sum(seen.values()) == pytest.approx(1, abs=1e-3) or len(seen) < 3
    likeliest = max(seen, key=lambda option: seen[option])
    share = sum(answer.slots[0].option == likeliest for answer in answers) / len(answers)
    assert abs(share - seen[likeliest]) < 0.25


def test_a_template_without_a_choice_needs_no_model(engine: runtime.Engine) -> None:
    (answer,) = engine.generate([_request("hello", template=("as it stands", Choice(("!",))))])
    assert (answer.text, answer.slots[0].probability) == ("as it stands!", 1.0)


def test_the_stream_adds_up_to_the_answer(engine: runtime.Engine, part: MakePart) -> None:
    requests = _batch(part)
    texts = [""] * len(requests)
    done: dict[int, Generation] = {}
    for chunk in engine.stream(requests):
        assert chunk.index not in done
        texts[chunk.index] += chunk.text
        if chunk.done is not None:
            done[chunk.index] = chunk.done
    assert texts == [done[index].text for index in range(len(requests))]


def test_seeds_decide_and_neighbours_do_not(engine: runtime.Engine) -> None:
    one = _request("hello", temperature=1.0, seed=1)
    two = _request("hello", temperature=1.0, seed=2)
    first, second = engine.generate([one, two])
    assert first.token_ids != second.token_ids
    assert engine.generate([two])[0] == second


def test_cancel_keeps_what_is_there(engine: runtime.Engine) -> None:
    requests = [replace(_request("hello", max_tokens=500), request_id=name) for name in ("a", "b")]
    requests[1] = replace(requests[1], sampling=replace(requests[1].sampling, max_tokens=20))
    stream = engine.stream(requests)
    for _ in range(6):
        next(stream)
    engine.cancel("a")
    engine.cancel("unknown")
    done = {chunk.index: chunk.done for chunk in stream if chunk.done}
    assert done[0].finish is FinishReason.CANCELLED
    assert 2 <= len(done[0].token_ids) <= 4
    assert done[1].finish is FinishReason.LENGTH
    assert engine.generate(requests[:1])[0].finish is not FinishReason.CANCELLED


def test_stop_strings_end_an_answer(engine: runtime.Engine) -> None:
    (plain,) = engine.generate([_request("hello", max_tokens=30)])
    stop = plain.text[10:13]
    (answer,) = engine.generate([_request("hello", max_tokens=30, stop=(stop,))])
    assert answer.text == plain.text[: plain.text.index(stop)]
    assert answer.finish is FinishReason.STOP


def test_stop_tokens_end_an_answer(engine: runtime.Engine, tiny_model: runtime.Model) -> None:
    tokenizer = tiny_model.tokenizer
    head = tiny_model.language_model.lm_head.weight
    kept = head.detach().clone()
    try:
        # A head of zeros everywhere but at the stop token, which alternates in sign with its neighbour.
        head.zero_()
        hidden = kept[tokenizer.special("<|im_end|>")]
        head[tokenizer.special("<|im_end|>")], head[tokenizer.special("[EOT]")] = hidden, -hidden
        (answer,) = engine.generate([_request("hello")])
    finally:
        head.copy_(kept)
    assert answer.finish is FinishReason.STOP
    assert answer.token_ids == ()
    assert answer.text == ""


def test_the_place_of_a_picture_is_never_an_answer(
    engine: runtime.Engine, tiny_model: runtime.Model, part: MakePart
) -> None:
    media = tiny_model.config.media_token_id
    assert media is not None
    head = tiny_model.language_model.lm_head.weight
    kept = head.detach().clone()
    try:
        # Far likelier than all others, or far less likely, whatever the hidden state.
        head[media] = 100 * kept[media]
        sampled = {"temperature": 1.0, "seed": 1}
        answers = engine.generate([_request(part(90, 60), "hello", **s) for s in ({}, sampled)])
    finally:
        head.copy_(kept)
    assert [len(answer.token_ids) for answer in answers] == [12, 12]
    assert not any(media in answer.token_ids for answer in answers)


def test_running_in_a_circle_is_noticed(engine: runtime.Engine, tiny_model: runtime.Model) -> None:
    head = tiny_model.language_model.lm_head.weight
    kept = head.detach().clone()
    try:
        head.zero_()
        (answer,) = engine.generate([_request("hello", max_tokens=400, max_repeats=4)])
        (free,) = engine.generate([_request("hello", max_tokens=80, max_repeats=None)])
    finally:
        head.copy_(kept)
    assert answer.finish is FinishReason.REPETITION
    assert len(answer.token_ids) <= 48
    assert free.finish is FinishReason.LENGTH


def test_nothing_is_sampled_from_garbage(engine: runtime.Engine, tiny_model: runtime.Model) -> None:
    down = tiny_model.language_model.model.layers[1].mlp.shared_experts.down_proj.weight
    kept = down.detach().clone()
    try:
        down[0, 0] = float("nan")
        with pytest.raises(NonFinite) as caught:
            engine.generate([_request("hello")])
    finally:
        down.copy_(kept)
    # What layer 1 puts out is first seen by layer 2.
    assert (caught.value.kind, caught.value.message) == ("engine.nonfinite", "layer 2")


def test_too_long_prompts_are_refused(engine: runtime.Engine) -> None:
    with pytest.raises(RequestError) as caught:
        engine.generate([_request("y!" * 3000)])
    assert caught.value.kind == "request.too_long"


def test_generation_stops_at_the_end_of_the_context(engine: runtime.Engine) -> None:
    (probe,) = engine.generate([_request("y!" * 2030, max_tokens=1)])
    room = 4096 - probe.prompt_tokens
    assert room < 40
    (answer,) = engine.generate([_request("y!" * 2030, max_tokens=1000)])
    assert len(answer.token_ids) == room


def test_a_cache_that_does_not_fit_is_refused(engine: runtime.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runtime.admission.free_host_bytes", lambda: 10_000)
    with pytest.raises(MemoryLimit) as caught:
        engine.generate([_request("hello")])
    assert caught.value.kind == "memory.host"


def test_a_closed_engine_refuses(tiny_model: runtime.Model) -> None:
    with runtime.Engine(tiny_model) as engine:
        pass
    with pytest.raises(EngineUnavailable) as caught:
        engine.generate([_request("hello")])
    assert caught.value.kind == "engine.closed"


@pytest.mark.parametrize(
    ("tokens", "kind"), [([], "request.tokens"), ([10**6], "request.tokens"), ([-1], "request.tokens")]
)
def test_token_ids_outside_the_vocabulary_are_refused(tiny_model: runtime.Model, tokens: list[int], kind: str) -> None:
    with pytest.raises(RequestError) as caught:
        tiny_model.logits(tokens)
    assert caught.value.kind == kind


def test_pictures_must_match_their_placeholders(tiny_model: runtime.Model, part: MakePart) -> None:
    from runtime.vision.preprocess import to_pil

    with pytest.raises(RequestError, match="2 visual tokens in the text, 12 in the pictures"):
        tiny_model.logits([tiny_model.config.media_token_id or 0] * 2, [to_pil(part(90, 60))])


def test_bf16_stays_near_fp32(tiny_folder: object, tiny_model: runtime.Model) -> None:
    model = runtime.load(str(tiny_folder), dtype="bfloat16")
    tokens = torch.arange(40)
    exact = tiny_model.logits(tokens)
    distance = (model.logits(tokens) - exact).square().mean(1).sqrt() / exact.std()
    # 8 bits of mantissa through 3 layers. The median: where rounding flips an expert, a token is far off and right.
    assert float(distance.median()) < 0.1
