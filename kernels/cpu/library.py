"""
The loaded C library with the types of its functions; loaded once, on first use.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
from functools import cache

from kernels.cpu import build

logger = logging.getLogger(__name__)

_I32, _I64, _PTR = ctypes.c_int32, ctypes.c_int64, ctypes.c_void_p
SIGNATURES: dict[str, tuple[list[type], type | None]] = {
    "int4_source": ([], ctypes.c_char_p),
    "int4_instructions": ([], ctypes.c_char_p),
    "int4_use": ([ctypes.c_char_p], ctypes.c_char_p),
    "int4_tile": ([_PTR, _PTR, _I64, _I64, _I32, _PTR, _I32], None),
    "int4_linear": ([_PTR, _I64, _I64, _PTR, _I64, _I32, _PTR, _PTR, _I32], None),
    "int4_moe_workspace": ([_I64, _I64, _I64, _I64, _I64, _I32], _I64),
    "int4_moe": ([_PTR, _PTR, _I64, _I64, _I64, _PTR, _PTR, _PTR, _I64, _I64, _I32, _PTR, _PTR, _I32], _I32),
    "bf16_gemv": ([_PTR, _I64, _I64, _PTR, _I64, _PTR, _I32], None),
}


def load(path: str) -> ctypes.CDLL:
    """
    Load a built library and choose the best instruction set of this CPU.

    Args:
        path: Of the file.

    Raises:
        BuildFailed: It cannot be loaded here, or belongs to another source.
    """
    try:
        library = ctypes.CDLL(path)
        for name, (arguments, result) in SIGNATURES.items():
            function = getattr(library, name)
            function.argtypes, function.restype = arguments, result
    except (OSError, AttributeError) as error:
        raise build.BuildFailed(f"the library does not load: {error}") from error
    if library.int4_source() != build.source_hash().encode():
        raise build.BuildFailed(f"{path} was built from another source")
    library.int4_use(None)
    return library


@cache
def library() -> ctypes.CDLL | None:
    """
    The library; None, and one warning, when it cannot be had.
    """
    if build.PREBUILT.is_file():
        # It may be older than the source, or want a newer C library than this machine's.
        with contextlib.suppress(build.BuildFailed):
            return load(str(build.PREBUILT))
    try:
        return load(str(build.library_path()))
    except build.BuildFailed as error:
        logger.warning(
            "INT4 layers run in plain PyTorch, several times slower: %s; a C compiler makes them fast "
            "(on Debian: apt-get install gcc libc6-dev)",
            error,
        )
        return None
