"""
What the server and the road's process say to each other: typed messages, each a JSON object behind its length.

Layout of a frame: 4 bytes, big-endian, then that many bytes of JSON.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Literal, cast

if TYPE_CHECKING:
    import asyncio

LENGTH_BYTES = 4
MAX_FRAME_BYTES = 256 << 20
#: The target that the project's framework decides.
AUTO = "auto"

Header = dict[str, object]


class Hangup(Exception):
    """
    The other side is gone, or what came is no frame.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentCall:
    """
    Make a component.

    Attributes:
        path: Of the picture; None when ``data`` is given.
        data: Encoded bytes of the picture in base64.
        root, folder: Of the workspace, and of the component in it.
        suffix: Of the main file, when that is given.
        target: Of `vision_code.emit`, or `AUTO`.
        placing: What decides the main file where a component is one of the project's: what was ``said``, the
            project below ``folder``, or the ``project`` alone.
        component: Its name in the code; empty when its file or the picture names it.
        before: What the main file holds when the component is to be put into it: what it does stays. None: it is new.
        part: Of the picture, in its pixels: x, y, width, height; only what draws it is put into ``before``.
        span: Of ``before``, in code points of its lines as line feeds end them: only that is replaced.
        formats: Whether the project's own formatter may be run.
        previews: Whether drafts are sent on the way.
        others: Whether what other drafts made is wanted beside the result.
        name, engine, candidates, seed, verify, scale: As in `vision_code.pipeline.Options`.
    """

    path: str | None
    data: str | None = field(repr=False)
    root: str
    folder: str
    suffix: str
    target: str
    name: str
    component: str
    engine: str
    candidates: int
    seed: int
    verify: bool
    scale: float | None
    placing: Literal["said", "folder", "project"]
    before: str | None = field(repr=False)
    part: tuple[int, int, int, int] | None = None
    span: tuple[int, int] | None = None
    formats: bool
    previews: bool
    others: bool


#: Of an issue and its pictures, and how many patches are written where nobody says.
MAX_ISSUE_CHARS = 200_000
MAX_IMAGES = 8
MAX_CANDIDATES = 8
CANDIDATES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PatchCall:
    """
    Solve an issue.

    Attributes:
        root: Folder of the project.
        issue: In words; untrusted.
        images: Pictures of it, each as the path of a file or as encoded bytes in base64.
        part: Of the first picture, in its pixels: x, y, width, height; shown once more by itself.
        about: Paths below ``root`` that are meant; empty: they are looked for.
        trusted: Whether git may be asked: which files belong to the project, and whether it takes the patch.
        documents: What the editor holds of the project's files, by their path below ``root``.
        engine, candidates, seed: As in `vision_code.patching.Task`.
    """

    root: str
    issue: str = field(repr=False)
    images: list[tuple[str | None, str | None]] = field(repr=False)
    part: tuple[int, int, int, int] | None
    about: list[str]
    trusted: bool
    documents: dict[str, str] = field(repr=False)
    engine: str
    candidates: int
    seed: int
    #: No browser is needed.
    verify: Literal[False] = False


Call = ComponentCall | PatchCall


@dataclass(frozen=True, slots=True)
class MadeFile:
    """
    One file, relative to the component's folder.
    """

    path: PurePosixPath
    content: bytes = field(repr=False)

    @property
    def text(self) -> str | None:
        """
        The content when it is text; None for pictures.
        """
        try:
            return None if b"\0" in self.content else self.content.decode("utf-8")
        except UnicodeDecodeError:
            return None


@dataclass(frozen=True, slots=True)
class Stage:
    """
    A station of the road begins.

    Attributes:
        done: Share of the whole, 0…1.
    """

    station: str
    done: float


@dataclass(frozen=True, slots=True)
class Preview:
    """
    A draft on the way; ``page`` shows it as one page of HTML.
    """

    drafted_by: str
    files: tuple[MadeFile, ...]
    page: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Other:
    """
    The same component as another draft made it.

    Attributes:
        score: Of its rendering, 0…1.
        page: It as one page of HTML.
    """

    drafted_by: str
    score: float
    files: tuple[MadeFile, ...]
    page: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Made:
    """
    The finished component.

    Attributes:
        files: The main one first.
        facts: Name, target, fidelity, notes …: what the answer tells of it, ready as JSON.
        folder: Where the project has them, when it is not the call's folder.
        because: Why there.
        others: That may be taken in its place, the best first; of a call that wants them.
        sources: Rows of the `vision_code.source_map.SourceMap` of the main file.
    """

    files: tuple[MadeFile, ...]
    facts: Header
    folder: str = ""
    because: str = ""
    others: tuple[Other, ...] = ()
    sources: list[list[float]] = field(default_factory=list, repr=False)


