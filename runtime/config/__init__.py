"""
Model configuration: the checked numbers and how they are read from and written to ``config.json``; torch-free.
"""

from runtime.config.parse import parse_config, read_config
from runtime.config.render import config_json
from runtime.config.types import Family, ModelConfig, TextConfig, VisionConfig, YarnConfig

__all__ = [
    "Family",
    "ModelConfig",
    "TextConfig",
    "VisionConfig",
    "YarnConfig",
    "config_json",
    "parse_config",
    "read_config",
]
