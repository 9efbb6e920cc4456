"""
The browser as one object: started early, kept for many pages, restarted once when it dies, gone when we are.

Playwright's objects belong to the thread that made them, so one thread owns them all and takes work from a queue.
"""

from __future__ import annotations

import logging
import os
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from vision_code.errors import UsageError, VerificationFailed
from vision_code.render.facts import Rendering
from vision_code.render.hermetic import folder_of
from vision_code.render.locate import BrowserMissing, browser_or_reason
from vision_code.render.visit import Visit, render_visit

if TYPE_CHECKING:
    from vision_code.render.chromium import Chromium

logger = logging.getLogger(__name__)

#: Deadline of one page (reliability contract: 10 s).
PAGE_DEADLINE_S = 10.0
#: Deadline of the browser's start; 1 s is usual, a cold disk takes ten times that.
START_DEADLINE_S = 30.0
#: How long closing may take before the process is killed.
_CLOSE_DEADLINE_S = 5.0

T = TypeVar("T")


@dataclass(slots=True)
class _Job:
    """
    Work for the browser's thread; ``started`` is set when the browser is up and the work begins.
    """

    work: Callable[[Chromium], object]
    result: Future[object] = field(default_factory=Future)
    started: threading.Event = field(default_factory=threading.Event)


class Browser:
    """
    Renders pages without network and without their scripts.

    Use it as a context manager; ``start_in_background()`` lets the start (about 1 s) overlap with other work.
    Methods may be called from any thread; pages are rendered one after the other.

    Args:
        executable: Browser to run; found on this machine when not given.
        deadline_s: Longest time for one page.

    Raises:
        VerificationFailed: ``render.unavailable``: no browser; the message names the command that installs one.
    """

    def __init__(self, executable: Path | None = None, *, deadline_s: float = PAGE_DEADLINE_S) -> None:
        found = executable or browser_or_reason()
        if isinstance(found, BrowserMissing):
            raise VerificationFailed(
                "render.unavailable", f"{found.reason}; run: {found.command}", detail={"command": found.command}
            )
        self._executable = found
        self._deadline_s = deadline_s
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._turn = threading.Lock()
        self._pid: int | None = None

    def __enter__(self) -> Self:
        self.start_in_background()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start_in_background(self) -> None:
        """
        Begin to start the browser and return at once. Failures show up at the first ``render``.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="browser", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """
        End the browser and all its processes; harmless when it never ran.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._jobs.put(None)
        thread.join(_CLOSE_DEADLINE_S)
        if thread.is_alive():
            self._kill()
            thread.join(_CLOSE_DEADLINE_S)

    def render(
        self,
        page: Path | str,
        *,
        width_px: int,
        height_px: int = 900,
        root: Path | None = None,
        device_scale: float = 1.0,
        javascript: bool = False,
    ) -> Rendering:
        """
        Render one page at one width; see ``render_widths``.
        """
        (rendering,) = self.render_widths(
            page,
            widths_px=(width_px,),
            height_px=height_px,
            root=root,
            device_scale=device_scale,
            javascript=javascript,
        )
        return rendering

    def render_widths(
        self,
        page: Path | str,
        *,
        widths_px: Sequence[int],
        height_px: int = 900,
        root: Path | None = None,
        device_scale: float = 1.0,
        javascript: bool = False,
        prepare: str = "",
        probe: str = "",
    ) -> list[Rendering]:
        """
        Load one page once and render it, whole, at each width.

        Args:
            page: An HTML file, or the HTML itself.
            widths_px: Viewport widths, CSS px.
            height_px: Viewport height, CSS px (what ``100vh`` means); the picture always holds the whole page.
            root: The only folder that the page may read. For a file: its own folder unless given.
            device_scale: Device pixels per CSS px.
            javascript: Let the page's scripts run (still without network).
            prepare, probe: JavaScript expressions evaluated before and after each measurement, whether or not the
                page's scripts run; what ``probe`` returns is ``Rendering.probed``.

        Raises:
            VerificationFailed: ``render.timeout`` after the deadline; ``render.crashed`` when the browser died twice;
                ``render.unavailable`` when it does not start.
            UsageError: ``render.page``: the page does not exist or lies outside ``root``.
        """
        try:
            folder_of(page, root)
        except (OSError, ValueError) as error:
            raise UsageError("render.page", f"cannot open the page: {error}") from error

        def work(chromium: Chromium) -> list[Rendering]:
            visit = Visit(
                folder=folder_of(page, root),
                widths_px=tuple(widths_px),
                height_px=height_px,
                device_scale=device_scale,
                javascript=javascript,
                timeout_s=self._deadline_s,
                prepare=prepare,
                probe=probe,
            )
            return render_visit(chromium.browser, visit, chromium.notes)

        return self._call(work)

    def _call(self, work: Callable[[Chromium], T]) -> T:
        """
        Run ``work`` on the browser's thread and wait for it; a browser that died is restarted once.
        """
        with self._turn:
            for attempt in (1, 2):
                self.start_in_background()
                job = _Job(work)
                self._jobs.put(job)
                try:
                    self._wait_for_start(job)
                    return job.result.result(self._deadline_s)  # type: ignore[return-value]
                except FutureTimeoutError:
                    self._kill()
                    raise VerificationFailed("render.timeout", f"{self._deadline_s:g} s", retry=True) from None
                except VerificationFailed as error:
                    if error.kind != "render.crashed" or attempt == 2:
                        raise
                    logger.warning("browser died, starting it again")
        raise AssertionError("unreachable")

    def _wait_for_start(self, job: _Job) -> None:
        if not job.started.wait(START_DEADLINE_S) and not job.result.done():
            self._kill()
            raise VerificationFailed("render.unavailable", f"the browser did not start within {START_DEADLINE_S:g} s")

    def _kill(self) -> None:
        """
        Kill the browser's process; its children end with it, blocked calls on the browser's thread fail at once.
        """
        pid, self._pid = self._pid, None
        if pid is not None:
            try:
                os.kill(pid, signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
            except ProcessLookupError:
                logger.debug("browser %d had already ended", pid)

    def _run(self) -> None:
        """
        The browser's thread: start, work until told to stop, close.
        """
        from vision_code.render.chromium import Chromium

        chromium = Chromium(self._executable)
        try:
            self._start(chromium)
            while (job := self._jobs.get()) is not None:
                self._work(chromium, job)
        finally:
            chromium.close()
            self._pid = None

    def _start(self, chromium: Chromium) -> VerificationFailed | None:
        try:
            chromium.ensure()
        except VerificationFailed as error:
            return error
        self._pid = chromium.pid
        return None

    def _work(self, chromium: Chromium, job: _Job) -> None:
        failure = self._start(chromium)
        job.started.set()
        if failure is not None:
            job.result.set_exception(failure)
            return
        try:
            job.result.set_result(chromium.guarded(job.work))
        except BaseException as error:  # the caller's thread raises it
            job.result.set_exception(error)
