"""
What one connection's handlers share: the client's facts, the open documents, the workspace and the road.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lsp_server.client import Client
from lsp_server.connection import Connection
from lsp_server.diagnostics import Diagnostics
from lsp_server.documents import Documents
from lsp_server.log import Log
from lsp_server.memory import Memory
from lsp_server.progress import ProgressTokens
from lsp_server.road.queue import Road
from lsp_server.road.shared import SharedRoad
from lsp_server.uploads import Uploads
from lsp_server.user_settings import UserSettings
from lsp_server.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from lsp_server.undo import Applied

Params = Mapping[str, object]
"""
The parameters of a message, an object.
"""


@dataclass(slots=True, kw_only=True)
class Session:
    """
    The state of one connection; changed on the event loop only.

    Attributes:
        road: Makes components.
        patches: Solves issues, in a process of its own: an engine may think about one for minutes, and components need
            not wait for that.
        applied: The last component or patch that was put into the editor, for `visionCode/undo`.
        settling: Held by the request that finds out which settings count for it.
        comparing: Held by the comparison that has the browser.
        background: Work that no request waits for; asyncio itself would forget it.
        trusted: Whether the client vouches for the workspace: what the project brings is run only then.
        capturing: Whether the screen is being captured; one request at a time may.
    """

    connection: Connection
    log: Log
    road: Road | SharedRoad
    patches: Road
    client: Client = field(default_factory=Client)
    documents: Documents = field(default_factory=Documents)
    progress: ProgressTokens = field(default_factory=ProgressTokens)
    uploads: Uploads = field(default_factory=Uploads)
    memory: Memory = field(default_factory=Memory)
    applied: Applied | None = None
    trusted: bool = False
    capturing: bool = False
    workspace: Workspace = field(init=False)
    diagnostics: Diagnostics = field(init=False)
    user_settings: UserSettings = field(init=False)
    settling: asyncio.Lock = field(default_factory=asyncio.Lock)
    comparing: asyncio.Lock = field(default_factory=asyncio.Lock)
    background: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.workspace = Workspace(self.documents)
        self.diagnostics = Diagnostics(self.connection, self.documents)
        self.user_settings = UserSettings(self.connection, self.log)

    def later(self, work: Coroutine[object, object, None]) -> None:
        """
        Start work that no request waits for.
        """
        task = asyncio.get_running_loop().create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)


if TYPE_CHECKING:
    #: A handler looks at the state at once; what takes time it returns as a coroutine.
    RequestHandler = Callable[[Session, Params], object | Coroutine[object, object, object]]
    NotificationHandler = Callable[[Session, Params], None]
