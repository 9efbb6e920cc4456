"""
What is measured: a system turns the bytes of a screenshot into a folder with a page in it.

``none`` and ``embedded`` are this product with that engine; ``module:function`` is anybody else's.
"""

from __future__ import annotations

import hashlib
import importlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.sources import cache_folder

#: (screenshot as PNG bytes, empty folder to write into) → path of the HTML page.
System = Callable[[bytes, Path], Path]

_PACKAGE = Path(__file__).resolve().parents[1] / "vision_code"


def open_system(name: str, *, verify: bool, cached_reading: bool) -> System:
    """
    The system of that name.

    Args:
        verify: Let our own pipeline render, compare and repair.
        cached_reading: Keep what was read from each picture between runs (our own pipeline only); the key holds the
            picture and the source text of the reader.
    """
    if ":" in name and not name.startswith(("local:", "http:", "https:")):
        module, function = name.split(":", 1)
        system: System = getattr(importlib.import_module(module), function)
        return system
    if cached_reading:
        _cache_reading()
    return _pipeline(name, verify)


def _pipeline(engine: str, verify: bool) -> System:
    from vision_code.pipeline import Options, component

    options = Options(engine=engine, verify=verify)

    def run(png: bytes, folder: Path) -> Path:
        return component(png, options).write(folder)

    return run


def _cache_reading() -> None:
    """
    Put a cache on disk around the pipeline's ``read``.
    """
    pipeline = importlib.import_module("vision_code.pipeline")
    if getattr(pipeline.read, "is_cached", False):
        return
    read: Callable[..., Any] = pipeline.read
    folder = cache_folder() / "readings" / _source_hash("read", "intake")
    folder.mkdir(parents=True, exist_ok=True)

    def cached(screenshot: Any, *, scale: float | None = None) -> Any:
        digest = hashlib.sha256(screenshot.pixels.tobytes())
        digest.update(repr((screenshot.pixels.shape, scale)).encode())
        path = folder / f"{digest.hexdigest()}.pickle"
        if path.is_file():
            return pickle.loads(path.read_bytes())  # noqa: S301 - our own file
        observation = read(screenshot, scale=scale)
        path.write_bytes(pickle.dumps(observation))
        return observation

    cached.is_cached = True  # type: ignore[attr-defined]
    pipeline.read = cached  # type: ignore[attr-defined]


def _source_hash(*packages: str) -> str:
    digest = hashlib.sha256()
    for package in packages:
        for path in sorted((_PACKAGE / package).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
