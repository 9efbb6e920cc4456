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
    "checksum": ([_PTR, _I64, _PTR, _I32], ctypes.c_uint64),
    "int4_linear": ([_PTR, _I64, _I64, _PTR, _I64, _I32, _PTR, _PTR, _I32], None),
    "int4_moe_workspace": ([_I64, _I64, _I64, _I64, _I64, _I32], _I64),
    "int4_moe": ([_PTR, _PTR, _I64, _I64, _I64, _PTR, _PTR, _PTR, _I64, _I64, _I32, _PTR, _PTR, _I32], _I32),
    "float_linear": ([_PTR, _I32, _I64, _I64, _PTR, _I64, _PTR, _PTR, _I32], None),
    "attention_workspace": ([_PTR, _I64], _I64),
    "attention_part": ([_PTR, _PTR, _I64, _PTR, _PTR, _PTR, _I64, _I64, _I64, _I32, *[_PTR] * 5, _I32], _I32),
    "mlp_workspace": ([_PTR, _I64], _I64),
    "float_norm": ([_PTR, _PTR, _I64, _I64, ctypes.c_float, _PTR, _I32], None),
    "decoder_workspace": ([_PTR, _I64, _I64], _I64),
    "decoder": ([_PTR, _I64, _PTR, _PTR, _I64, _PTR, _PTR, _PTR, _PTR, _I32], _I32),
    "logits_workspace": ([_PTR, _I64, _I64], _I64),
    "logits": ([_PTR, _I64, _PTR, _PTR, _PTR, _I64, _PTR, _PTR, _I64, _PTR, _PTR, _I32], _I32),
    "mlp_part": ([_PTR, _PTR, _I64, _PTR, _PTR, _PTR, _I32], None),
}


class AttentionStruct(ctypes.Structure):
    """
    ``struct attention_weights`` of ``source/attention.h``.
    """

    _fields_ = (
        *((name, _I64) for name in ("hidden", "heads", "nope", "rope", "rank", "v", "q_rank")),
        *((name, _PTR) for name in ("norm", "q_norm", "latent_norm", "q_a", "q_b", "kv_a", "kv_b", "o")),
        *((name, ctypes.c_float) for name in ("eps", "latent_eps", "scale")),
        ("half", _I32),
    )


class MlpStruct(ctypes.Structure):
    """
    ``struct mlp_weights`` of ``source/mlp.h``.
    """

    _fields_ = (
        *((name, _I64) for name in ("hidden", "inter", "experts", "expert_inter", "top_k", "groups", "top_groups")),
        *((name, _PTR) for name in ("norm", "bias", "gate", "up", "down", "router", "expert_gate_up", "expert_down")),
        *((name, ctypes.c_float) for name in ("eps", "scaling")),
        *((name, _I32) for name in ("half", "kind", "normalise", "planes")),
    )


class LayerStruct(ctypes.Structure):
    """
    ``struct layer`` of ``source/parts.h``.
    """

    _fields_ = (("attention", _PTR), ("mlp", _PTR))


class VocabularyStruct(ctypes.Structure):
    """
    ``struct vocabulary`` of ``source/parts.h``.
    """

    _fields_ = (("embedding", _PTR), ("head", _PTR), ("size", _I64), ("half", _I64))


class PlacesStruct(ctypes.Structure):
    """
    ``struct places`` of ``source/parts.h``.
    """

    _fields_ = (
        ("cos", _PTR),
        ("sin", _PTR),
        ("cache", _PTR),
        ("layer_stride", _I64),
        ("slot_stride", _I64),
        ("slots", _I64),
        ("capacity", _I64),
        ("slot", _PTR),
        ("position", _PTR),
        ("cache_half", _I64),
    )


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
