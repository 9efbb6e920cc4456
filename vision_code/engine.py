"""
Which engine drafts: the meaning of ``--engine``, and how the engine's errors become the product's.

none          rules only, no model
embedded      the model shipped in this package (default)
local:PATH    a checkpoint folder in Kimi format on this machine
http(s)://…   an OpenAI-compatible server, `#MODEL` behind the address when it has several
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from runtime.api import GenerateRequest, Generation, TokenChunk
from runtime.client import WorkerEngine
from runtime.errors import EngineError
from runtime.remote import RemoteEngine, parse_endpoint
from runtime.remote.chat import Server
from runtime.remote.keys import find_key
from vision_code import engine_names
from vision_code.errors import CheckpointRejected, Denied, EngineUnavailable, InputRejected, LimitExceeded, UsageError

#: The checkpoint that ships with the package.
EMBEDDED = Path(__file__).resolve().parent / "models" / "embedded"

_BY_EXIT_CODE = {
    error.exit_code: error for error in (InputRejected, CheckpointRejected, Denied, LimitExceeded, EngineUnavailable)
}


@contextmanager
def engine_errors() -> Iterator[None]:
    """
    What the engine raises inside leaves as an error of the product, with the same kind, exit code and line.

    Raises:
        VisionCodeError: In place of an EngineError.
    """
    try:
        yield
    except EngineError as error:
        ours = _BY_EXIT_CODE.get(error.exit_code, EngineUnavailable)
        raise ours(error.kind, error.message, detail=error.detail, retry=error.retry) from error


class DraftingEngine(WorkerEngine):
    """
    The engine in its child process, speaking of errors as the rest of the product does.
    """

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests as one batch; waits for the model to load.

        Raises:
            VisionCodeError: See :func:`engine_errors`.
        """
        with engine_errors():
            return super().generate(requests)

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, step by step; closing the iterator cancels what is under way.
        """
        with engine_errors():
            yield from super().stream(requests)


class DistantEngine(RemoteEngine):
    """
    The engine behind an address, likewise.
    """

    @property
    def server(self) -> Server:
        """
        What the server is; asked once.

        Raises:
            VisionCodeError: See :func:`engine_errors`.
        """
        with engine_errors():
            return super().server

    def generate(self, requests: Sequence[GenerateRequest]) -> list[Generation]:
        """
        Answer all requests, side by side.

        Raises:
            VisionCodeError: See :func:`engine_errors`.
        """
        with engine_errors():
            return super().generate(requests)

    def stream(self, requests: Sequence[GenerateRequest]) -> Iterator[TokenChunk]:
        """
        The same, piece by piece; closing the iterator cancels what is under way.
        """
        with engine_errors():
            yield from super().stream(requests)


def open_remote(spec: str) -> DistantEngine:
    """
    The engine at an address. Nothing is sent yet.

    Raises:
        UsageError: ``engine.address``.
        EngineUnavailable: ``remote.insecure``.
        Denied: ``remote.auth``: its key is none.
    """
    try:
        with engine_errors():
            endpoint = parse_endpoint(spec)
            return DistantEngine(endpoint, key=find_key(endpoint))
    except ValueError as error:
        raise UsageError("engine.address", f"--engine: {error}; like https://host/v1#model") from error


def open_engine(spec: str) -> DraftingEngine | DistantEngine | None:
    """
    Start the engine that ``spec`` names; it loads in a child process while the caller goes on, or is somewhere else.

    Returns:
        An engine to close after use, or None for ``none``.

    Raises:
        UsageError: ``engine.unknown``, ``engine.address``.
        EngineUnavailable: ``engine.missing``, ``remote.insecure``.
        Denied: ``remote.auth``.
        CheckpointRejected: ``checkpoint.*``: everything but the weights' values is looked at; what the child finds
            wrong in these is raised at first use.
    """
    if engine_names.is_remote(spec):
        return open_remote(spec)
    folder = _folder_of(spec)
    if folder is None:
        return None
    from runtime.checkpoint.inspect import check_folder

    engine = DraftingEngine(folder)  # it imports torch while the files are looked at here
    try:
        with engine_errors():
            check_folder(folder)
    except BaseException:
        engine.close()
        raise
    return engine


def _folder_of(spec: str) -> Path | None:
    """
    The checkpoint's folder, or None for ``none``.

    Raises:
        UsageError: ``engine.unknown``.
        EngineUnavailable: ``engine.missing``.
        CheckpointRejected: ``checkpoint.missing`` or ``checkpoint.io``.
    """
    if spec == "none":
        return None
    if spec != engine_names.EMBEDDED and not spec.startswith("local:"):
        known = "embedded, local:PATH, https://host/v1#model or none"
        raise UsageError("engine.unknown", f"unknown engine {spec!r}; use {known}")
    return checkpoint_folder(spec) if spec == engine_names.EMBEDDED else _existing(spec.removeprefix("local:"))


def checkpoint_folder(name: str) -> Path:
    """
    The folder of a checkpoint that a person named: ``embedded`` or a path.

    Raises:
        EngineUnavailable: ``engine.missing``.
        CheckpointRejected: ``checkpoint.missing`` or ``checkpoint.io``.
    """
    if name != engine_names.EMBEDDED:
        return _existing(name)
    if not (EMBEDDED / "config.json").is_file():
        raise EngineUnavailable("engine.missing", "the embedded model is not installed; use --engine none")
    return EMBEDDED


def _existing(name: str) -> Path:
    try:
        folder = Path(name).expanduser()
        found = folder.exists()
    except RuntimeError as error:
        raise CheckpointRejected("checkpoint.missing", f"no home folder is known for {name[:80]}") from error
    except OSError as error:  # a name too long, a parent that is closed to us
        raise CheckpointRejected("checkpoint.io", f"cannot look at {name[:80]}: {error.strerror}") from error
    if not found:
        raise CheckpointRejected("checkpoint.missing", f"no checkpoint folder at {folder}")
    return folder.resolve()
