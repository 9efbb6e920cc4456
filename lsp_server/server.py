"""
The server: what the handlers of one connection share, beside what pygls keeps for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from lsp_server.client import Client
from lsp_server.conversion import converter
from lsp_server.diagnostics import Diagnostics
from lsp_server.log import Log, where
from lsp_server.memory import Memory
from lsp_server.protocol import Protocol, State
from lsp_server.road.queue import Road
from lsp_server.road.shared import SharedRoad
from lsp_server.uploads import Uploads
from lsp_server.user_settings import UserSettings
from lsp_server.workspace import Workspace
from vision_code import __version__

if TYPE_CHECKING:
    from lsp_server.undo import Applied

Params = Mapping[str, object]
"""
The parameters of a message of our own, an object.
"""


class Server(LanguageServer):
    """
    One connection; its state is changed on the event loop only.

    Args:
        road: Makes components.
        patches: Solves issues, in a process of its own: an engine may think about one for minutes, and components need
            not wait for that.
        leave: Called with the exit code when the client leaves.

    Attributes:
        applied: The last component or patch that was put into the editor, for `visionCode/undo`.
        settling: Held by the request that finds out which settings count for it.
        comparing: Held by the comparison that has the browser.
        trusted: Whether the client vouches for the workspace: what the project brings is run only then.
        capturing: Whether the screen is being captured; one request at a time may.
    """

    protocol: Protocol

    def __init__(
        self, *, log: Log, road: Road | SharedRoad, patches: Road, memory: Memory, leave: Callable[[int], None]
    ) -> None:
        self.log = log
        self.road = road
        self.patches = patches
        self.memory = memory
        self._leave = leave
        # Whole texts are asked for: a change of a part lands on the wrong line in whichever editor counts lines or
        # units differently.
        whole = types.TextDocumentSyncKind.Full
        super().__init__("vision-code", __version__, whole, protocol_cls=Protocol, converter_factory=converter)
        self.uploads = Uploads()
        self.diagnostics = Diagnostics(self.protocol)
        self.user_settings = UserSettings(self.protocol, log)
        self.applied: Applied | None = None
        self.trusted = False
        self.capturing = False
        self.settling = asyncio.Lock()
        self.comparing = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()

    @property
    def client(self) -> Client:
        """
        What the client can do.
        """
        return self.protocol.client

    @property
    def workspace(self) -> Workspace:
        """
        Its folders and open documents.
        """
        return self.protocol.workspace

    def later(self, work: Coroutine[object, object, None]) -> None:
        """
        Start work that no request waits for; asyncio itself would forget it.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    def left(self) -> None:
        """
        The client is gone.
        """
        self._leave(0 if self.protocol.state is State.SHUT_DOWN else 1)

    def report_server_error(self, error: Exception, source: object) -> None:
        """
        pygls would bother a person with it; a request has its answer, and the rest is for the log.
        """
        if source is not FeatureRequestError:
            self.log.seldom("pygls", where(error))
