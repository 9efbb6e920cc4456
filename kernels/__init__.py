"""
Tensor operations of the Kimi family behind one name each; no models, no files.

Every operation has a plain PyTorch reference; ``kernels.dispatch`` sends it to a Triton kernel on a GPU.
"""

from kernels.dispatch import mla_decode, mla_prefill, rms_norm, rotate_pairs, route, vit_attention
from kernels.errors import KernelError, UnsupportedShape
from kernels.int4 import GROUP_SIZE, dequantise, int4_linear, pack, quantise, unpack
from kernels.moe import RouterRule, expert_mlp, grouped_linear, over_sorted_tokens
from kernels.rope import inverse_frequencies, rope_2d_angles, yarn_frequencies, yarn_magnitude
from kernels.target import runs_triton

__all__ = [
    "GROUP_SIZE",
    "KernelError",
    "RouterRule",
    "UnsupportedShape",
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
    "runs_triton",
    "unpack",
    "vit_attention",
    "yarn_frequencies",
    "yarn_magnitude",
]
