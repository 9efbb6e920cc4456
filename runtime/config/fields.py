"""
Typed access to one JSON object of a configuration, with refusals that name key and value; torch-free.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from runtime.errors import CheckpointError


def refuse(message: str) -> CheckpointError:
    """
    A ``checkpoint.config`` error to raise.
    """
    return CheckpointError("checkpoint.config", message)


@dataclass(frozen=True, slots=True)
class Fields:
    """
    One object of ``config.json``.

    Args:
        raw: The object.
    """

    raw: Mapping[str, object]

    def child(self, key: str) -> Fields:
        """
        A nested object, which must be there.
        """
        value = self.raw.get(key)
        if not isinstance(value, dict):
            raise refuse(f"{key} is missing or not an object")
        return Fields(cast("dict[str, object]", value))

    def only(self, key: str, known: object) -> None:
        """
        Refuse any value but the one the runtime computes; absent and null pass.
        """
        value = self.raw.get(key)
        if value is not None and value != known:
            raise refuse(f"{key}={value!r:.80}: only {known!r} is known")

    def integer(self, *keys: str, low: int, high: int, default: int | None = None) -> int:
        """
        The first of several spellings, within bounds.
        """
        value = self.optional_integer(*keys, low=low, high=high)
        if value is not None:
            return value
        if default is None:
            raise refuse(f"{keys[0]} is missing")
        return default

    def optional_integer(self, *keys: str, low: int, high: int) -> int | None:
        """
        As :meth:`integer`; None when absent or null.
        """
        key = next((k for k in keys if self.raw.get(k) is not None), None)
        if key is None:
            return None
        value = self.raw[key]
        if isinstance(value, bool) or not isinstance(value, int):
            raise refuse(f"{key}={value!r:.80} is not a whole number")
        if value > high:
            raise refuse(f"{key}={value!r:.80} exceeds {high}")
        if value < low:
            raise refuse(f"{key}={value!r:.80} is below {low}")
        return value

    def number(self, *keys: str, default: float | None = None) -> float:
        """
        A finite number.
        """
        key = next((k for k in keys if self.raw.get(k) is not None), None)
        if key is None:
            if default is None:
                raise refuse(f"{keys[0]} is missing")
            return default
        value = self.raw[key]
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            raise refuse(f"{key}={value!r:.80} is not a number that makes sense")
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """
        true or false.
        """
        value = self.raw.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise refuse(f"{key}={value!r:.80} is neither true nor false")
        return value

    def integers(self, key: str) -> tuple[int, ...]:
        """
        One whole number or a list of them; absent and null give none.
        """
        value = self.raw.get(key)
        values = value if isinstance(value, list) else [] if value is None else [value]
        if any(isinstance(v, bool) or not isinstance(v, int) or not 0 <= v < 1 << 21 for v in values):
            raise refuse(f"{key}={value!r:.80} is not a token id")
        return tuple(values)
