"""
Samples as tensors: the very tokens that the runtime will see, the places of the labels, the patches of the picture.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from runtime.api import GenerateRequest, ImagePart, user
from runtime.tokenizer.bpe import Tokenizer
from runtime.tokenizer.chat import encode_prompt
from runtime.vision.grid import ImageRules, layout
from runtime.vision.preprocess import patches
from training.samples import CELL_KINDS, Sample
from vision_code.draft import labels as label_words
from vision_code.draft.labels import LABELS

LABEL_WORDS = tuple(LABELS)
_LABEL_IDS = {word: i for i, word in enumerate(LABEL_WORDS)}
#: Which labels are valid for each kind of slot: bool [kinds, labels].
KINDS = {"text": label_words.TEXT, "pixels": label_words.PIXELS, "group": label_words.GROUPS}
VALID = torch.tensor([[word in words for word in LABEL_WORDS] for words in KINDS.values()])
_KIND_IDS = {name: i for i, name in enumerate(KINDS)}
RULES = ImageRules(family="kimi_k25", patch_limit=16384)


@dataclass(frozen=True, slots=True)
class Encoded:
    """
    One sample, ready to be batched.

    Attributes:
        ids: [tokens] int32.
        places: [slots] int32: the token *before* each label, whose output predicts it.
        labels: [slots] int16, index into ``LABEL_WORDS``; ``rules`` likewise.
        kinds: [slots] int8, row of ``VALID``.
        webp: The picture's file.
        cells: [visual tokens] int16, bits of ``CELL_KINDS``.
    """

    family: str
    ids: np.ndarray
    places: np.ndarray
    labels: np.ndarray
    rules: np.ndarray
    kinds: np.ndarray
    webp: bytes
    cells: np.ndarray


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Samples side by side, packed.

    Attributes:
        ids: [tokens] int64 of all sequences; ``lengths`` says how many each has.
        places: [slots] int64, index into the packed tokens.
        pixels: [patches, 3, 14, 14]; ``grids`` says how they are laid out.
        cells: [visual tokens, kinds] float 0 or 1.
    """

    ids: torch.Tensor
    lengths: list[int]
    places: torch.Tensor
    labels: torch.Tensor
    rules: torch.Tensor
    kinds: torch.Tensor
    pixels: torch.Tensor
    grids: list[tuple[int, int, int]]
    cells: torch.Tensor


def encode(sample: Sample, tokenizer: Tokenizer) -> Encoded:
    """
    Tokenise one sample as the engine would: each piece of the answer on its own.
    """
    webp = base64.b64decode(sample.webp)
    width, height = Image.open(io.BytesIO(webp)).size
    blank = ImagePart(width=width, height=height, rgb=bytes(width * height * 3))
    request = GenerateRequest(messages=(user(blank, sample.question),))
    count = layout(RULES, width, height).num_tokens
    ids = list(encode_prompt(request, "kimi_k25", tokenizer, lambda _: count).token_ids)
    places = []
    for fixed, label in zip(sample.fixed, sample.labels, strict=True):
        ids += tokenizer.encode(fixed)
        places.append(len(ids) - 1)
        ids += tokenizer.encode(f" {label}")
    return Encoded(
        family=sample.family,
        ids=np.array(ids, dtype=np.int32),
        places=np.array(places, dtype=np.int32),
        labels=np.array([_LABEL_IDS[word] for word in sample.labels], dtype=np.int16),
        rules=np.array([_LABEL_IDS[word] for word in sample.rules], dtype=np.int16),
        kinds=np.array([_KIND_IDS[kind] for kind in sample.kinds], dtype=np.int8),
        webp=webp,
        cells=np.array(sample.cells, dtype=np.int16),
    )


def collate(samples: Sequence[Encoded]) -> Batch:
    """
    Pack samples into one batch.
    """
    starts = np.cumsum([0, *(len(s.ids) for s in samples[:-1])])
    prepared = [patches(Image.open(io.BytesIO(s.webp)), RULES) for s in samples]
    cells = torch.from_numpy(np.concatenate([s.cells for s in samples]).astype(np.int64))
    bits = torch.arange(len(CELL_KINDS))
    return Batch(
        ids=torch.from_numpy(np.concatenate([s.ids for s in samples]).astype(np.int64)),
        lengths=[len(s.ids) for s in samples],
        places=torch.from_numpy(
            np.concatenate([s.places + start for s, start in zip(samples, starts, strict=True)])
        ).long(),
        labels=torch.from_numpy(np.concatenate([s.labels for s in samples]).astype(np.int64)),
        rules=torch.from_numpy(np.concatenate([s.rules for s in samples]).astype(np.int64)),
        kinds=torch.from_numpy(np.concatenate([s.kinds for s in samples]).astype(np.int64)),
        pixels=torch.cat([values for values, _ in prepared]),
        grids=[grid for _, grid in prepared],
        cells=((cells.unsqueeze(-1) >> bits) & 1).float(),
    )
