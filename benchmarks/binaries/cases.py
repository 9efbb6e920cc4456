"""
Every Triton kernel at the shape classes it is launched with; types and constants come from the launch tables.
"""

from __future__ import annotations

from benchmarks.binaries.compile import TARGETS, Case
from kernels.target import Target
from kernels.triton_int4_moe.launch import LaunchConfig

#: Widths of one cached row: latent and rotated key.
RANK, ROPE = 512, 64
BF16, FP32, INT32, INT64 = "*bf16", "*fp32", "*i32", "*i64"


def cases(target: str) -> list[Case]:
    """
    What is compiled for one target.

    Args:
        target: A key of ``TARGETS``.
    """
    device = TARGETS[target][4]
    by_device = (_experts, _latent_decode, _latent_prefill, _vision, _dense)
    return [
        *(case for part in by_device for case in part(device)),
        *_latent_small(),
        *_expert_rows(),
        *_route(),
        *_rows(),
        *_sample(),
    ]


def _experts(device: Target) -> list[Case]:
    from kernels.triton_int4_moe import kernel
    from kernels.triton_int4_moe.launch import of_shape

    shared = {"x_ptr": BF16, "w_ptr": INT32, "s_ptr": BF16, "num_pairs": "i32", "num_blocks": "i32", "stride": "i32"}
    lists = {"ids_ptr": INT32, "expert_ptr": INT32, "padded_ptr": INT32}
    found = []
    for name in ("few", "some", "many", "most"):
        config = of_shape(name, device, "gate_up")
        sums = {} if config.finish_weights else {"sums_ptr": FP32, "act_sums_ptr": FP32}
        none: dict[str, object] = dict.fromkeys(("sums_ptr", "act_sums_ptr")) if config.finish_weights else {}
        found.append(
            Case(
                name=f"int4_gate_up_{name}",
                function=kernel.gate_up_kernel,
                types={**shared, **lists, **sums, "act_ptr": BF16, "inter": "i32", "hidden": "i32"},
                constants={**_constants(config), **none, "TOP_K": 8},
                weights=2 * config.block_rows * 128,
                num_warps=config.num_warps,
                num_stages=config.num_stages,
                matrix_unit=True,
            )
        )
        absent: dict[str, object] = dict.fromkeys(("ids_ptr", "expert_ptr", "padded_ptr", "weights_ptr"))
        forms = [("down", {**lists, "weights_ptr": FP32}, {})]
        if name in ("few", "many"):
            forms.append(("linear", {}, absent))
        for form, more, without in forms:
            config = of_shape(name, device, "down" if form == "down" else "linear")
            sums = {} if config.finish_weights else {"sums_ptr": FP32}
            none = {"sums_ptr": None} if config.finish_weights else {}
            found.append(
                Case(
                    name=f"int4_{form}_{name}",
                    function=kernel.linear_kernel,
                    types={**shared, **sums, "y_ptr": BF16, "out": "i32", "columns": "i32", **more},
                    constants={**_constants(config), **none, **without, "EXPERTS": form == "down"},
                    weights=config.block_rows * 128,
                    num_warps=config.num_warps,
                    num_stages=config.num_stages,
                    matrix_unit=True,
                )
            )
    return found


def _constants(config: LaunchConfig) -> dict[str, object]:
    import triton.language as tl

    return {
        "BN": config.block_rows,
        "BM": config.block_tokens,
        "GROUP": config.group_blocks,
        "FINISH": config.finish_weights,
        "DTYPE": tl.bfloat16,
    }


def _expert_rows() -> list[Case]:
    from kernels.triton_int4_moe import kernel

    return [
        Case(
            name="group_sums",
            function=kernel.group_sums_kernel,
            types={"x_ptr": BF16, "sums_ptr": FP32, "groups": "i32", "stride": "i32"},
            constants={"GROUPS": 16},
            num_warps=2,
        ),
        Case(
            name="sum_pairs",
            function=kernel.sum_pairs_kernel,
            types={"y_ptr": BF16, "out_ptr": BF16, "width": "i32"},
            constants={"TOP_K": 8, "BLOCK": 1024},
            num_warps=4,
        ),
    ]


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
            constants={**constants, "ALIGN": True, "BP": 64},
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
            constants={"BM": 16, "BP": 512, "BE": 512, "BC": 1024},
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


