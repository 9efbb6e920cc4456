"""
``python -P -m lsp_server``: the same as ``vision-code lsp``.
"""

from __future__ import annotations

from vision_code import _bootstrap

_bootstrap.activate()


def main() -> None:
    """
    Serve one editor on stdio; exits with the server's code.
    """
    import sys

    from lsp_server.start import serve

    sys.exit(serve())


if __name__ == "__main__":
    main()
