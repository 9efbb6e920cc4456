"""
The user's settings, as the editor has them: taken when it tells them, asked for where it can be asked.

They may name a model on this machine or an engine elsewhere, which a project's settings file may not: an editor that
has settings of a project as well must not send those.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from lsp_server.client import Client
from lsp_server.log import Log
from lsp_server.protocol import ClientRefused, Protocol

if TYPE_CHECKING:
    from vision_code.project.settings import Settings

SECTION = "vision-code"
#: A client that does not answer in this time is taken by what it said before.
ASK_TIMEOUT_S = 5.0
LOCAL = "local:"
DISTANT = ("https://", "http://")
_MAX_NAMED = 10


class UserSettings:
    """
    What the user wants wherever a request leaves it open. What is wrong or unknown among it is said once and left out.
    """

    def __init__(self, protocol: Protocol, log: Log) -> None:
        self._protocol = protocol
        self._log = log
        self._content: object = None
        self._asking: asyncio.Task[None] | None = None
        self._said: set[str] = set()

    def take(self, content: object) -> None:
        """
        The settings as they are now, all of them; None leaves them as they were.
        """
        if content is None:
            return
        self._content = content
        found = parse_user_settings(content)
        unknown = [name for name in found.unknown if name not in self._said][:_MAX_NAMED]
        if unknown:
            self._said.update(unknown)
            self._log.line(f"settings: unknown {', '.join(unknown)}")
        for line in found.wrong:
            if line not in self._said:
                self._said.add(line)
                said = types.ShowMessageParams(types.MessageType.Warning, f"Vision Code settings: {line}")
                self._protocol.notify(types.WINDOW_SHOW_MESSAGE, said)

    def ask(self, client: Client) -> None:
        """
        Ask the editor for them; a question that is under way is out of date by now.
        """
        if not client.configuration:
            return
        if self._asking is not None:
            self._asking.cancel()
        self._asking = asyncio.get_running_loop().create_task(self._ask())

    async def _ask(self) -> None:
        params = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        try:
            answer = await self._protocol.ask(types.WORKSPACE_CONFIGURATION, params, timeout_s=ASK_TIMEOUT_S)
        except ClientRefused as error:
            self._log.line(f"settings: {error}")
            return
        self.take(answer[0] if answer else None)

    async def current(self) -> object:
        """
        The settings as the editor has them, for `parse_user_settings`; its answer is awaited while it is asked.
        """
        while self._asking is not None and not self._asking.done():
            await asyncio.wait({self._asking})
        return self._content


@dataclass(frozen=True, slots=True)
class Parsed:
    """
    Settings, the names of those that there are none of, and a line for each that is wrong.
    """

    settings: Settings
    unknown: tuple[str, ...]
    wrong: tuple[str, ...]


def parse_user_settings(content: object) -> Parsed:
    """
    The same keys and values as in a project's settings file, and as engine also ``local:`` with an absolute path or an
    address; whether it is one of a server shows when it is asked.
    """
    from vision_code.project.settings import KEYS, Settings, refusal

    if not isinstance(content, Mapping):
        return Parsed(Settings(), (), () if content is None else ("must be an object",))
    given = {str(name): value for name, value in content.items() if value is not None}
    wrong = {name: refusal(key, given[name]) for name, key in KEYS.items() if name in given}
    engine = given.get("engine")
    if isinstance(engine, str) and engine.startswith(LOCAL):
        # A relative one would lie in whichever project is open.
        is_path = Path(engine.removeprefix(LOCAL)).is_absolute() and engine.isprintable()
        wrong["engine"] = "" if is_path else f"{LOCAL} with an absolute path"
    elif isinstance(engine, str) and engine.startswith(DISTANT):
        is_address = engine.isprintable() and " " not in engine
        wrong["engine"] = "" if is_address else "an address like https://host/v1#model"
    elif wrong.get("engine"):
        wrong["engine"] += f", {LOCAL}PATH or https://host/v1#model"
    settings = Settings(**{name: given[name] for name, reason in wrong.items() if not reason})
    unknown = tuple(name[:60] for name in given if name not in KEYS)
    return Parsed(settings, unknown, tuple(f"{name} must be {reason}" for name, reason in wrong.items() if reason))


def section_of(content: object) -> object:
    """
    Our section of an object that may hold those of others; None where it is not there.
    """
    return content.get(SECTION) if isinstance(content, Mapping) else None
