"""
Tensor operations of the Kimi family behind one name each; no models, no files.

Every operation is a plain PyTorch reference; :mod:`kernels.choice` decides where a faster implementation computes.
"""

from kernels.choice import bf16_linear, cpu_instructions, tile_experts, tile_int4, tiled_expert_mlp, tiled_linear
from kernels.cpu.tiles import TiledExperts, TiledInt4
from kernels.errors import KernelError, UnsupportedShape
from kernels.int4 import GROUP_SIZE, dequantise, int4_linear, pack, quantise, unpack
from kernels.mla import mla_decode, mla_prefill
from kernels.moe import RouterRule, expert_mlp, grouped_linear, over_sorted_tokens, route
from kernels.rms_norm import rms_norm
from kernels.rope import inverse_frequencies, rope_2d_angles, rotate_pairs, yarn_frequencies, yarn_magnitude
from kernels.vit_attention import vit_attention

__all__ = [
    "GROUP_SIZE",
    "KernelError",
    "RouterRule",
    "TiledExperts",
    "TiledInt4",
    "UnsupportedShape",
    "bf16_linear",
    "cpu_instructions",
    "dequantise",
    "expert_mlp",
    "grouped_linear",
    "int4_linear",
    "inverse_frequencies",
    "mla_decode",
    "mla_prefill",
    "over_sorted_tokens",
    "pack",
    "quantise",
    "rms_norm",
    "rope_2d_angles",
    "rotate_pairs",
    "route",
    "tile_experts",
    "tile_int4",
    "tiled_expert_mlp",
    "tiled_linear",
    "unpack",
    "vit_attention",
    "yarn_frequencies",
    "yarn_magnitude",
]
