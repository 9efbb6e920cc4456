"""
What engines are called, and which of the names can follow words: nothing is opened here.
"""

from __future__ import annotations

from vision_code.errors import EngineUnavailable

#: The checkpoint that ships with the package.
EMBEDDED = "embedded"
#: Rules only, no model.
NONE = "none"
#: Engines that write code.
CAPABLE = "https://host/v1#model (Kimi K2.5 on vLLM, SGLang or KTransformers, or a hosted API) or local:PATH"


def is_remote(spec: str) -> bool:
    """
    Whether an engine is named by its address.
    """
    return spec.startswith(("http://", "https://"))


def is_engine(spec: str) -> bool:
    """
    Whether this can be the name of one.
    """
    return spec in (EMBEDDED, NONE) or spec.startswith("local:") or is_remote(spec)


def capable(spec: str | None, *, option: str = "--engine ") -> str:
    """
    The name of an engine that can write patches.

    Args:
        spec: As the user gave it; None for the default.
        option: How a person names one, for the refusal.

    Raises:
        EngineUnavailable: ``engine.capability``: it only draws components.
    """
    if spec not in (None, EMBEDDED, NONE):
        return spec
    who = "rules alone" if spec == NONE else "the embedded model"
    raise EngineUnavailable(
        "engine.capability", f"{who} cannot follow words; name an engine that can: {option}{CAPABLE}"
    )
