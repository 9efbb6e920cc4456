"""
What a server is and serves, from ``GET /models``: model, window, and which switches it understands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from runtime.errors import EngineUnavailable
from runtime.remote.address import Endpoint
from runtime.remote.chat import Server, ServerKind

#: Under these names servers tell how many tokens fit (vLLM and SGLang; Moonshot; OpenRouter and others).
_WINDOWS = ("max_model_len", "context_length", "max_context_length", "context_window")
_RENDERERS = ("vllm", "sglang", "ktransformers", "kvcache-ai")
MAX_SHOWN_MODELS = 5


def describe(endpoint: Endpoint, listing: bytes | None) -> Server:
    """
    The server behind ``endpoint``.

    Args:
        listing: What ``GET /models`` answered; None when there is nothing.

    Raises:
        EngineUnavailable: ``remote.model``: the model is not there, or none is named and there are several;
            ``remote.protocol``.
    """
    models = _models(listing) if listing is not None else {}
    name = endpoint.model
    if name is None:
        if len(models) != 1:
            names = ", ".join(list(models)[:MAX_SHOWN_MODELS]) or "no list"
            raise EngineUnavailable("remote.model", f"add #MODEL to the address; the server has {names}")
        name = next(iter(models))
    elif models and name not in models:
        names = ", ".join(list(models)[:MAX_SHOWN_MODELS])
        raise EngineUnavailable("remote.model", f"the server has no {name[:80]}; it has {names}")
    facts = models.get(name, {})
    windows = (facts.get(field) for field in _WINDOWS)
    window = next((n for n in windows if isinstance(n, int) and not isinstance(n, bool) and n > 0), None)
    return Server(kind=_kind(endpoint, facts), model=name, window=window)


def _kind(endpoint: Endpoint, facts: Mapping[str, object]) -> ServerKind:
    if endpoint.host in ("api.moonshot.ai", "api.moonshot.cn") or facts.get("owned_by") == "moonshot":
        return "moonshot"
    return "template" if facts.get("owned_by") in _RENDERERS else "other"


def _models(listing: bytes) -> dict[str, Mapping[str, object]]:
    try:
        fields = json.loads(listing)
        data = fields["data"]
        return {
            entry["id"][:200]: entry for entry in data if isinstance(entry["id"], str) and entry["id"].isprintable()
        }
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EngineUnavailable("remote.protocol", "the list of models is not as the protocol has it") from error
