"""
Which class builds which family.
"""

from __future__ import annotations

from runtime.config.types import ModelConfig
from runtime.models.deepseek_v3 import DeepseekV3
from runtime.models.kimi_k25 import KimiK25
from runtime.models.kimi_vl import KimiVL
from runtime.models.multimodal import Multimodal


def build(config: ModelConfig) -> DeepseekV3 | Multimodal:
    """
    Build the modules of a model, weights unset.

    Args:
        config: Checked numbers.
    """
    if config.family == "kimi_k25":
        return KimiK25(config)
    if config.family == "kimi_vl":
        return KimiVL(config)
    return DeepseekV3(config.text, int4=config.int4_group is not None)
