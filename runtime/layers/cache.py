"""
The latent cache: one row of ``kv_lora_rank + qk_rope_head_dim`` values per token and layer.

Each sequence has a slot, which plain PyTorch reads without gathering; :mod:`runtime.layers.pages` is the GPU's form.
"""

from __future__ import annotations

import torch

from runtime.layers.ragged import Ragged


class LatentCache:
    """
    Preallocated rows for a batch of sequences; sequence ``i`` of a batch lives in slot ``i``.

    Args:
        num_layers: Layers of the model.
        num_slots: Sequences at most.
        capacity: Tokens per sequence at most.
        width: Values per token and layer.
        dtype: Of the stored rows.
        device: Where they live.
    """

    def __init__(
        self, *, num_layers: int, num_slots: int, capacity: int, width: int, dtype: torch.dtype, device: torch.device
    ) -> None:
        # Zeros, not empty: masked positions are read (and weighted by 0), so they must be finite.
        self._rows = torch.zeros((num_layers, num_slots, capacity, width), dtype=dtype, device=device)

    def extend(self, layer: int, batch: Ragged, rows: torch.Tensor) -> torch.Tensor:
        """
        Store the new tokens' rows of one layer.

        Args:
            layer: Which layer.
            batch: Where the tokens sit.
            rows: ``[num_tokens, width]``.

        Returns:
            ``[batch, num_keys, width]``: all rows that the batch may look at, a view.
        """
        self._rows[layer].index_put_((batch.row, batch.positions), rows.to(self._rows.dtype))
        return self._rows[layer, : len(batch.lengths), : batch.num_keys]

    @property
    def rows(self) -> torch.Tensor:
        """
        ``[layers, slots, capacity, width]``, for who stores rows in place.
        """
        return self._rows

    def share(self, source: int, target: int, length: int) -> None:
        """
        Let one slot begin with the first ``length`` tokens of another, all layers.
        """
        self._rows[:, target, :length] = self._rows[:, source, :length]

    def move(self, source: int, target: int, length: int) -> None:
        """
        Give a sequence of ``length`` tokens another slot, whose own sequence is over.
        """
        self.share(source, target, length)

    def first_nonfinite_layer(self, num_slots: int) -> int | None:
        """
        The first layer that was handed NaN or infinity, by what it stored; None when all rows are finite.
        """
        return first_nonfinite(self._rows[:, :num_slots])


def first_nonfinite(layers: torch.Tensor) -> int | None:
    """
    The first of ``[num_layers, ...]`` that holds NaN or infinity; None: none does.
    """
    bad = ~layers.isfinite().flatten(1).all(1)
    return int(bad.nonzero()[0]) if bool(bad.any()) else None