def _latent_decode(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_mla import kernel
    from kernels.triton_mla.launch import choose_decode

    found = []
    for name, rows in (("few", 16), ("many", 64)):
        decode = choose_decode(rows, device)
        found.append(
            Case(
                name=f"mla_decode_{name}_heads",
                function=kernel.decode_kernel,
                types={
                    **dict.fromkeys(("q_ptr", "cache_ptr"), BF16),
                    **dict.fromkeys(("table_ptr", "visible_ptr"), INT32),
                    **dict.fromkeys(("part_ptr", "lse_ptr"), FP32),
                    **dict.fromkeys(("rows", "heads", "table_stride", "splits"), "i32"),
                    "scale_log2": "fp32",
                },
                constants={
                    "PAGE": 64,
                    "RANK": RANK,
                    "ROPE": ROPE,
                    "BH": decode.block_heads,
                    "BN": decode.block_keys,
                    "DTYPE": tl.bfloat16,
                },
                num_warps=decode.num_warps,
                num_stages=decode.num_stages,
                matrix_unit=True,
            )
        )
    return found


def _latent_prefill(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_mla import kernel
    from kernels.triton_mla.launch import choose_prefill

    prefill = choose_prefill(device)
    return [
        *(
            Case(
                name=name,
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
                    "ROPE": ROPE,
                    "VALUE": 128,
                    "BM": prefill.block_queries,
                    "BN": prefill.block_keys,
                    "CAUSAL": causal,
                    "DTYPE": tl.bfloat16,
                },
                num_warps=prefill.num_warps,
                num_stages=prefill.num_stages,
                matrix_unit=True,
            )
            for name, causal in (("mla_prefill", True), ("mla_prefill_past", False))
        ),
    ]


def _latent_small() -> list[Case]:
    from kernels.triton_mla import kernel

    return [
        Case(
            name="mla_merge",
            function=kernel.merge_kernel,
            types={
                **dict.fromkeys(("part_ptr", "lse_ptr", "out_lse_ptr"), FP32),
                "out_ptr": BF16,
                **dict.fromkeys(("rows", "parts_stride", "sequence_stride", "parts"), "i32"),
            },
            constants={"WIDTH": RANK},
            num_warps=4,
        ),
        Case(
            name="mla_merge_pieces",
            function=kernel.merge_kernel,
            types={
                **dict.fromkeys(("part_ptr", "out_ptr"), BF16),
                **dict.fromkeys(("lse_ptr", "out_lse_ptr"), FP32),
                **dict.fromkeys(("rows", "parts_stride", "sequence_stride", "parts"), "i32"),
            },
            constants={"WIDTH": 128},
            num_warps=4,
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
            constants={"RANK": RANK, "BLOCK": RANK, "ROPE": ROPE},
            num_warps=2,
        ),
    ]


def _vision(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_vit_attention.kernel import vit_attention_kernel
    from kernels.triton_vit_attention.launch import choose

    config = choose(device)
    return [
        Case(
            name="vit_attention",
            function=vit_attention_kernel,
            types={
                **dict.fromkeys(("q_ptr", "k_ptr", "v_ptr", "out_ptr"), BF16),
                "cu_ptr": INT32,
                **dict.fromkeys(("qk_stride", "qk_head_stride", "v_stride", "v_head_stride", "heads"), "i32"),
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


def _rows() -> list[Case]:
    from kernels.triton_rows import kernel

    stride = {"width": "i32", "eps": "fp32"}
    norm = {"x_ptr": BF16, "weight_ptr": BF16, "y_ptr": BF16, **stride}
    return [
        Case(
            name="rms_norm_residual",
            function=kernel.rms_norm_kernel,
            types={**norm, "residual_ptr": BF16, "sum_ptr": BF16, "x_stride": "i32", "residual_stride": "i32"},
            constants={"RESIDUAL": True, "BLOCK": 8192},
            num_warps=16,
        ),
        Case(
            name="rms_norm",
            function=kernel.rms_norm_kernel,
            types={**norm, "x_stride": "i32", "residual_stride": "i32"},
            constants={"RESIDUAL": False, "BLOCK": 2048, "residual_ptr": None, "sum_ptr": None},
            num_warps=4,
        ),
        Case(
            name="layer_norm",
            function=kernel.layer_norm_kernel,
            types={**norm, "bias_ptr": BF16, "stride": "i32"},
            constants={"BLOCK": 2048},
            num_warps=4,
        ),
        Case(
            name="swiglu",
            function=kernel.swiglu_kernel,
            types={
                **dict.fromkeys(("gate_ptr", "up_ptr", "y_ptr"), BF16),
                **dict.fromkeys(("inter", "gate_stride", "up_stride"), "i32"),
            },
            constants={"BLOCK": 1024},
            num_warps=4,
        ),
        Case(
            name="rotate_pairs",
            function=kernel.rotate_kernel,
            types={
                **dict.fromkeys(("x_ptr", "y_ptr"), BF16),
                **dict.fromkeys(("cos_ptr", "sin_ptr"), FP32),
                **dict.fromkeys(("heads", "x_stride", "x_head_stride", "y_stride", "y_head_stride", "half"), "i32"),
            },
            constants={"BH": 16, "BLOCK": 64},
            num_warps=4,
        ),
    ]


def _sample() -> list[Case]:
    from kernels.triton_sample.kernel import sample_kernel

    return [
        Case(
            name="sample",
            function=sample_kernel,
            types={
                "logits_ptr": BF16,
                **dict.fromkeys(("temperature_ptr", "top_p_ptr", "min_p_ptr", "uniform_ptr"), FP32),
                "top_k_ptr": INT32,
                "token_ptr": INT64,
                "vocab": "i32",
                "stride": "i32",
            },
            constants={"BLOCK": 8192},
            num_warps=16,
        ),
    ]


def _dense(device: Target) -> list[Case]:
    import triton.language as tl

    from kernels.triton_linear import kernel
    from kernels.triton_linear.launch import choose

    config = choose(1, 2112, 7168, device)
    return [
        Case(
            name="linear_few",
            function=kernel.linear_kernel,
            types={
                **dict.fromkeys(("x_ptr", "w_ptr"), BF16),
                "y_ptr": FP32,
                **dict.fromkeys(("num_rows", "out", "columns", "x_stride", "w_stride", "share"), "i32"),
            },
            constants={
                "SPLIT": True,
                "BN": config.block_rows,
                "BM": config.block_tokens,
                "BK": config.block_columns,
                "DTYPE": tl.bfloat16,
            },
            num_warps=config.num_warps,
            num_stages=config.num_stages,
            matrix_unit=True,
        ),
        Case(
            name="linear_sum",
            function=kernel.sum_shares_kernel,
            types={"parts_ptr": FP32, "y_ptr": BF16, "size": "i32"},
            constants={"SHARES": 4, "BLOCK": 1024},
            num_warps=4,
        ),
    ]
