"""
The command line: one file a subcommand, one place that turns errors into a line and an exit code.

Starting costs nothing: a subcommand's module, and whatever it needs, is imported only when that subcommand runs.
"""

from __future__ import annotations

import argparse
import importlib
import signal
from collections.abc import Sequence
from types import FrameType

from vision_code import __version__
from vision_code.cli.report import fail, fail_internal
from vision_code.errors import VisionCodeError

#: Subcommand → one line of help. The module `vision_code.cli.<name>` has `configure(parser)` and `run(args) -> int`.
COMMANDS = {
    "component": "turn a picture of a user interface into a component",
    "compare": "measure how faithful one picture or page is to another",
    "inspect": "what is in a checkpoint, whether it is whole and fits this machine",
    "doctor": "what works on this machine, what is missing, and the command that mends it",
}

EXIT_SIGINT = 130
EXIT_SIGTERM = 143


class _Terminated(BaseException):
    """
    SIGTERM, turned into an exception so that every clean-up runs.
    """


def _on_sigterm(_signum: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vision-code", description="A picture of a user interface in, code out.")
    parser.add_argument("--version", action="version", version=f"vision-code {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        sub.add_argument("--json", action="store_true", help="print one JSON object on stdout instead of text")
        sub.add_argument("--debug", action="store_true", help="show a traceback when something fails")
        if name == chosen:
            importlib.import_module(f"vision_code.cli.{name}").configure(sub)
    return parser


def run(argv: Sequence[str]) -> int:
    """
    Run one command and return its exit code (0 done; else see `vision_code.errors`).
    """
    chosen = next((word for word in argv if not word.startswith("-")), None)
    args = _parser(chosen if chosen in COMMANDS else None).parse_args(argv)
    previous = signal.signal(signal.SIGTERM, _on_sigterm)
    try:
        code: int = importlib.import_module(f"vision_code.cli.{args.command}").run(args)
        return code
    except VisionCodeError as error:
        return fail(error, as_json=args.json, debug=args.debug)
    except KeyboardInterrupt:
        return EXIT_SIGINT
    except _Terminated:
        return EXIT_SIGTERM
    except Exception as error:  # the one broad catch of this process: nothing leaves without an answer
        return fail_internal(error, as_json=args.json, debug=args.debug)
    finally:
        signal.signal(signal.SIGTERM, previous)
