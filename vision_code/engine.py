"""
Which engine drafts: the meaning of ``--engine``.

none          rules only, no model
embedded      the model shipped in this package (default)
local:PATH    a checkpoint folder in Kimi format on this machine
http(s)://…   an OpenAI-compatible server; not served by this version
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.errors import CheckpointRejected, EngineUnavailable, UsageError

if TYPE_CHECKING:
    from runtime.client import WorkerEngine

#: The checkpoint that ships with the package.
EMBEDDED = Path(__file__).resolve().parent / "models" / "embedded"


def open_engine(spec: str) -> WorkerEngine | None:
    """
    Start the engine that ``spec`` names; it loads in a child process while the caller goes on.

    Returns:
        An engine to close after use, or None for ``none``.

    Raises:
        UsageError: ``engine.unknown``.
        EngineUnavailable: ``engine.capability`` for engines this version does not serve.
        CheckpointRejected: ``checkpoint.missing``; what the child finds wrong with the files is raised at first use.
    """
    if spec == "none":
        return None
    if spec.startswith(("http://", "https://")):
        message = "remote engines are not served by this version; use embedded, local:PATH or none"
        raise EngineUnavailable("engine.capability", message)
    return _worker(_checkpoint(spec))


def _checkpoint(spec: str) -> Path:
    if spec == "embedded":
        if not (EMBEDDED / "config.json").is_file():
            raise EngineUnavailable("engine.missing", "the embedded model is not installed; use --engine none")
        return EMBEDDED
    if spec.startswith("local:"):
        path = Path(spec.removeprefix("local:")).expanduser()
        if not path.is_dir():
            raise CheckpointRejected("checkpoint.missing", f"no checkpoint folder at {path}")
        return path
    raise UsageError("engine.unknown", f"unknown engine {spec!r}; use embedded, local:PATH or none")


def _worker(path: Path) -> WorkerEngine:
    from runtime.client import WorkerEngine

    return WorkerEngine(path)
