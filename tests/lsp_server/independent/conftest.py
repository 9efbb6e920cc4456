"""
Two windows of an editor that nobody here wrote, each with a server of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_lsp

from tests.lsp_server.independent.editor import environment, server_config

FIRST, SECOND = server_config(), server_config()


@pytest.fixture(scope="session", autouse=True)
def environments(engine: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """
    The servers share the engine of the other tests, and nothing that they remember.
    """
    for config in (FIRST, SECOND):
        config.server_env = environment(engine, tmp_path_factory.mktemp("state"))


@pytest_lsp.fixture(config=FIRST)
async def client(lsp_client: pytest_lsp.LanguageClient) -> AsyncIterator[None]:
    """
    A client and its server; whatever the test left is ended.
    """
    yield
    if not lsp_client.stopped:
        await lsp_client.shutdown_session()


@pytest_lsp.fixture(config=SECOND)
async def other(lsp_client: pytest_lsp.LanguageClient) -> AsyncIterator[None]:
    """
    Another window.
    """
    yield
    if not lsp_client.stopped:
        await lsp_client.shutdown_session()
