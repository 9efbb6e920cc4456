"""
The command line: one file a subcommand, one place that turns errors into a line and an exit code.

Starting costs nothing: a subcommand's module, and whatever it needs, is imported only when that subcommand runs.
"""

from __future__ import annotations

import argparse
import importlib
import signal
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from vision_code import __version__
from vision_code.cli.report import fail, fail_internal
from vision_code.cli.signals import ending_signals
from vision_code.errors import UsageError, VisionCodeError

#: Subcommand → one line of help. Its module, see :func:`_module`, has `configure(parser)` and `run(args) -> int`.
COMMANDS = {
    "component": "turn a picture of a user interface into a component",
    "patch": "edits of a model's reply in: a diff that applies, or the files themselves, out",
    "compare": "measure how faithful one picture or page is to another",
    "inspect": "what is in a checkpoint, whether it is whole and fits this machine",
    "capture": "take a picture of the screen, or of a page, into a file",
    "doctor": "what works on this machine, what is missing, and the command that mends it",
    "lsp": "serve an editor: the language server on stdin and stdout",
    "mcp": "serve other agents: a Model Context Protocol server on stdin and stdout",
}
#: The commands that live in a package above this one; named here, never imported.
ELSEWHERE = {"lsp": "lsp_server.command", "mcp": "lsp_server.mcp_command"}


class _Parser(argparse.ArgumentParser):
    """
    Reports wrong arguments like every other error instead of printing its usage and leaving.
    """

    def error(self, message: str) -> NoReturn:
        """
        Called by argparse with its own line.
        """
        raise UsageError("usage.arguments", f"{message}; see {self.prog} --help")


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    # No abbreviations: a script that uses one breaks when another option begins alike.
    description = "A picture of a user interface in, code out."
    parser = _Parser(prog="vision-code", description=description, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"vision-code {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        about = summary[0].upper() + summary[1:] + "."
        sub = commands.add_parser(name, help=summary, description=about, allow_abbrev=False)
        sub.add_argument("--json", action="store_true", help="print one JSON object on stdout instead of text")
        sub.add_argument("--debug", action="store_true", help="show a traceback when something fails")
        if name == chosen:
            _module(name).configure(sub)
    return parser


def _module(name: str) -> ModuleType:
    return importlib.import_module(ELSEWHERE.get(name, f"vision_code.cli.{name}"))


def run(argv: Sequence[str]) -> int:
    """
    Run one command and return its exit code (0 done; 128 + signal when one ended it; else see `vision_code.errors`).
    """
    # Told from the words themselves, because also the parser's refusals are answered by them.
    as_json, debug = "--json" in argv, "--debug" in argv
    with ending_signals() as came:
        try:
            return _run(argv)
        except KeyboardInterrupt:
            return 128 + (came[0] if came else signal.SIGINT)
        except Exception as error:  # the one broad catch of this process: nothing leaves without an answer
            if came:  # an interrupted import may raise anything
                return 128 + came[0]
            if isinstance(error, VisionCodeError):
                return fail(error, as_json=as_json, debug=debug)
            return fail_internal(error, as_json=as_json, debug=debug)


def _run(argv: Sequence[str]) -> int:
    chosen = next((word for word in argv if not word.startswith("-")), None)
    args = _parser(chosen if chosen in COMMANDS else None).parse_args(argv)
    code: int = _module(args.command).run(args)
    return code
