"""
The user's settings: what `initialize` brings, what is asked for after it, and what is told of their changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from lsprotocol import types

from lsp_server.protocol import ClientRefused
from lsp_server.server import Params, Server
from lsp_server.user_settings import SECTION, section_of

_REGISTRATION = types.Registration(
    "vision-code-configuration",
    types.WORKSPACE_DID_CHANGE_CONFIGURATION,
    types.DidChangeConfigurationRegistrationOptions(SECTION),
)

#: What `initializationOptions` may hold beside settings: only a client knows it, no person sets it.
CLIENT_OPTIONS = ("trusted", "commands")


def first_settings(server: Server, options: object) -> None:
    """
    `initializationOptions`: the settings themselves, or an object that holds them as its section; and whether the
    workspace is trusted.
    """
    if not isinstance(options, Mapping):
        server.user_settings.take(options)
        return
    server.trusted = options.get("trusted") is True
    bare = {name: value for name, value in options.items() if name not in CLIENT_OPTIONS}
    server.user_settings.take(section_of(options) if SECTION in options else bare)


def initialized(server: Server, params: Params) -> None:
    """
    `initialized`: from here on the client may be asked.
    """
    del params
    server.user_settings.ask(server.client)
    if server.client.configuration_changes:
        server.later(_registered(server))


async def _registered(server: Server) -> None:
    try:
        params = types.RegistrationParams([_REGISTRATION])
        await server.protocol.ask(types.CLIENT_REGISTER_CAPABILITY, params, timeout_s=30.0)
    except ClientRefused as error:
        server.log.line(f"settings: changes are not told: {error}")


def did_change_configuration(server: Server, params: types.DidChangeConfigurationParams) -> None:
    """
    `workspace/didChangeConfiguration`: who can be asked is asked, of all others the message brings the settings.
    """
    if server.client.configuration:
        server.user_settings.ask(server.client)
    else:
        server.user_settings.take(section_of(params.settings))


def did_change_trust(server: Server, params: Params) -> None:
    """
    `visionCode/didChangeTrust`: anything but a plain yes is a no.
    """
    server.trusted = isinstance(params, Mapping) and params.get("trusted") is True
