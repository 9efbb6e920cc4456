"""
All layers of a decoder in one call of the C library, or all from tokens to logits; see :mod:`kernels.cpu.parts`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kernels.cpu.library import LayerStruct, PlacesStruct, VocabularyStruct
from kernels.cpu.parts import (
    MLP_TOKENS,
    AttentionPart,
    MlpPart,
    Places,
    are_half,
    capacity,
    check_places,
    float_rows,
    outside,
)
from kernels.errors import UnsupportedShape


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderWeights:
    """
    A whole decoder; embedding and head both fp32 or both bf16.

    Args:
        layers: Both halves of each.
        norm: ``[hidden]``, the last norm, with the first layer's eps.
        embedding: ``[vocab, hidden]``.
        head: ``[vocab, hidden]``; may be the embedding.
    """

    layers: Sequence[tuple[AttentionPart, MlpPart]]
    norm: torch.Tensor
    embedding: torch.Tensor
    head: torch.Tensor


class Decoder:
    """
    All layers and the norm behind them in one call, and with the vocabulary's two ends.

    Args:
        library: Of :func:`kernels.cpu.library.library`.
        weights: They must not move.

    Raises:
        UnsupportedShape: Embedding and head that do not belong together, or are strided.
    """

    most_tokens = MLP_TOKENS

    def __init__(self, library: ctypes.CDLL, weights: DecoderWeights) -> None:
        layers, embedding, head = weights.layers, weights.embedding, weights.head
        self._library = library
        self._norm = weights.norm.float()
        # What the addresses below point into.
        self._kept = weights
        structs = [LayerStruct(ctypes.addressof(a.struct), ctypes.addressof(m.struct)) for a, m in layers]
        self._structs = (LayerStruct * len(structs))(*structs)
        first, _ = layers[0]
        self._hidden, self._width = first.hidden, first.rank + first.weights.rope
        self._top_k = [part.top_k for _, part in layers if part.top_k]
        self._vocab = len(head)
        half = are_half([(matrix, (self._vocab, self._hidden)) for matrix in (embedding, head)])
        self._vocabulary = VocabularyStruct(embedding.data_ptr(), head.data_ptr(), self._vocab, half)

    def __call__(self, x: torch.Tensor, places: Places) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """
        Args:
            x: ``[num_tokens, hidden]`` float, at most 512 tokens.
            places: Where they sit; their rows are written.

        Returns:
            ``[num_tokens, hidden]`` in the dtype of ``x``, and of each layer that has experts the chosen ones
            ``[num_tokens, top_k]`` int64.

        Raises:
            UnsupportedShape: More tokens, or places that do not fit.
        """
        flat, num_tokens = float_rows(x, self._hidden), x.shape[0]
        where = self._where(places, num_tokens)
        out = torch.empty(x.shape, dtype=torch.float32)
        ids = torch.empty(num_tokens * sum(self._top_k), dtype=torch.int64)
        count = len(self._structs)
        workspace = torch.empty(self._library.decoder_workspace(self._structs, count, num_tokens), dtype=torch.uint8)
        wrong = self._library.decoder(
            self._structs,
            count,
            self._norm.data_ptr(),
            flat.data_ptr(),
            num_tokens,
            ctypes.byref(where),
            workspace.data_ptr(),
            ids.data_ptr(),
            out.data_ptr(),
            torch.get_num_threads(),
        )
        if wrong:
            raise outside(places)
        chosen = torch.split(ids, [num_tokens * k for k in self._top_k])
        return out.to(x.dtype), [torch.unflatten(part, 0, (num_tokens, -1)) for part in chosen]

    def logits(self, token_ids: torch.Tensor, places: Places, wanted: torch.Tensor) -> torch.Tensor:
        """
        From tokens to the logits behind some of them, in one call: what a small model's step does takes less time than
        torch needs to be ready for its next operation.

        Args:
            token_ids: ``[num_tokens]`` int64, at most 512 tokens.
            places: Where they sit; their rows are written.
            wanted: ``[num_wanted]`` int64, places among the tokens; at most as many as there are tokens.

        Returns:
            ``[num_wanted, vocab]`` float32.

        Raises:
            UnsupportedShape: More tokens, places that do not fit, or tokens that are not there.
        """
        num_tokens, num_wanted = len(token_ids), len(wanted)
        where = self._where(places, num_tokens)
        for index in (token_ids, wanted):
            if index.dim() != 1 or index.dtype != torch.int64 or not index.is_contiguous():
                raise UnsupportedShape(f"tokens or places {index.dtype} {list(index.shape)}")
        if num_wanted > num_tokens:
            raise UnsupportedShape(f"{num_wanted} places among {num_tokens} tokens")
        out, count = torch.empty(num_wanted, self._vocab), len(self._structs)
        workspace = torch.empty(self._library.logits_workspace(self._structs, count, num_tokens), dtype=torch.uint8)
        wrong = self._library.logits(
            self._structs,
            count,
            self._norm.data_ptr(),
            ctypes.byref(self._vocabulary),
            token_ids.data_ptr(),
            num_tokens,
            ctypes.byref(where),
            wanted.data_ptr(),
            num_wanted,
            workspace.data_ptr(),
            out.data_ptr(),
            torch.get_num_threads(),
        )
        if wrong == 1:
            raise outside(places)
        if wrong:
            raise UnsupportedShape(f"token ids outside of {self._vocab}, or wanted ones outside of {num_tokens} tokens")
        return out

    def _where(self, places: Places, num_tokens: int) -> PlacesStruct:
        if not 1 <= num_tokens <= MLP_TOKENS:
            raise UnsupportedShape(f"{num_tokens} tokens; from 1 to {MLP_TOKENS}")
        check_places(places, num_tokens, self._width)
        rows = places.rows
        return PlacesStruct(
            places.cos.data_ptr(),
            places.sin.data_ptr(),
            rows.data_ptr(),
            rows.stride(0),
            rows.stride(1),
            rows.shape[1],
            capacity(places),
            places.slot.data_ptr(),
            places.position.data_ptr(),
            rows.dtype == torch.bfloat16,
        )
