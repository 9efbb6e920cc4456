"""
Tensor operations of the Kimi family behind one name each; no models, no files.

Every operation has a plain PyTorch reference. :mod:`kernels.dispatch` sends it to a Triton kernel on a GPU,
:mod:`kernels.choice` INT4 weights to a C library on a CPU.
"""

from kernels.choice import (
    attention_part,
    computes_parts,
    cpu_instructions,
    decoder,
    linear,
    mlp_part,
    tile_experts,
    tile_int4,
    tiled_expert_mlp,
    tiled_linear,
)
from kernels.cpu.parts import AttentionPart, AttentionWeights, Decoder, MlpPart, MlpWeights, Places
from kernels.cpu.tiles import TiledExperts, TiledInt4
from kernels.dispatch import mla_decode, mla_prefill, rms_norm, rotate_pairs, route, vit_attention
from kernels.errors import KernelError, UnsupportedShape
from kernels.int4 import GROUP_SIZE, dequantise, int4_linear, pack, quantise, unpack
from kernels.moe import RouterRule, expert_mlp, grouped_linear, over_sorted_tokens
from kernels.rope import inverse_frequencies, rope_2d_angles, yarn_frequencies, yarn_magnitude
from kernels.target import runs_triton

__all__ = [
    "GROUP_SIZE",
    "AttentionPart",
    "AttentionWeights",
    "Decoder",
    "KernelError",
    "MlpPart",
    "MlpWeights",
    "Places",
    "RouterRule",
    "TiledExperts",
    "TiledInt4",
    "UnsupportedShape",
    "attention_part",
    "computes_parts",
    "cpu_instructions",
    "decoder",
    "dequantise",
    "expert_mlp",
    "grouped_linear",
    "int4_linear",
    "inverse_frequencies",
    "linear",
    "mla_decode",
    "mla_prefill",
    "mlp_part",
    "over_sorted_tokens",
    "pack",
    "quantise",
    "rms_norm",
    "rope_2d_angles",
    "rotate_pairs",
    "route",
    "runs_triton",
    "tile_experts",
    "tile_int4",
    "tiled_expert_mlp",
    "tiled_linear",
    "unpack",
    "vit_attention",
    "yarn_frequencies",
    "yarn_magnitude",
]
