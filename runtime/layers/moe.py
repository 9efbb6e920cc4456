"""
A mixture-of-experts layer: router, routed experts (float or INT4), shared experts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

import kernels
from runtime.config.types import TextConfig
from runtime.layers.mlp import GatedMLP

if TYPE_CHECKING:
    from kernels.triton_route import Alignment


class Router(nn.Module):
    """
    Chooses experts; the correction bias is a buffer (moved by bias balancing, never by gradients).

    Args:
        config: The text model.
    """

    e_score_correction_bias: torch.Tensor

    def __init__(self, config: TextConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.n_routed_experts, config.hidden_size))
        self.register_buffer("e_score_correction_bias", torch.zeros(config.n_routed_experts))
        self.rule = kernels.RouterRule(
            top_k=config.num_experts_per_tok,
            num_groups=config.n_group,
            top_groups=config.topk_group,
            normalise=config.norm_topk_prob,
            scaling=config.routed_scaling_factor,
        )

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """
        ``[num_tokens, hidden]`` to ``topk_ids`` and ``topk_weights``, both ``[num_tokens, top_k]``; fp32 throughout.
        """
        with torch.autocast(x.device.type, enabled=False):
            logits = kernels.router_logits(x, self.weight)
            return kernels.route(logits, self.e_score_correction_bias, self.rule)

    def in_order(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, Alignment | None]:
        """
        The same for INT4 experts, with the order in which their kernels want the pairs.
        """
        logits = kernels.router_logits(x, self.weight)
        return kernels.route_in_order(logits, self.e_score_correction_bias, self.rule)


class Experts(nn.Module):
    """
    Routed experts with float weights.

    Args:
        num_experts: Experts.
        hidden: Width in and out.
        inter: Width between.
    """

    def __init__(self, num_experts: int, hidden: int, inter: int) -> None:
        super().__init__()
        self.gate_up = nn.Parameter(torch.empty(num_experts, 2 * inter, hidden))
        self.down = nn.Parameter(torch.empty(num_experts, hidden, inter))

    def forward(self, x: torch.Tensor, topk_ids: torch.Tensor, topk_weights: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` to the same.
        """
        gate_up: torch.Tensor = self.gate_up
        down: torch.Tensor = self.down
        if torch.is_autocast_enabled(x.device.type):
            # Stacked matrix products are not on autocast's list.
            dtype = torch.get_autocast_dtype(x.device.type)
            x, gate_up, down = x.to(dtype), gate_up.to(dtype), down.to(dtype)
        return kernels.expert_mlp(x, topk_ids, topk_weights, gate_up, down)


