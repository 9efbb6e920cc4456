"""
From requests to sequences that fit: prompts, templates, pictures, limits of length and memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import torch

from runtime.api import GenerateRequest, ImagePart
from runtime.checkpoint.memory import GIB, free_host_bytes
from runtime.errors import MemoryLimit, RequestError
from runtime.model import Model
from runtime.sampler import random_numbers
from runtime.sequence import Sequence as Answer
from runtime.tokenizer.chat import Prompt, encode_prompt
from runtime.tokenizer.stream import Detokeniser
from runtime.tokenizer.template import Literal, Options, Walk, encode_template
from runtime.vision.grid import layout
from runtime.vision.preprocess import to_pil

# More sequences in one batch than this gain nothing on the machines we know.
MAX_BATCH = 256
# The cache leaves this share of free memory to activations and everything else on the machine.
CACHE_SHARE_OF_FREE = 0.6


def prepare(model: Model, requests: Sequence[GenerateRequest], stop_ids: frozenset[int]) -> list[Answer]:
    """
    Tokenise prompts and templates, encode each different picture once.

    Args:
        model: What will answer.
        requests: What is asked.
        stop_ids: Tokens that end an answer.

    Raises:
        RequestError: ``request.*``: a prompt or template this model cannot run.
    """
    prompts = [
        encode_prompt(request, model.config.family, model.tokenizer, lambda part: _num_tokens(model, part))
        for request in requests
    ]
    digests = [tuple(_digest(image) for image in prompt.images) for prompt in prompts]
    features = _features(model, prompts, digests)
    return [
        _answer(model, index, request, prompt, [(digest, features[digest]) for digest in names], stop_ids)
        for index, (request, prompt, names) in enumerate(zip(requests, prompts, digests, strict=True))
    ]


def group_memory(model: Model, answers: Sequence[Answer]) -> Iterator[list[Answer]]:
    """
    Cut a batch so that each part's cache fits in memory.

    Raises:
        MemoryLimit: ``memory.host`` or ``memory.device`` when not even one sequence fits.
    """
    on_host = model.device.type == "cpu"
    free = free_host_bytes() if on_host else torch.cuda.mem_get_info(model.device)[0]
    budget = CACHE_SHARE_OF_FREE * free
    group: list[Answer] = []
    lengths: list[int] = []
    for answer in answers:
        length = len(answer.pending) + answer.limit
        if model.cache_bytes([length]) > budget:
            message = f"need {model.cache_bytes([length]) / GIB:.1f} GiB, free {budget / GIB:.1f} GiB"
            raise MemoryLimit("memory.host" if on_host else "memory.device", message)
        if group and (len(group) == MAX_BATCH or model.cache_bytes([*lengths, length]) > budget):
            yield group
            group, lengths = [], []
        group.append(answer)
        lengths.append(length)
    if group:
        yield group


def _num_tokens(model: Model, part: ImagePart) -> int:
    return layout(model.image_rules, part.width, part.height).num_tokens


def _digest(part: ImagePart) -> bytes:
    # The size belongs to it: 30x100 and 100x30 pixels may hold the same bytes.
    return hashlib.sha256(b"%dx%d " % (part.width, part.height) + part.rgb).digest()


def _features(
    model: Model, prompts: Sequence[Prompt], digests: Sequence[tuple[bytes, ...]]
) -> dict[bytes, torch.Tensor]:
    different: dict[bytes, ImagePart] = {}
    for prompt, names in zip(prompts, digests, strict=True):
        different |= dict(zip(names, prompt.images, strict=True))
    encoded = model.encode_images([to_pil(part) for part in different.values()]) if different else []
    return dict(zip(different, encoded, strict=True))


def _answer(
    model: Model,
    index: int,
    request: GenerateRequest,
    prompt: Prompt,
    pictures: Sequence[tuple[bytes, torch.Tensor]],
    stop_ids: frozenset[int],
) -> Answer:
    walk, limit = None, request.sampling.max_tokens
    if request.template is not None:
        segments = encode_template(model.tokenizer, request.template)
        walk, limit = Walk(segments), _longest(segments)
    room = model.config.text.max_position_embeddings - len(prompt.token_ids)
    if room < 1 or (walk is not None and room < limit):
        have = model.config.text.max_position_embeddings
        raise RequestError("request.too_long", f"{len(prompt.token_ids)} prompt tokens, the model takes {have} in all")
    return Answer(
        index=index,
        request=request,
        pending=list(prompt.token_ids),
        keys=_keys(model, prompt, pictures),
        features=torch.cat([part for _, part in pictures]) if pictures else None,
        text=Detokeniser(model.tokenizer, request.sampling.stop),
        limit=min(limit, room),
        stop_ids=stop_ids,
        walk=walk,
        prompt_tokens=len(prompt.token_ids),
        generator=random_numbers(request.sampling),
    )


def _longest(segments: Sequence[Literal | Options]) -> int:
    return sum(
        len(segment.token_ids) if isinstance(segment, Literal) else max(map(len, segment.token_ids))
        for segment in segments
    )


def _keys(model: Model, prompt: Prompt, pictures: Sequence[tuple[bytes, torch.Tensor]]) -> list[tuple[int, int]]:
    """
    Each token with its picture's identity, so that equal placeholders of different pictures differ.
    """
    identities = [int.from_bytes(digest[:8], "big") for digest, part in pictures for _ in range(len(part))]
    visual = iter(identities)
    media = model.config.media_token_id
    return [(token, next(visual) if token == media else 0) for token in prompt.token_ids]
