"""
Everything the engine refuses or fails at, with the kind, exit code and one line of the product's error contract.

EngineError
├── CheckpointError     exit 4   checkpoint.format, .code, .path, .missing, .truncated, .header, .tensor, .config, .io
├── NonFinite           exit 4   engine.nonfinite
├── RequestError        exit 3   request.*: a prompt, picture or template that cannot be run
├── AccessRefused       exit 6   remote.auth
├── MemoryLimit         exit 7   memory.host, memory.device
└── EngineUnavailable   exit 8   engine.restarting, engine.busy, engine.closed, engine.failed, remote.*
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class EngineError(Exception):
    """
    Root of the tree.

    Args:
        kind: Dotted kind, e.g. ``checkpoint.header``.
        message: One line for the user: what happened, with which value.
        detail: Machine-readable fields.
        retry: Whether the same call may succeed later.
    """

    exit_code: ClassVar[int] = 1

    def __init__(
        self, kind: str, message: str, *, detail: Mapping[str, object] | None = None, retry: bool = False
    ) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind
        self.message = message
        self.detail: dict[str, object] = dict(detail or {})
        self.retry = retry


class CheckpointError(EngineError):
    """
    The model files cannot be used.
    """

    exit_code = 4


class NonFinite(EngineError):
    """
    The model produced NaN or infinity; nothing is sampled from it.
    """

    exit_code = 4


class RequestError(EngineError):
    """
    The request itself cannot be run by this model.
    """

    exit_code = 3


class AccessRefused(EngineError):
    """
    A remote engine does not take the key, or there is none.
    """

    exit_code = 6


class MemoryLimit(EngineError):
    """
    The memory at hand does not suffice.
    """

    exit_code = 7


class EngineUnavailable(EngineError):
    """
    The engine's process cannot answer.
    """

    exit_code = 8


_BY_EXIT_CODE: Mapping[int, tuple[type[EngineError], ...]] = {
    3: (RequestError,),
    4: (CheckpointError, NonFinite),
    6: (AccessRefused,),
    7: (MemoryLimit,),
    8: (EngineUnavailable,),
}


def from_kind(kind: str, message: str, exit_code: int, *, retry: bool = False) -> EngineError:
    """
    Rebuild an error that crossed a process boundary.

    Args:
        kind: As it was raised.
        message: As it was raised.
        exit_code: Tells the class.
        retry: As it was raised.

    Returns:
        An instance of the leaf class; :class:`EngineUnavailable` for an unknown code.
    """
    classes = _BY_EXIT_CODE.get(exit_code, (EngineUnavailable,))
    chosen = NonFinite if kind == "engine.nonfinite" else classes[0]
    return chosen(kind, message, retry=retry)
