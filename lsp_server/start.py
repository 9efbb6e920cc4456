"""
The way in: the server is imported, then it serves.
"""

from __future__ import annotations

import gc


def serve() -> int:
    """
    Serve one client on stdin and stdout until it leaves, and return the exit code.
    """
    # The protocol's types are hundreds of classes, made while they are imported. Looking for garbage meanwhile finds
    # none and takes a fifth of the start; later it would go through all of them again.
    gc.disable()
    from lsp_server.stdio import serve_stdio

    gc.freeze()
    gc.enable()
    return serve_stdio()
