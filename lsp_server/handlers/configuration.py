"""
The user's settings: what `initialize` brings, what is asked for after it, and what is told of their changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.connection import ClientRefused
from lsp_server.session import Params, Session
from lsp_server.user_settings import SECTION, section_of

_REGISTRATION = {
    "id": "vision-code-configuration",
    "method": "workspace/didChangeConfiguration",
    "registerOptions": {"section": SECTION},
}


#: What `initializationOptions` may hold beside settings: only a client knows it, no person sets it.
CLIENT_OPTIONS = ("trusted", "commands")


def first_settings(session: Session, options: object) -> None:
    """
    `initializationOptions`: the settings themselves, or an object that holds them as its section; and whether the
    workspace is trusted.
    """
    if not isinstance(options, Mapping):
        session.user_settings.take(options)
        return
    session.trusted = options.get("trusted") is True
    bare = {name: value for name, value in options.items() if name not in CLIENT_OPTIONS}
    session.user_settings.take(section_of(options) if SECTION in options else bare)


def initialized(session: Session, params: Params) -> None:
    """
    `initialized`: from here on the client may be asked.
    """
    del params
    session.user_settings.ask(session.client)
    if session.client.configuration_changes:
        session.later(_registered(session))


async def _registered(session: Session) -> None:
    try:
        await session.connection.request(
            "client/registerCapability", {"registrations": [_REGISTRATION]}, timeout_s=30.0
        )
    except ClientRefused as error:
        session.log.line(f"settings: changes are not told: {error}")


def did_change_configuration(session: Session, params: Params) -> None:
    """
    `workspace/didChangeConfiguration`: who can be asked is asked, of all others the message brings the settings.
    """
    if session.client.configuration:
        session.user_settings.ask(session.client)
    else:
        session.user_settings.take(section_of(params.get("settings")))


def did_change_trust(session: Session, params: Params) -> None:
    """
    `visionCode/didChangeTrust`: anything but a plain yes is a no.
    """
    session.trusted = params.get("trusted") is True
