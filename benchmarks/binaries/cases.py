"""
Every Triton kernel at the shape classes it is launched with; types and constants come from the launch tables.
"""

from __future__ import annotations

from benchmarks.binaries.compile import TARGETS, Case
from kernels.target import Target, family

BF16, FP32, INT32, INT64 = "*bf16", "*fp32", "*i32", "*i64"


def cases(target: str) -> list[Case]:
    """
    What is compiled for one target.

    Args:
        target: A key of ``TARGETS``.
    """
    device = TARGETS[target][4]
    return [*_experts(device), *_route(), *_latent_attention(device), *_vision(device)]


def _experts(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_int4_moe import kernel
    from kernels.triton_int4_moe.launch import TABLE

    shared = {"x_ptr": BF16, "w_ptr": INT32, "s_ptr": BF16, "num_pairs": "i32", "num_blocks": "i32", "stride": "i32"}
    lists = {"ids_ptr": INT32, "expert_ptr": INT32, "padded_ptr": INT32}
    found = []
    for name in ("few", "some", "many", "most"):
        config = TABLE[family(device), name]
        finish = config.finish_weights
        constants: dict[str, object] = {
            "BN": config.block_rows,
            "BM": config.block_tokens,
            "GROUP": config.group_blocks,
            "FINISH": finish,
            "DTYPE": tl.bfloat16,
        }
        sums: dict[str, object] = {"sums_ptr": None, "act_sums_ptr": None} if finish else {}
        sum_types = {} if finish else {"sums_ptr": FP32, "act_sums_ptr": FP32}
        weights = config.block_rows * 128
        launch = {"num_warps": config.num_warps, "num_stages": config.num_stages, "matrix_unit": True}
        found.append(
            Case(
                name=f"int4_gate_up_{name}",
                function=kernel.gate_up_kernel,
                types={**shared, **lists, **sum_types, "act_ptr": BF16, "inter": "i32", "hidden": "i32"},
                constants={**constants, **sums, "TOP_K": 8},
                weights=2 * weights,
                **launch,
            )
        )
        sums.pop("act_sums_ptr", None)
        sum_types.pop("act_sums_ptr", None)
        types = {**shared, **sum_types, "y_ptr": BF16, "out": "i32", "columns": "i32"}
        absent: dict[str, object] = dict.fromkeys(("ids_ptr", "expert_ptr", "padded_ptr", "weights_ptr"))
        forms = [("down", {**lists, "weights_ptr": FP32}, {})]
        if name in ("few", "many"):
            forms.append(("linear", {}, absent))
        for form, more, without in forms:
            found.append(
                Case(
                    name=f"int4_{form}_{name}",
                    function=kernel.linear_kernel,
                    types={**types, **more},
                    constants={**constants, **sums, **without, "EXPERTS": form == "down"},
                    weights=weights,
                    **launch,
                )
            )
    small = {"x_ptr": BF16, "sums_ptr": FP32, "groups": "i32", "stride": "i32"}
    found.append(
        Case(name="group_sums", function=kernel.group_sums_kernel, types=small, constants={"GROUPS": 16}, num_warps=2)
    )
    pairs = {"y_ptr": BF16, "out_ptr": BF16, "width": "i32"}
    constants = {"TOP_K": 8, "BLOCK": 1024}
    found.append(
        Case(name="sum_pairs", function=kernel.sum_pairs_kernel, types=pairs, constants=constants, num_warps=4)
    )
    return found


def _route() -> list[Case]:
    from kernels.triton_route import kernel

    lists = {"sorted_ptr": INT32, "expert_ptr": INT32, "padded_ptr": INT32}
    types = {
        "logits_ptr": FP32,
        "bias_ptr": FP32,
        "ids_ptr": INT32,
        "weights_ptr": FP32,
        "num_tokens": "i32",
        "experts": "i32",
        "stride": "i32",
        "scaling": "fp32",
        "capacity": "i32",
    }
    constants: dict[str, object] = {"TOP_K": 8, "NORMALISE": True, "BT": 4, "BE": 512, "BM": 8, "BC": 1024}
    alone: dict[str, object] = dict.fromkeys(lists)
    return [
        Case(
            name="route_and_align",
            function=kernel.route_kernel,
            types={**types, **lists},
            constants={**constants, "ALIGN": True, "BP": 128},
            num_warps=4,
        ),
        Case(
            name="route",
            function=kernel.route_kernel,
            types=types,
            constants={**constants, **alone, "ALIGN": False, "BP": 16},
            num_warps=4,
        ),
        Case(
            name="route_align",
            function=kernel.align_kernel,
            types={"ids_ptr": INT64, **lists, "num_pairs": "i32", "capacity": "i32", "experts": "i32"},
            constants={"BM": 16, "BP": 128, "BE": 512, "BC": 1024},
            num_warps=4,
        ),
        Case(
            name="route_count",
            function=kernel.count_kernel,
            types={"ids_ptr": INT64, "counts_ptr": INT32, "num_pairs": "i32"},
            constants={"BP": 1024},
            num_warps=4,
        ),
        Case(
            name="route_spread",
            function=kernel.spread_kernel,
            types={"ids_ptr": INT64, "counts_ptr": INT32, **lists, "num_pairs": "i32", "experts": "i32"},
            constants={"BM": 64, "BP": 1024, "BE": 512},
            num_warps=4,
        ),
    ]


def _latent_attention(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_mla import kernel
    from kernels.triton_mla.launch import DECODE, PREFILL

    rank, rope = 512, 64
    found = []
    for name in ("few", "many"):
        decode = DECODE[family(device), name]
        found.append(
            Case(
                name=f"mla_decode_{name}_heads",
                function=kernel.decode_kernel,
                types={
                    **dict.fromkeys(("q_ptr", "cache_ptr"), BF16),
                    **dict.fromkeys(("table_ptr", "lengths_ptr"), INT32),
                    **dict.fromkeys(("part_ptr", "lse_ptr"), FP32),
                    **dict.fromkeys(("rows", "heads", "table_stride"), "i32"),
                    "scale_log2": "fp32",
                },
                constants={
                    "SPLITS": 16,
                    "PAGE": 64,
                    "RANK": rank,
                    "ROPE": rope,
                    "BH": decode.block_heads,
                    "BN": decode.block_keys,
                    "DTYPE": tl.bfloat16,
                },
                num_warps=decode.num_warps,
                num_stages=decode.num_stages,
                matrix_unit=True,
            )
        )
    prefill = PREFILL[family(device)]
    return [
        *found,
        Case(
            name="mla_merge",
            function=kernel.merge_kernel,
            types={
                **dict.fromkeys(("part_ptr", "lse_ptr", "out_lse_ptr"), FP32),
                "out_ptr": BF16,
                **dict.fromkeys(("rows", "parts_stride", "sequence_stride"), "i32"),
            },
            constants={"PARTS": 16, "WIDTH": rank},
            num_warps=4,
        ),
        Case(
            name="mla_prefill",
            function=kernel.prefill_kernel,
            types={
                **dict.fromkeys(("q_ptr", "k_ptr", "v_ptr", "pe_ptr", "out_ptr"), BF16),
                "lse_ptr": FP32,
                **dict.fromkeys(("cu_q_ptr", "cu_k_ptr"), INT32),
                **dict.fromkeys(
                    ("heads", "q_stride", "q_head_stride", "kv_stride", "kv_head_stride", "pe_stride"), "i32"
                ),
                "scale_log2": "fp32",
            },
            constants={
                "NOPE": 128,
                "ROPE": rope,
                "VALUE": 128,
                "BM": prefill.block_queries,
                "BN": prefill.block_keys,
                "CAUSAL": True,
                "DTYPE": tl.bfloat16,
            },
            num_warps=prefill.num_warps,
            num_stages=prefill.num_stages,
            matrix_unit=True,
        ),
        Case(
            name="mla_cache_write",
            function=kernel.cache_write_kernel,
            types={
                **dict.fromkeys(("kv_ptr", "weight_ptr", "cache_ptr"), BF16),
                **dict.fromkeys(("cos_ptr", "sin_ptr"), FP32),
                "slots_ptr": INT64,
                "stride": "i32",
                "eps": "fp32",
            },
            constants={"RANK": rank, "BLOCK": rank, "ROPE": rope},
            num_warps=2,
        ),
    ]


def _vision(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_vit_attention.kernel import vit_attention_kernel
    from kernels.triton_vit_attention.launch import TABLE

    config = TABLE[family(device)]
    return [
        Case(
            name="vit_attention",
            function=vit_attention_kernel,
            types={
                **dict.fromkeys(("q_ptr", "k_ptr", "v_ptr", "out_ptr"), BF16),
                "cu_ptr": INT32,
                **dict.fromkeys(("stride", "head_stride", "heads"), "i32"),
                "scale_log2": "fp32",
            },
            constants={
                "MAIN": 64,
                "REST": 8,
                "PAD": 16,
                "BM": config.block_queries,
                "BN": config.block_keys,
                "DTYPE": tl.bfloat16,
            },
            num_warps=config.num_warps,
            num_stages=config.num_stages,
            matrix_unit=True,
        )
    ]
