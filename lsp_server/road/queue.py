"""
The queue in front of the road's process: one call at a time, a few waiting, the process kept warm and replaced.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine

from lsp_server.road.child import Child, ChildDied, ChildTooLarge, start
from lsp_server.road.failures import error_of
from lsp_server.road.messages import Call, ComponentCall, Event, Failed, Made, PatchCall, Patched, Stage, Status
from vision_code.errors import EngineUnavailable, LimitExceeded

MAX_WAITING = 8
#: The station before the first one.
WAITING = "waiting"
#: After so many seconds without a call the process is ended; the next call starts it again (about 5 s).
IDLE_LIMIT_S = 900.0
#: Seconds before the process is started again after it died by itself: doubled each time up to the last.
FIRST_BACKOFF_S = 1.0
LAST_BACKOFF_S = 30.0
MAX_DEATHS = 5
DEATH_WINDOW_S = 300.0


class Road:
    """
    Answers calls, one after the other, in a process that is started by the first of them.

    Args:
        log: Takes one line for the local log.
    """

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._turn = asyncio.Lock()
        self._child: Child | None = None
        self._deaths: list[float] = []
        self._starting: asyncio.Task[None] | None = None
        self._background: set[asyncio.Task[None]] = set()
        self._idle: asyncio.TimerHandle | None = None
        self._closed = False
        self._num_waiting = 0
        self._num_done = 0

    async def status(self) -> Status:
        """
        How it is; starts nothing.
        """
        alive = self._child is not None and self._child.alive
        return Status(
            state="busy" if self._turn.locked() else "ready" if alive else "stopped",
            process_id=self._child.pid if self._child is not None and alive else None,
            waiting=self._num_waiting,
            done=self._num_done,
        )

    async def component(self, call: ComponentCall, tell: Callable[[Event], None]) -> Made:
        """
        Make a component when its turn comes. Cancelled, it stops at once: its process is killed and replaced.

        Raises:
            VisionCodeError: ``engine.busy``, ``engine.restarting``, ``engine.failed``, or whatever the road says.
        """
        made = await self._answered(call, tell)
        assert isinstance(made, Made)
        return made

    async def patch(self, call: PatchCall, tell: Callable[[Event], None]) -> Patched:
        """
        Solve an issue, likewise.
        """
        patched = await self._answered(call, tell)
        assert isinstance(patched, Patched)
        return patched

    async def _answered(self, call: Call, tell: Callable[[Event], None]) -> Made | Patched:
        if self._num_waiting >= MAX_WAITING:
            raise EngineUnavailable("engine.busy", f"{MAX_WAITING} waiting", retry=True)
        if self._turn.locked():
            tell(Stage(WAITING, 0.0))
        self._num_waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self._num_waiting -= 1
        try:
            return await self._asked(call, tell)
        finally:
            self._turn.release()
            self._rest()

    async def _asked(self, call: Call, tell: Callable[[Event], None]) -> Made | Patched:
        child = await self._running()
        try:
            answer = await child.ask(call, tell)
        except ChildDied as error:
            self._deaths.append(time.monotonic())
            self._bury(child)
            self._log(str(error))
            if isinstance(error, ChildTooLarge):
                raise LimitExceeded("memory.host", str(error)) from error
            raise EngineUnavailable("engine.restarting", str(error), retry=True) from error
        except asyncio.CancelledError:
            self._bury(child)
            self._keep(self._warm_again(call))
            raise
        self._num_done += 1
        if isinstance(answer, Failed):
            raise error_of(answer, self._log)
        return answer

    async def _running(self) -> Child:
        if self._idle is not None:
            self._idle.cancel()
        if self._child is not None and not self._child.alive:  # it died between two calls
            self._deaths.append(time.monotonic())
            self._bury(self._child)
        if self._child is None and self._starting is None:
            await self._back_off()
        while self._child is None:
            if self._starting is None:
                self._starting = self._keep(self._start())
            await asyncio.shield(self._starting)  # a cancelled call leaves it to the next one
        return self._child

    async def _start(self, warm: Call | None = None) -> None:
        try:
            if self._closed:
                raise EngineUnavailable("engine.closed", "the server is shutting down")
            self._child = await start(warm)
        except OSError as error:
            raise EngineUnavailable("engine.failed", f"no process can be started: {error.strerror}") from error
        finally:
            self._starting = None

    async def _back_off(self) -> None:
        """
        Wait as long as the last deaths ask for.
        """
        now = time.monotonic()
        self._deaths = [at for at in self._deaths if now - at < DEATH_WINDOW_S]
        if len(self._deaths) >= MAX_DEATHS:
            message = f"the engine's process ended {MAX_DEATHS} times in {DEATH_WINDOW_S / 60:g} minutes"
            raise EngineUnavailable("engine.failed", message)
        if self._deaths:
            wait_s = min(LAST_BACKOFF_S, FIRST_BACKOFF_S * 2 ** (len(self._deaths) - 1))
            await asyncio.sleep(max(0.0, self._deaths[-1] + wait_s - now))

    async def _warm_again(self, like: Call) -> None:
        """
        After a cancel the next call finds the process loaded, not gone.
        """
        if self._child is None and self._starting is None and not self._closed:
            self._starting = self._keep(self._start(like))
            await self._starting
        self._rest()

    def _rest(self) -> None:
        if self._idle is not None:
            self._idle.cancel()
        self._idle = asyncio.get_running_loop().call_later(IDLE_LIMIT_S, self._idle_over)

    def _idle_over(self) -> None:
        if self._child is not None and not self._turn.locked():
            self._bury(self._child)

    def _bury(self, child: Child) -> None:
        child.kill()
        if self._child is child:
            self._child = None
        self._keep(child.gone())

    def _keep(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._let_go)
        return task

    def _let_go(self, task: asyncio.Task[None]) -> None:
        self._background.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited for it has told it; nobody else needs to know

    async def close(self, wait_s: float) -> None:
        """
        End the process and wait for its end, but not for ever; later calls raise.
        """
        self._closed = True
        if self._idle is not None:
            self._idle.cancel()
        if self._starting is not None:
            await asyncio.wait({self._starting}, timeout=wait_s)
        if self._child is not None:
            self._bury(self._child)
        if self._background:
            await asyncio.wait(self._background, timeout=wait_s)