class Int4Experts(nn.Module):
    """
    Routed experts that stay packed; each is unpacked when tokens reach it.

    Args:
        num_experts: Experts.
        hidden: Width in and out, a multiple of 32.
        inter: Width between, a multiple of 32.
    """

    gate_up_packed: torch.Tensor
    gate_up_scale: torch.Tensor
    down_packed: torch.Tensor
    down_scale: torch.Tensor

    def __init__(self, num_experts: int, hidden: int, inter: int) -> None:
        super().__init__()
        for name, rows, columns in (("gate_up", 2 * inter, hidden), ("down", hidden, inter)):
            packed = torch.zeros(num_experts, rows, columns // 8, dtype=torch.int32)
            scale = torch.ones(num_experts, rows, columns // kernels.GROUP_SIZE, dtype=torch.bfloat16)
            self.register_buffer(f"{name}_packed", packed)
            self.register_buffer(f"{name}_scale", scale)
        self._tiled = False

    def forward(
        self, x: torch.Tensor, topk_ids: torch.Tensor, topk_weights: torch.Tensor, order: Alignment | None = None
    ) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` to the same.
        """
        if kernels.runs_triton(x) and self._put_in_order(tiled=True):
            from kernels.triton_int4_moe import TiledExperts, TiledWeight, expert_mlp

            gate_up = TiledWeight.reordered(self.gate_up_packed, self.gate_up_scale)
            down = TiledWeight.reordered(self.down_packed, self.down_scale)
            return expert_mlp(x, topk_ids, topk_weights, TiledExperts(gate_up=gate_up, down=down), alignment=order)
        self._put_in_order(tiled=False)
        return kernels.over_sorted_tokens(x, topk_ids.long(), topk_weights, self.down_scale.shape[0], self._run)

    def _put_in_order(self, *, tiled: bool) -> bool:
        """
        Bring the weights, in their own memory, into the GPU kernels' order or the checkpoint's; whether they are in it.
        """
        if tiled != self._tiled:
            from kernels.triton_int4_moe import fits, reorder

            hidden, inter = self.down_scale.shape[1], self.down_scale.shape[2] * kernels.GROUP_SIZE
            if not (fits(2 * inter, hidden) and fits(hidden, inter)):
                return False
            reorder(self.gate_up_packed, self.gate_up_scale, tiled=tiled)
            reorder(self.down_packed, self.down_scale, tiled=tiled)
            self._tiled = tiled
        return True

    def _run(self, rows: torch.Tensor, counts: torch.Tensor) -> torch.Tensor:
        out = rows.new_empty(rows.shape)
        start = 0
        for expert, count in enumerate(counts.tolist()):
            if count:
                piece = rows[start : start + count]
                gate_up = kernels.int4_linear(piece, self.gate_up_packed[expert], self.gate_up_scale[expert])
                gate, up = gate_up.chunk(2, dim=-1)
                out[start : start + count] = kernels.int4_linear(
                    kernels.swiglu(gate, up), self.down_packed[expert], self.down_scale[expert]
                )
                start += count
        return out

    def unpacked(self, dtype: torch.dtype) -> Experts:
        """
        The same experts with float weights.

        Args:
            dtype: Of the weights; the values are rounded to the scale's dtype first, so both forms agree.
        """
        self._put_in_order(tiled=False)
        num_experts, hidden, groups = self.down_scale.shape
        with torch.device("meta"):
            experts = Experts(num_experts, hidden, groups * kernels.GROUP_SIZE)
        gate_up = kernels.dequantise(self.gate_up_packed, self.gate_up_scale).to(dtype)
        down = kernels.dequantise(self.down_packed, self.down_scale).to(dtype)
        experts.gate_up = nn.Parameter(gate_up, requires_grad=False)
        experts.down = nn.Parameter(down, requires_grad=False)
        return experts

    def tiled(self) -> TiledExperts:
        """
        The same experts arranged for the CPU's kernels.
        """
        arranged = kernels.tile_experts(self.gate_up_packed, self.gate_up_scale, self.down_packed, self.down_scale)
        return TiledExperts(arranged)


class TiledExperts(nn.Module):
    """
    Routed experts that stay packed and are computed so.

    Args:
        experts: Of :func:`kernels.tile_experts`.
    """

    def __init__(self, experts: kernels.TiledExperts) -> None:
        super().__init__()
        self.experts = experts

    def forward(self, x: torch.Tensor, topk_ids: torch.Tensor, topk_weights: torch.Tensor) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` to the same.
        """
        return kernels.tiled_expert_mlp(x, topk_ids, topk_weights, self.experts)


class MoE(nn.Module):
    """
    ``routed(x) + shared(x)``.

    Args:
        config: The text model.
        int4: Whether the routed experts are packed.
    """

    def __init__(self, config: TextConfig, *, int4: bool) -> None:
        super().__init__()
        self.gate = Router(config)
        kind = Int4Experts if int4 else Experts
        self.experts: Experts | Int4Experts | TiledExperts = kind(
            config.n_routed_experts, config.hidden_size, config.moe_intermediate_size
        )
        self.shared_experts: GatedMLP | None = None
        if config.n_shared_experts:
            self.shared_experts = GatedMLP(config.hidden_size, config.n_shared_experts * config.moe_intermediate_size)

    def forward(self, x: torch.Tensor, chosen: list[torch.Tensor] | None = None) -> torch.Tensor:
        """
        ``[num_tokens, hidden]`` to the same.

        Args:
            x: The tokens.
            chosen: When given, this layer's ``topk_ids [num_tokens, top_k]`` is appended.
        """
        if isinstance(self.experts, Int4Experts):
            topk_ids, topk_weights, *order = self.gate.in_order(x)
        else:
            (topk_ids, topk_weights), order = self.gate(x), []
        if chosen is not None:
            chosen.append(topk_ids)
        routed: torch.Tensor = self.experts(x, topk_ids, topk_weights, *order)
        return routed if self.shared_experts is None else routed + self.shared_experts(x)
