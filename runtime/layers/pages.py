"""
The latent cache in pages, as the GPU's kernels read it: sequences take pages as they grow and share full ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import torch

import kernels
from runtime.layers.cache import first_nonfinite
from runtime.layers.ragged import Ragged

PAGE_TOKENS = 64


def num_pages(capacities: Sequence[int]) -> int:
    """
    Pages that sequences of these lengths need, whatever they share.
    """
    return sum(-(-capacity // PAGE_TOKENS) for capacity in capacities)


class PagedCache:
    """
    Pages for a batch of sequences; sequence ``i`` of a batch has table ``i``.

    A page is never given back: there are as many as all sequences can need, and the cache lives as long as its batch.

    Args:
        num_layers: Layers of the model.
        capacities: Tokens of each sequence at most.
        width: Values per token and layer.
        dtype: Of the stored rows.
        device: Where they live.
    """

    def __init__(
        self, *, num_layers: int, capacities: Sequence[int], width: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        # Zeros, not empty: who looks for the layer that went wrong reads whole pages.
        shape = (num_layers, num_pages(capacities), PAGE_TOKENS, width)
        self._pages = torch.zeros(shape, dtype=dtype, device=device)
        self._tables: list[list[int]] = [[] for _ in capacities]
        self._taken = 0
        self._uploaded: torch.Tensor | None = None

    def pages(self, layer: int) -> torch.Tensor:
        """
        ``[num_pages, page_size, width]`` of one layer.
        """
        return self._pages[layer]

    def place(self, batch: Ragged) -> kernels.PagedBatch:
        """
        Give new tokens their places, the same in all layers.

        Args:
            batch: Where they sit.
        """
        spans = list(zip(batch.past, batch.lengths, strict=True))
        slots: list[int] = []
        for sequence, (past, new) in enumerate(spans):
            table = self._grown(sequence, past + new)
            slots += (table[at // PAGE_TOKENS] * PAGE_TOKENS + at % PAGE_TOKENS for at in range(past, past + new))
        longest = batch.longest
        padded = [sequence * longest + at for sequence, new in enumerate(batch.lengths) for at in range(new)]
        visible = [past + at + 1 if at < new else 0 for past, new in spans for at in range(longest)]
        cu_q = list(accumulate(batch.lengths, initial=0))
        cu_k = list(accumulate((past + new for past, new in spans), initial=0))
        at, index = kernels.upload_all([slots, padded], self._pages.device)
        seen, starts, key_starts = kernels.upload_all([visible, cu_q, cu_k], self._pages.device, torch.int32)
        return kernels.PagedBatch(
            lengths=batch.lengths,
            past=batch.past,
            block_table=self._block_table()[: len(spans), : -(-batch.num_keys // PAGE_TOKENS)],
            slots=at,
            padded=index,
            visible=seen.view(-1, longest),
            cu_q=starts,
            cu_k=key_starts,
        )

    def share(self, source: int, target: int, length: int) -> None:
        """
        Let a sequence begin with the first ``length`` tokens of another: the same full pages, a copy of the last one.
        """
        full, rest = divmod(length, PAGE_TOKENS)
        self._tables[target] = self._tables[source][:full]
        if rest:
            page = self._grown(target, length)[-1]
            self._pages[:, page, :rest] = self._pages[:, self._tables[source][full], :rest]
        self._uploaded = None

    def move(self, source: int, target: int, length: int) -> None:
        """
        Give a sequence of ``length`` tokens another place in the batch, whose own sequence is over.
        """
        self._tables[target] = self._tables[source][: -(-length // PAGE_TOKENS)]
        self._uploaded = None

    def first_nonfinite_layer(self, num_slots: int) -> int | None:
        """
        The first layer that was handed NaN or infinity by one of the first sequences; None when all rows are finite.
        """
        used = sorted({page for table in self._tables[:num_slots] for page in table})
        return first_nonfinite(self._pages[:, kernels.upload(used, self._pages.device)])

    def _grown(self, sequence: int, length: int) -> list[int]:
        table = self._tables[sequence]
        missing = -(-length // PAGE_TOKENS) - len(table)
        if missing > 0:
            table += range(self._taken, self._taken + missing)
            self._taken += missing
            self._uploaded = None
        return table

    def _block_table(self) -> torch.Tensor:
        """
        ``[sequences, most pages]`` int32; sent again only when a table has changed, which is once in 64 tokens.
        """
        if self._uploaded is None:
            most = max(map(len, self._tables))
            flat = [page for table in self._tables for page in (*table, *[0] * (most - len(table)))]
            self._uploaded = kernels.upload(flat, self._pages.device, torch.int32).view(-1, most)
        return self._uploaded
