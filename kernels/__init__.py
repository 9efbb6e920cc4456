"""
Tensor operations of the Kimi family behind one name each; no models, no files.

Every operation has a plain PyTorch reference. :mod:`kernels.dispatch` sends it to a Triton kernel on a GPU,
:mod:`kernels.choice` INT4 weights to a C library on a CPU.
"""

from kernels.choice import (
    attention_part,
    checksum,
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
from kernels.cpu.decoder import Decoder, DecoderWeights
from kernels.cpu.parts import AttentionPart, AttentionWeights, MlpPart, MlpWeights, Places
from kernels.cpu.tiles import TiledExperts, TiledInt4
from kernels.dispatch import (
    cache_write,
    layer_norm,
    mla_prefill,
    paged_attention,
    reads_pages,
    rms_norm,
    rms_norm_sum,
    rotate_pairs,
    rotate_tail,
    route,
    route_in_order,
    router_logits,
    sample,
    swiglu,
    vit_attention,
)
from kernels.errors import KernelError, UnsupportedShape
from kernels.int4 import GROUP_SIZE, dequantise, int4_linear, pack, quantise, unpack
from kernels.memory import empty_weights, in_huge_pages
from kernels.mla import mla_decode
from kernels.moe import RouterRule, expert_mlp, grouped_linear, over_sorted_tokens
from kernels.paged import PagedBatch
from kernels.rope import inverse_frequencies, rope_2d_angles, yarn_frequencies, yarn_magnitude
from kernels.target import runs_triton
from kernels.upload import upload, upload_all

__all__ = [
    "GROUP_SIZE",
    "AttentionPart",
    "AttentionWeights",
    "Decoder",
    "DecoderWeights",
    "KernelError",
    "MlpPart",
    "MlpWeights",
    "PagedBatch",
    "Places",
    "RouterRule",
    "TiledExperts",
    "TiledInt4",
    "UnsupportedShape",
    "attention_part",
    "cache_write",
    "checksum",
    "computes_parts",
    "cpu_instructions",
    "decoder",
    "dequantise",
    "empty_weights",
    "expert_mlp",
    "grouped_linear",
    "in_huge_pages",
    "int4_linear",
    "inverse_frequencies",
    "layer_norm",
    "linear",
    "mla_decode",
    "mla_prefill",
    "mlp_part",
    "over_sorted_tokens",
    "pack",
    "paged_attention",
    "quantise",
    "reads_pages",
    "rms_norm",
    "rms_norm_sum",
    "rope_2d_angles",
    "rotate_pairs",
    "rotate_tail",
    "route",
    "route_in_order",
    "router_logits",
    "runs_triton",
    "sample",
    "swiglu",
    "tile_experts",
    "tile_int4",
    "tiled_expert_mlp",
    "tiled_linear",
    "unpack",
    "upload",
    "upload_all",
    "vit_attention",
    "yarn_frequencies",
    "yarn_magnitude",
]
