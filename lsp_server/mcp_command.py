"""
``vision-code mcp``: the same road for other agents, as a Model Context Protocol server on stdin and stdout.

Spoken by the protocol's own Python SDK (the extra ``mcp``), which is imported only to serve.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lsp_server.user_settings import DISTANT, LOCAL
from vision_code.errors import EngineUnavailable, UsageError


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``mcp``.
    """
    parser.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="all that may be read (default: here)")
    engines = "embedded (default), local:PATH, https://host/v1#model or none; agents cannot choose it"
    parser.add_argument("--engine", metavar="E", help=engines)


def run(args: argparse.Namespace) -> int:
    """
    Serve until the agent's program leaves; exit 0.

    Raises:
        UsageError: ``usage.root``, ``usage.engine``.
        EngineUnavailable: ``engine.capability``: the SDK is not installed.
    """
    root = args.root.resolve()
    if not root.is_dir():
        raise UsageError("usage.root", f"--root {args.root}: no folder")
    if args.engine and args.engine not in ("embedded", "none") and not args.engine.startswith((LOCAL, *DISTANT)):
        known = "embedded, none, local:PATH or https://host/v1#model"
        raise UsageError("usage.engine", f"--engine {args.engine}: choose {known}")
    try:
        from lsp_server.mcp_tools import mcp_server
    except ImportError as error:
        message = "the MCP SDK is missing: python -m pip install 'vision-code[mcp]'"
        raise EngineUnavailable("engine.capability", message) from error
    mcp_server(root, args.engine).run("stdio")
    return 0
