"""
The error tree of the product and its one contract with the outside: kind, exit code, one line.

VisionCodeError
├── UsageError          exit 2   wrong arguments, output exists
├── InputRejected       exit 3   image.format, image.corrupt, image.too_large, url.* …
├── CheckpointRejected  exit 4   checkpoint.*, engine.nonfinite
├── PatchConflict       exit 5   patch.conflict, patch.ambiguous, patch.stale …
├── Denied              exit 6   path.*, file.readonly, capture.denied
├── LimitExceeded       exit 7   memory.*, disk.full, image.timeout, image.decoder_died
├── EngineUnavailable   exit 8   engine.*, remote.*, capture.unavailable
└── VerificationFailed  exit 9   render.timeout, render.crashed
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class VisionCodeError(Exception):
    """
    Something a user can act on.

    Args:
        kind: Dotted kind, e.g. ``image.too_large``.
        message: One line: what happened, with which value, what to do. No file contents, no addresses.
        detail: Machine-readable fields for ``--json``.
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


class UsageError(VisionCodeError):
    """
    The call itself is wrong.
    """

    exit_code = 2


class InputRejected(VisionCodeError):
    """
    The picture (or other input) cannot be used.
    """

    exit_code = 3


class CheckpointRejected(VisionCodeError):
    """
    The model files cannot be used.
    """

    exit_code = 4


class PatchConflict(VisionCodeError):
    """
    The edits do not fit the files: not found, found twice, or the files are not those they were made for.
    """

    exit_code = 5


class Denied(VisionCodeError):
    """
    Policy, trust or permissions forbid it.
    """

    exit_code = 6


class LimitExceeded(VisionCodeError):
    """
    A resource ran out or a bound was hit.
    """

    exit_code = 7


class EngineUnavailable(VisionCodeError):
    """
    No engine can do this.
    """

    exit_code = 8


class VerificationFailed(VisionCodeError):
    """
    The result could not be verified although that was asked for.
    """

    exit_code = 9
