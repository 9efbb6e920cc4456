"""
What went wrong with a call: from an exception to the message that says so, and back.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

from lsp_server.log import where
from lsp_server.road.messages import Failed
from vision_code.errors import (
    CheckpointRejected,
    Denied,
    EngineUnavailable,
    InputRejected,
    LimitExceeded,
    UsageError,
    VerificationFailed,
    VisionCodeError,
)

_BY_EXIT_CODE = {
    error.exit_code: error
    for error in (
        UsageError,
        InputRejected,
        CheckpointRejected,
        Denied,
        LimitExceeded,
        EngineUnavailable,
        VerificationFailed,
    )
}


def failed_of(error: Exception) -> Failed:
    """
    What a call that raised is answered. A bug of ours is answered by a crash id and its place in the code: the
    exception's own text may hold paths or contents.
    """
    if isinstance(error, VisionCodeError):
        return Failed(
            kind=error.kind, message=error.message, exit_code=error.exit_code, detail=error.detail, retry=error.retry
        )
    message = f"crash {secrets.token_hex(4)}"
    return Failed(kind="internal", message=message, exit_code=1, detail={}, retry=False, place=where(error))


def error_of(failed: Failed, log: Callable[[str], None]) -> VisionCodeError:
    """
    What a failed call raises; where in the code it was a bug goes to the log.
    """
    if failed.place:
        log(f"{failed.message}: {failed.place}")
    kind = _BY_EXIT_CODE.get(failed.exit_code, VisionCodeError)
    return kind(failed.kind, failed.message, detail=failed.detail, retry=failed.retry)
