"""
``vision-code lsp``: the language server on stdin and stdout.
"""

from __future__ import annotations

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``lsp``.
    """
    # Some editors' clients always add it; stdio is the only transport there is.
    parser.add_argument("--stdio", action="store_true", help="accepted for editors that always say so")


def run(_: argparse.Namespace) -> int:
    """
    Serve until the editor leaves; 0 after `shutdown` and `exit`, 1 when it just went, 3 when its frames broke.
    """
    from lsp_server.start import serve

    return serve()
