"""
MoonViT and MoonViT-3D: patches of pictures (or short clips) to merged visual tokens, and their projector.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

import kernels
from runtime.config.types import VisionConfig
from runtime.layers.norm import LayerNorm

NORM_EPS = 1e-5
TIME_THETA = 10000.0

Grid = tuple[int, int, int]
"""
Frames, rows and columns of patches of one media item.
"""


@lru_cache(maxsize=64)
def _angles(grid: Grid, head_dim: int) -> torch.Tensor:
    frames, height, width = grid
    return kernels.rope_2d_angles(height, width, head_dim).repeat(frames, 1)


def time_embedding(frames: int, width: int) -> torch.Tensor:
    """
    Fixed sine-cosine rows: ``[sin(f w_i) | cos(f w_i)]``, ``w_i = 10000^(-i / (width / 2))``.

    Args:
        frames: Rows.
        width: Columns, even.

    Returns:
        ``[frames, width]`` float32.

    Source: MoonViT-3D ``divided_fixed`` position embedding.
    """
    angles = torch.arange(frames).float().unsqueeze(-1) * kernels.inverse_frequencies(width, TIME_THETA)
    return torch.cat([angles.sin(), angles.cos()], dim=-1)


class PositionTable(nn.Module):
    """
    Learned positions, resized to each grid by bicubic interpolation.

    Args:
        config: The tower.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(config.pos_emb_height, config.pos_emb_width, config.hidden_size))

    def forward(self, grid: Grid) -> torch.Tensor:
        """
        ``[frames * height * width, hidden]`` float32; frames differ by the time embedding only, a single one has none.
        """
        frames, height, width = grid
        table = self.weight.float()
        if (height, width) != tuple(table.shape[:2]):
            channels_first = table.permute(2, 0, 1).unsqueeze(0)
            table = F.interpolate(channels_first, size=(height, width), mode="bicubic").squeeze(0).permute(1, 2, 0)
        flat = table.flatten(0, 1)
        if frames == 1:
            return flat
        steps = time_embedding(frames, flat.shape[-1]).to(flat.device)
        return (flat.unsqueeze(0) + steps.unsqueeze(1)).flatten(0, 1)


class PatchEmbed(nn.Module):
    """
    A linear map of each patch plus its position.

    Args:
        config: The tower.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, config.hidden_size, kernel_size=config.patch_size, stride=config.patch_size)
        self.pos_emb = PositionTable(config)

    def forward(self, pixel_values: torch.Tensor, grids: Sequence[Grid]) -> torch.Tensor:
        """
        ``[num_patches, 3, patch, patch]`` to ``[num_patches, hidden]``.
        """
        x = F.linear(pixel_values.flatten(1), self.proj.weight.flatten(1), self.proj.bias)
        tables = {grid: self.pos_emb(grid) for grid in dict.fromkeys(grids)}
        return x + torch.cat([tables[grid] for grid in grids]).to(x.dtype)


class VisionMLP(nn.Module):
    """
    ``fc1(gelu_tanh(fc0 x))``.

    Args:
        hidden: Width in and out.
        inter: Width between.
    """

    def __init__(self, hidden: int, inter: int) -> None:
        super().__init__()
        self.fc0 = nn.Linear(hidden, inter)
        self.fc1 = nn.Linear(inter, hidden)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """
        ``[num_patches, hidden]`` to the same.
        """
        return self.fc1(F.gelu(self.fc0(x), approximate="tanh"))  # type: ignore[no-any-return]


class VisionBlock(nn.Module):
    """
    One pre-norm block with bidirectional attention.

    Args:
        config: The tower.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.heads = config.num_attention_heads
        self.norm0 = LayerNorm(config.hidden_size, NORM_EPS)
        self.norm1 = LayerNorm(config.hidden_size, NORM_EPS)
        self.wqkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.wo = nn.Linear(config.hidden_size, config.hidden_size)
        self.mlp = VisionMLP(config.hidden_size, config.intermediate_size)

    def forward(self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, lengths: Sequence[int]) -> torch.Tensor:
        """
        ``[num_patches, hidden]`` to the same.
        """
        # [N, 3, heads, head_dim]
        qkv = torch.unflatten(self.wqkv(self.norm0(x)), -1, (3, self.heads, -1))
        turned = kernels.rotate_pairs(qkv[:, :2].flatten(1, 2), cos, sin)
        q, k = torch.split(turned, self.heads, dim=1)
        x = x + self.wo(kernels.vit_attention(q, k, qkv[:, 2], lengths).flatten(1))
        return x + self.mlp(self.norm1(x))  # type: ignore[no-any-return]


class VisionEncoder(nn.Module):
    """
    The blocks and the final norm.

    Args:
        config: The tower.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.head_dim = config.hidden_size // config.num_attention_heads
        self.blocks = nn.ModuleList(VisionBlock(config) for _ in range(config.num_hidden_layers))
        self.final_layernorm = LayerNorm(config.hidden_size, NORM_EPS)

    def forward(self, x: torch.Tensor, grids: Sequence[Grid]) -> torch.Tensor:
        """
        ``[num_patches, hidden]`` to the same.
        """
        # [N, 1, head_dim / 2]
        angles = torch.cat([_angles(grid, self.head_dim) for grid in grids]).to(x.device).unsqueeze(1)
        cos, sin = angles.cos(), angles.sin()
        lengths = [frames * height * width for frames, height, width in grids]
        for block in self.blocks:
            x = block(x, cos, sin, lengths)
        return self.final_layernorm(x)  # type: ignore[no-any-return]


class MoonViT(nn.Module):
    """
    The vision tower.

    Args:
        config: Its numbers.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.merge_size = config.merge_size
        self.patch_embed = PatchEmbed(config)
        self.encoder = VisionEncoder(config)

    def forward(self, pixel_values: torch.Tensor, grids: Sequence[Grid]) -> torch.Tensor:
        """
        Encode media items and gather each merged token's patches.

        Args:
            pixel_values: ``[num_patches, 3, patch, patch]``: raster order, frames in order, items in order.
            grids: Frames, rows, columns of each item.

        Returns:
            ``[num_tokens, merge * merge, hidden]``; frames averaged, tokens in raster order of their blocks.
        """
        x = self.encoder(self.patch_embed(pixel_values, grids), grids)
        merged, start = [], 0
        for (frames, height, width), run in itertools.groupby(grids):
            items = len(list(run))
            stop = start + items * frames * height * width
            merged.append(merge(x[start:stop], (items, frames, height, width), self.merge_size))
            start = stop
        return torch.cat(merged)


def merge(x: torch.Tensor, shape: tuple[int, int, int, int], size: int) -> torch.Tensor:
    """
    Average frames and gather blocks of ``size x size`` patches.

    Args:
        x: ``[items * frames * height * width, hidden]``.
        shape: Items, frames, height, width.
        size: Side of a block.

    Returns:
        ``[items * (height / size) * (width / size), size * size, hidden]``.

    Source: MoonViT-3D ``sd2_tpool``.
    """
    items, frames, height, width = shape
    pooled = x.view(items, frames, height, width, -1).mean(1)
    # [n, h/s, s, w/s, s, C] -> [n, h/s, w/s, s, s, C]
    blocks = pooled.view(items, height // size, size, width // size, size, -1).transpose(2, 3)
    return blocks.reshape(-1, size * size, x.shape[-1])