@dataclass(frozen=True, slots=True)
class PatchedFile:
    """
    A file of a patch, by its path below the project's folder.

    Attributes:
        before: What it was made for; None: the file is new.
        after: None: the file goes.
    """

    path: str
    before: str | None = field(repr=False)
    after: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Patched:
    """
    The finished patch.

    Attributes:
        files: Whose text changes.
        facts: Diff, notes …: what the answer tells of it, ready as JSON.
    """

    files: tuple[PatchedFile, ...]
    facts: Header


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """
    The call failed.

    Attributes:
        place: Where in the code, for the local log, when it was a bug.
    """

    kind: str
    message: str
    exit_code: int
    detail: Header
    retry: bool
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """
    How the engine's process is.

    Attributes:
        state: ``stopped``, ``ready`` or ``busy``.
        process_id: While one runs.
        waiting, done: Calls.
    """

    state: str = "stopped"
    process_id: int | None = None
    waiting: int = 0
    done: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line for the local log.
    """

    text: str


Answer = Made | Patched | Failed
Event = Stage | Preview | Answer | Status | Line
#: What is asked about a call, or about no call at all.
Question = Literal["cancel", "status"]


def pack_call(number: int, call: Call) -> bytes:
    """
    A call as a frame.
    """
    return _frame({"call": number, "kind": type(call).__name__, **asdict(call)})


def unpack_call(header: Header) -> tuple[int, Call]:
    """
    The inverse of :func:`pack_call`.
    """
    number, kind = cast("int", header.pop("call")), cast("str", header.pop("kind"))
    return number, _CALLS[kind](**header)  # type: ignore[arg-type]


def pack_question(question: Question, number: int) -> bytes:
    """
    A question as a frame; to a process that serves several owners only.
    """
    return _frame({question: number})


def pack_event(number: int, event: Event) -> bytes:
    """
    An event as a frame.
    """
    fields: Header
    match event:
        case Stage() | Failed() | Status() | Line():
            fields = asdict(event)
        case Preview(drafted_by, files, page):
            fields = {"drafted_by": drafted_by, "files": _pack_files(files), "page": page}
        case Made(files, facts, folder, because, others, sources):
            fields = {"files": _pack_files(files), "facts": facts, "folder": folder, "because": because}
            fields["sources"] = sources
            fields["others"] = [[each.drafted_by, each.score, _pack_files(each.files), each.page] for each in others]
        case Patched(changed, facts):
            fields = {"files": [[file.path, file.before, file.after] for file in changed], "facts": facts}
    return _frame({"event": type(event).__name__, "call": number, **fields})


def unpack_event(header: Header) -> tuple[int, Event]:
    """
    The inverse of :func:`pack_event`.

    Raises:
        Hangup: It is none.
    """
    try:
        number, kind = cast("int", header.pop("call")), header.pop("event")
        match kind:
            case "Stage" | "Failed" | "Status" | "Line":
                return number, _PLAIN[kind](**header)  # type: ignore[arg-type]
            case "Preview":
                drafted_by, page = cast("str", header["drafted_by"]), cast("str", header["page"])
                return number, Preview(drafted_by, _unpack_files(header["files"]), page)
            case "Made":
                facts, folder, because = (header[name] for name in ("facts", "folder", "because"))
                files = _unpack_files(header["files"])
                others = cast("list[tuple[str, float, object, str]]", header["others"])
                return number, Made(
                    *(files, cast("Header", facts), cast("str", folder), cast("str", because)),
                    others=tuple(Other(by, score, _unpack_files(held), page) for by, score, held, page in others),
                    sources=cast("list[list[float]]", header["sources"]),
                )
            case "Patched":
                changed = cast("list[tuple[str, str | None, str | None]]", header["files"])
                return number, Patched(tuple(PatchedFile(*file) for file in changed), cast("Header", header["facts"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Hangup("no event") from error
    raise Hangup("no event")


_CALLS: Mapping[str, type[Call]] = {each.__name__: each for each in (ComponentCall, PatchCall)}
_PLAIN: Mapping[str, type[Stage | Failed | Status | Line]] = {
    each.__name__: each for each in (Stage, Failed, Status, Line)
}


def length_of(prefix: bytes) -> int:
    """
    Bytes that follow a frame's prefix.

    Raises:
        Hangup: More than any frame has.
    """
    length = int.from_bytes(prefix, "big")
    if length > MAX_FRAME_BYTES:
        raise Hangup(f"a frame of {length} bytes")
    return length


def read_header(stream: BinaryIO) -> Header:
    """
    The next frame of a blocking stream.

    Raises:
        Hangup: The stream ends or holds no frame.
    """
    return decode(_exactly(stream, length_of(_exactly(stream, LENGTH_BYTES))))


async def next_frame(stream: asyncio.StreamReader) -> bytes:
    """
    The content of the next frame, for `decode`; empty when it is a beat.

    Raises:
        Hangup: The stream ends or holds no frame.
    """
    try:
        return await stream.readexactly(length_of(await stream.readexactly(LENGTH_BYTES)))
    except (EOFError, ConnectionError) as error:  # asyncio's IncompleteReadError is an EOFError
        raise Hangup("end of stream") from error


def decode(content: bytes) -> Header:
    """
    The JSON object in a frame.

    Raises:
        Hangup: It is none.
    """
    try:
        header = json.loads(content)
    except ValueError as error:
        raise Hangup("no JSON") from error
    if not isinstance(header, dict):
        raise Hangup("no object")
    return header


def _exactly(stream: BinaryIO, size: int) -> bytes:
    try:
        content = stream.read(size)
    except (OSError, ValueError) as error:
        raise Hangup from error
    if len(content) < size:
        raise Hangup("end of stream")
    return content


def _frame(header: Mapping[str, object]) -> bytes:
    content = json.dumps(header, separators=(",", ":")).encode()
    return len(content).to_bytes(LENGTH_BYTES, "big") + content


def _pack_files(files: tuple[MadeFile, ...]) -> list[list[str]]:
    return [[str(file.path), base64.b64encode(file.content).decode()] for file in files]


def _unpack_files(content: object) -> tuple[MadeFile, ...]:
    files = cast("list[list[str]]", content)
    return tuple(MadeFile(PurePosixPath(path), base64.b64decode(data, validate=True)) for path, data in files)
