"""
The text model's rotary embedding: frequencies from the config, cos and sin for a batch's positions.
"""

from __future__ import annotations

from functools import lru_cache

import torch

import kernels
from runtime.config.types import TextConfig


def text_frequencies(config: TextConfig) -> torch.Tensor:
    """
    Rotation per position of each channel pair.

    Returns:
        ``[qk_rope_head_dim / 2]`` float32.
    """
    if config.yarn is None:
        return kernels.inverse_frequencies(config.qk_rope_head_dim, config.rope_theta)
    return kernels.yarn_frequencies(
        config.qk_rope_head_dim,
        config.rope_theta,
        factor=config.yarn.factor,
        original_length=config.yarn.original_length,
        beta_fast=config.yarn.beta_fast,
        beta_slow=config.yarn.beta_slow,
    )


@lru_cache(maxsize=8)
def _frequencies_on(device: torch.device, config: TextConfig) -> torch.Tensor:
    return text_frequencies(config).to(device)


def rotation(config: TextConfig, positions: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """
    cos and sin of every position, YaRN's magnitude included.

    Args:
        config: The text model.
        positions: ``[num_tokens]`` int64.

    Returns:
        Two ``[num_tokens, qk_rope_head_dim / 2]`` float32.
    """
    angles = positions.float().unsqueeze(-1) * _frequencies_on(positions.device, config)
    yarn = config.yarn
    if yarn is None:
        return angles.cos(), angles.sin()
    magnitude = kernels.yarn_magnitude(yarn.factor, yarn.mscale) / kernels.yarn_magnitude(
        yarn.factor, yarn.mscale_all_dim
    )
    # 1 in the whole family: spared, these are two launches a step.
    return (angles.cos(), angles.sin()) if magnitude == 1 else (angles.cos() * magnitude, angles.sin() * magnitude)


def softmax_scale(config: TextConfig) -> float:
    """
    ``qk_head_dim^-0.5``, times the squared YaRN magnitude where positions are extended.

    Source: DeepSeek-V3 attention (``mscale_all_dim``).
    """
    scale = float(config.qk_head_dim**-0.5)
    if config.yarn is None:
        return scale
    return scale * kernels.yarn_magnitude(config.yarn.factor, config.yarn.mscale_all_dim) ** 2
