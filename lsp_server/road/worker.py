"""
The road's own process: reads calls from stdin, answers on stdout, keeps engine and browser warm, dies with its owner.

Started by `lsp_server.road.child`. It is ended by a kill at any moment; nothing here may need a clean-up.
"""

from __future__ import annotations

import base64
import contextlib
import os
import queue
import signal
import sys
import tempfile
import threading
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lsp_server.road.failures import failed_of
from lsp_server.road.messages import (
    AUTO,
    Call,
    ComponentCall,
    Event,
    Hangup,
    Made,
    MadeFile,
    Other,
    PatchCall,
    Patched,
    Preview,
    Stage,
    pack_event,
    read_header,
    unpack_call,
)
from vision_code.errors import LimitExceeded, VisionCodeError
from vision_code.output import remove_folder

if TYPE_CHECKING:
    from vision_code.compare import Finding
    from vision_code.emit import OutputFile
    from vision_code.engine import DistantEngine, DraftingEngine
    from vision_code.pipeline import Component, Options
    from vision_code.project.sense import Project
    from vision_code.render import Browser

BEAT_S = 5.0
BOM = "\ufeff"


def main() -> None:
    """
    Serve one owner until the pipe closes.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the owner's to handle
    # The channel is a copy of stdout; whatever prints goes to stderr and cannot break a frame.
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    Worker(sys.stdin.buffer, channel).serve(*sys.argv[2:])


class Worker:
    """
    Answers calls one after the other.

    Args:
        source: Frames from the owner.
        channel: Frames to the owner.
    """

    def __init__(self, source: BinaryIO, channel: BinaryIO) -> None:
        self._source = source
        self._channel = channel
        self._sending = threading.Lock()
        self._calls: queue.Queue[tuple[int, Call]] = queue.Queue()
        self._engine: tuple[str, DraftingEngine | DistantEngine | None] | None = None
        self._browser: Browser | None = None

    def serve(self, engine: str = "none", verify: str = "") -> None:
        """
        Answer until the process ends.

        Args:
            engine: To open before it is asked for.
            verify: Not empty: start the browser as well.
        """
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._beat, daemon=True).start()
        self._warm(engine, verify=bool(verify))
        while True:
            self._answer(*self._calls.get())

    def _warm(self, engine: str, *, verify: bool) -> None:
        """
        Start what the next call needs, each beside the others; what fails here fails again, and is told, in the call.
        """
        with contextlib.suppress(VisionCodeError):
            self._engine_for(engine)
        if verify:
            self._open_browser()
        import vision_code.pipeline  # noqa: F401 - loads OpenCV and the reader

    def _read(self) -> None:
        try:
            while True:
                self._calls.put(unpack_call(read_header(self._source)))
        except Hangup:
            pass
        finally:
            self._end()

    def _beat(self) -> None:
        while True:
            threading.Event().wait(BEAT_S)
            self._send(b"\0\0\0\0")

    def _answer(self, number: int, call: Call) -> None:
        try:
            if isinstance(call, PatchCall):
                self._emit(number, self._patch(number, call))
            else:
                self._emit(number, self._component(number, call))
        except MemoryError:
            self._emit(number, failed_of(LimitExceeded("memory.host", "the allocation failed", retry=True)))
        except Exception as error:
            self._emit(number, failed_of(error))

    def _component(self, number: int, call: ComponentCall) -> Made:
        # The slowest first: engine and browser load in processes of their own while all else is imported here.
        engine = self._engine_for(call.engine)
        browser = self._open_browser() if call.verify else None
        from vision_code.conform import color_tokens, script_style
        from vision_code.emit import Target
        from vision_code.pipeline import Options, component
        from vision_code.project.sense import sense

        project = sense(Path(call.root), Path(call.folder))
        target = project.target if call.target == AUTO else call.target
        options = Options(
            target=Target(target),
            name=call.name,
            engine=call.engine,
            candidates=call.candidates,
            seed=call.seed,
            verify=call.verify,
            others=call.others,
            scale=call.scale,
            style=script_style(project, call.suffix),
            tokens=color_tokens(project),
        )
        picture = Path(call.path) if call.path is not None else base64.b64decode(call.data or "")

        def preview(drafted_by: str, files: tuple[OutputFile, ...], page: str) -> None:
            self._emit(number, Preview(drafted_by, _files(files), page))

        made = component(
            picture,
            options,
            engine=engine,
            browser=browser,
            progress=lambda station, done: self._emit(number, Stage(station, done)),
            preview=preview if call.previews else None,
        )
        notes = _choices(project, target, asked=call.target != AUTO)
        if call.before is not None and (call.part is not None or call.span is not None):
            return _parted(call, call.before, replace(made, notes=(*notes, *made.notes)), options)
        if call.before is not None:
            return _redrawn(call, call.before, replace(made, notes=(*notes, *made.notes)), options)
        return _placed(call, project, replace(made, notes=(*notes, *made.notes)), options)

    def _patch(self, number: int, call: PatchCall) -> Patched:
        from lsp_server.road.patch import patched
        from vision_code.patching.writer import writer_of

        engine = self._engine_for(call.engine)
        assert engine is not None
        return patched(call, writer_of(call.engine, engine), lambda stage: self._emit(number, stage))

    def _engine_for(self, spec: str) -> DraftingEngine | DistantEngine | None:
        """
        The engine that was opened last, or another in its place; without one the warm one stays for later.
        """
        from vision_code.engine import open_engine

        if spec == "none":
            return None
        if self._engine is None or self._engine[0] != spec:
            if self._engine is not None and self._engine[1] is not None:
                self._engine[1].close()
            self._engine = None
            # A context manager by itself, so that it may stay open.
            self._engine = spec, open_engine(spec)
        return self._engine[1]

    def _open_browser(self) -> Browser | None:
        """
        The browser; None where there is none: the road finds out again, and says so in its answer.
        """
        from vision_code.errors import VerificationFailed
        from vision_code.render import Browser

        if self._browser is None:
            try:
                self._browser = Browser()
                self._browser.start_in_background()
            except VerificationFailed:
                return None
        return self._browser

    def _emit(self, number: int, event: Event) -> None:
        self._send(pack_event(number, event))

    def _send(self, content: bytes) -> None:
        try:
            with self._sending:
                self._channel.write(content)
                self._channel.flush()
        except (OSError, ValueError):
            self._end()

    def _end(self) -> None:
        """
        Leave at once, with everything this process started and wrote.
        """
        browser = self._browser.pid if self._browser is not None else None
        if hasattr(os, "killpg"):
            if browser is not None:  # it leads a group of its own, and would go on writing into its folder
                with contextlib.suppress(OSError):
                    os.killpg(browser, signal.SIGKILL)
            remove_folder(Path(tempfile.gettempdir()))  # the owner made it for us alone
            if os.getpgrp() == os.getpid():
                os.killpg(0, signal.SIGKILL)
        os._exit(0)


def _placed(call: ComponentCall, project: Project, made: Component, options: Options) -> Made:
    """
    The component under the name and in the folder that the project has for it, unless others were said.
    """
    from vision_code.anchor import source_map
    from vision_code.emit import Target
    from vision_code.emit.names import pascal
    from vision_code.project.place import belongs_to, place

    target = made.target.value
    main, folder, placed, because = call.name, Path(call.folder), "", ""
    if call.placing == "said" or not belongs_to(project, target):
        is_page = made.target in (Target.HTML, Target.HTML_CSS)
        name = pascal(call.component or ("" if is_page or call.name == "index" else call.name))
    else:
        placement = place(project, call.name or made.tree.name, target, folder if call.placing == "folder" else None)
        main, name, folder = placement.file.stem, placement.name, placement.file.parent
        placed, because = str(folder), placement.because

    def finished(each: Component) -> Component:
        renamed = each.called(main, name, options) if placed or (name and name != each.tree.name) else each
        return _formatted(call, project, renamed, folder)

    others = [finished(other) for other in made.others]
    made = finished(made)
    facts = _facts(made, previews=call.previews)
    sources = source_map(made.files[0], made.boxes).rows()
    return Made(_files(made.files), facts, placed, because, tuple(_other(other) for other in others), sources)


def _other(made: Component) -> Other:
    from vision_code.emit import single_page

    score = made.fidelity.mean if made.fidelity is not None else 0.0
    return Other(made.drafted_by, score, _files(made.files), single_page(made.tree))


def _redrawn(call: ComponentCall, before: str, made: Component, options: Options) -> Made:
    """
    The component in the place of the one that the file holds.
    """
    from vision_code.anchor import source_map
    from vision_code.localise.texts import texts_by_language
    from vision_code.rewrite.redraw import redraw

    languages = texts_by_language(Path(call.root))
    redrawn = redraw(made, options, _plain(before), call.name + call.suffix, languages)
    main, *others = redrawn.files
    main = _marked(main, before)
    facts = _facts(redrawn.component, previews=call.previews)
    facts |= {"name": redrawn.rewritten.name, "notes": [*redrawn.component.notes, *redrawn.notes]}
    sources = source_map(main, redrawn.component.boxes).rows()
    return Made(_files((main, *others)), facts, sources=sources)


def _parted(call: ComponentCall, before: str, made: Component, options: Options) -> Made:
    """
    The file of the component with one part of it as the picture has it.
    """
    from vision_code.emit.file_names import file_names
    from vision_code.geometry import Box
    from vision_code.part import update_part
    from vision_code.source_map import Span

    theme = Path(call.folder) / file_names(call.name, made.tree).theme
    updated = update_part(
        made,
        options,
        _plain(before),
        call.name + call.suffix,
        box=Box(*(side / made.scale for side in call.part)) if call.part is not None else None,
        span=Span(*call.span) if call.span is not None else None,
        theme=theme.read_text("utf-8", "replace") if theme.is_file() else "",
    )
    main, *pictures = updated.files
    facts = _facts(made, previews=call.previews)
    facts |= {"name": call.component or made.tree.name, "notes": [*made.notes, *updated.notes]}
    return Made(_files((_marked(main, before), *pictures)), facts)


def _plain(text: str) -> str:
    """
    Without byte order mark, lines ended by line feeds.
    """
    return text.removeprefix(BOM).replace("\r\n", "\n").replace("\r", "\n")


def _marked(main: OutputFile, before: str) -> OutputFile:
    """
    A main file with the byte order mark that the file had before.
    """
    return replace(main, content=BOM.encode() + main.content) if before.startswith(BOM) else main


def _formatted(call: ComponentCall, project: Project, made: Component, folder: Path) -> Component:
    """
    The component as the project's own formatter lays it out, where there is one and it may be run.
    """
    from vision_code.reformat import reformat

    if project.formatter is None:
        return made
    if not call.formats:
        note = f"not formatted with {project.formatter.name}, because the workspace is not trusted"
        return replace(made, notes=(*made.notes, note))
    files, notes = reformat(project, made.files, folder)
    return replace(made, files=files, notes=(*made.notes, *notes))


def _choices(project: Project, target: str, *, asked: bool) -> tuple[str, ...]:
    """
    What was chosen that nobody asked for, and what will not fit.
    """
    from vision_code.project.caveats import caveats

    chosen = () if asked or target == "html" else (f"target {target}, because {project.framework.because}",)
    return (*chosen, *caveats(project, target))


def _files(files: tuple[OutputFile, ...]) -> tuple[MadeFile, ...]:
    return tuple(MadeFile(file.path, file.content) for file in files)


def _facts(made: Component, *, previews: bool) -> dict[str, object]:
    from vision_code.emit import single_page

    scores = made.fidelity
    return {
        "name": made.tree.name,
        "target": made.target.value,
        "draftedBy": made.drafted_by,
        "verified": made.verified,
        "unverifiedBecause": made.unverified_because,
        "fidelity": None
        if scores is None
        else {key: value for key, value in asdict(scores).items() if isinstance(value, float)},
        "worst": [] if scores is None else [_region(finding) for finding in scores.worst],
        "picture": {"width": made.size_px[0], "height": made.size_px[1], "scale": made.scale},
        "page": single_page(made.tree) if previews else None,
        "notes": list(made.notes),
        "seconds": {station: round(seconds, 3) for station, seconds in made.seconds.items()},
    }


def _region(finding: Finding) -> dict[str, object]:
    box = finding.box
    place = {"x": box.x, "y": box.y, "width": box.w, "height": box.h}
    return {"what": finding.what, "score": finding.score, **place}
