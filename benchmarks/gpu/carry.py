"""
Kernels launched with a CPU's tensors: they are taken to the device and back, so that one test serves both.

Whole storages travel, not views: a kernel meets on the device what lies beside a view on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch


class Carrier:
    """
    The tensors of one launch.

    Args:
        device: Where to.
    """

    def __init__(self, device: torch.device) -> None:
        self._device = device
        self._whole: dict[int, tuple[torch.Tensor, torch.Tensor]] = {}

    def take(self, value: Any) -> Any:
        """
        A tensor's counterpart on the device, the same for what shares its memory; anything else as it is.
        """
        if not isinstance(value, torch.Tensor) or value.is_cuda:
            return value
        storage = value.untyped_storage()
        place = storage.data_ptr()
        if place not in self._whole:
            here = torch.empty(0, dtype=torch.uint8).set_(storage, 0, (storage.nbytes(),), (1,))
            self._whole[place] = (here, torch.empty_like(here, device=self._device).copy_(here))
        there = self._whole[place][1].untyped_storage()
        empty = torch.empty(0, dtype=value.dtype, device=self._device)
        return empty.set_(there, value.storage_offset(), value.size(), value.stride())

    def put_back(self) -> None:
        """
        Bring back what the kernel may have written.
        """
        for here, there in self._whole.values():
            here.copy_(there)


def carried(run: Callable[..., Any], device: torch.device) -> Callable[..., Any]:
    """
    The ``run`` of a class of kernels, for a CPU's tensors.

    Args:
        run: ``JITFunction.run``.
        device: Where it runs.
    """

    def there_and_back(self: Any, *args: Any, **named: Any) -> Any:
        carrier = Carrier(device)
        with torch.no_grad():
            taken = {name: carrier.take(value) for name, value in named.items()}
            result = run(self, *map(carrier.take, args), **taken)
            carrier.put_back()
        return result

    return there_and_back
