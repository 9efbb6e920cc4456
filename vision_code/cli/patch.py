"""
``vision-code patch``: edits in, a checked diff out, or the files changed; and the way back.

    source of edits ─▶ stage ─▶ check ─▶ diff | apply

A source is whatever yields edits for a tree: a reply in a file here, an engine in `vision_code.cli.patch_by_engine`,
a picture of one component in `vision_code.cli.patch_by_picture`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vision_code.cli import patch_by_engine, patch_by_picture
from vision_code.cli.arguments import output_file, read_text
from vision_code.cli.report import note, out, out_json
from vision_code.errors import InputRejected, UsageError

if TYPE_CHECKING:
    from vision_code.edits import Applied, Edit, Refusals, Staged, Tree

#: More than any reply that can be read; see `vision_code.edits.reply`.
_MAX_REPLY_BYTES = 16 * 2**20


def configure(parser: argparse.ArgumentParser) -> None:
    """
    Add the options of ``patch``.
    """
    parser.add_argument("--repo", type=Path, default=Path(), metavar="DIR", help="the project (default: this folder)")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--edits", metavar="FILE", help="a model's reply with edits in any known format; - reads stdin")
    what.add_argument("--undo", action="store_true", help="take back the last --apply")
    what.add_argument("--issue", metavar="FILE", help="text of an issue that an engine solves; - reads stdin")
    patch_by_picture.configure(what)
    several = "a set of issues, one JSON object a line as SWE-bench has them; --repo holds their repositories"
    what.add_argument("--instances", type=Path, metavar="FILE", help=several)
    parser.add_argument("-o", "--output", type=output_file, metavar="FILE", help="write the diff there, not to stdout")
    parser.add_argument("--apply", action="store_true", help="change the files, all or none; --undo takes it back")
    parser.add_argument("--base", metavar="REV", help="read this commit instead of the files as they lie there")
    approve = "say yes to what this file needs it for: it is protected, becomes executable, loses most of its lines"
    parser.add_argument("--approve", action="append", default=[], metavar="PATH", help=f"{approve} (repeatable)")
    parser.add_argument("--allow-ignored", action="store_true", help="change also files that git ignores")
    parser.add_argument("--force", action="store_true", help="replace the file of -o if it exists")
    patch_by_engine.configure(parser)


def run(args: argparse.Namespace) -> int:
    """
    Undo, or take the edits from their source through all stations.
    """
    from vision_code.edits import Refusals, recover, stage

    _refuse_early(args)
    for line in recover(args.repo):
        note(line)
    if args.undo:
        return _undo(args)
    if args.issue is not None or args.instances is not None:
        return patch_by_engine.run(args)
    if args.target_file is not None:
        return patch_by_picture.run(args, _tree(args))
    edits = _reply(args.edits)
    staged = stage(_tree(args), edits, approved=args.approve)
    if isinstance(staged, Refusals):
        return refused(staged)
    return deliver(args, staged)


def deliver(args: argparse.Namespace, staged: Staged, facts: Mapping[str, object] | None = None) -> int:
    """
    The last stations, whatever the edits came from: check, then the diff, the files, or both.

    Args:
        facts: Of their source, for ``--json``.
    """
    from vision_code.edits import apply, unified_diff
    from vision_code.output import write_all
    from vision_code.repository import check_applies, check_not_ignored

    diff = unified_diff(staged)
    if not args.allow_ignored:
        check_not_ignored(args.repo, staged)
    check_applies(staged, diff)
    for line in staged.notes:
        note(f"note: {line}")
    if args.output is not None:
        write_all({args.output: diff}, force=args.force)
    applied = apply(staged, args.repo) if args.apply and staged.changes else None
    for line in applied.notes if applied is not None else ():
        note(line)
    if args.json:
        out_json(_facts(args, staged, diff, applied) | dict(facts or {}))
    elif applied is not None:
        out(f"{_files(len(applied.paths))} changed; take it back with: vision-code patch --undo --repo {args.repo}")
    elif args.output is not None:
        out(f"{args.output} ({_files(len(staged.changes))})")
    elif not args.apply:
        _print_diff(diff)
    if not staged.changes:
        note("note: everything was already as the edits want it")
    return 0


def _refuse_early(args: argparse.Namespace) -> None:
    from vision_code.output import refuse_early

    if not args.repo.is_dir():
        raise InputRejected("repository.missing", f"{args.repo} is no folder")
    if args.undo and (args.apply or args.output or args.base or args.approve):
        raise UsageError("usage.arguments", "--undo takes nothing but --repo")
    if args.apply and args.base:
        raise UsageError("usage.arguments", "--apply changes the files as they lie there; leave --base away")
    if args.candidates is not None and not 1 <= args.candidates <= patch_by_engine.MAX_CANDIDATES:
        most = patch_by_engine.MAX_CANDIDATES
        raise UsageError("usage.candidates", f"--candidates {args.candidates}: choose 1 to {most}")
    if args.output is not None:
        refuse_early(args.output, force=args.force)


def _reply(name: str) -> Sequence[Edit]:
    from vision_code.edits import parse_reply

    text = read_text(name, "--edits", _MAX_REPLY_BYTES, too_large="patch.too_large", not_utf8="patch.parse")
    return parse_reply(text)


def _tree(args: argparse.Namespace) -> Tree:
    if args.base is not None:
        from vision_code.repository import open_commit

        return open_commit(args.repo, args.base)
    from vision_code.edits import FolderTree

    return FolderTree(args.repo)


def refused(refusals: Refusals) -> int:
    """
    Say all that stands in the way.

    Raises:
        VisionCodeError: The gravest of it.
    """
    error = refusals.error
    others = [refusal for refusal in refusals.refusals if refusal.error is not error]
    for refusal in others:
        note(f"also: line {refusal.edit.line} of the reply: {refusal.error}")
    error.detail |= {
        "edits": [
            {"line": each.edit.line, "path": each.edit.path, "kind": each.error.kind, "message": each.error.message}
            for each in refusals.refusals
        ],
        "fitting": len(refusals.fitting),
    }
    raise error


def _undo(args: argparse.Namespace) -> int:
    from vision_code.edits import undo

    undone = undo(args.repo)
    if args.json:
        out_json({"undone": list(undone.paths)})
    else:
        count = len(undone.paths)
        out(f"{_files(count)} {'is as it was' if count == 1 else 'are as they were'}")
    return 0


def _facts(args: argparse.Namespace, staged: Staged, diff: bytes, applied: Applied | None) -> dict[str, object]:
    return {
        "files": [{"path": change.path, "change": change.kind} for change in staged.changes],
        "diff": None if args.output is not None else diff.decode("utf-8", "replace"),
        "output": str(args.output) if args.output is not None else None,
        "applied": applied is not None,
        "generous": staged.generous,
        "notes": list(staged.notes),
    }


def _print_diff(diff: bytes) -> None:
    """
    As bytes: files may be in any encoding.
    """
    if sys.stdout is None:
        return out("")  # says why not
    sys.stdout.flush()
    try:
        sys.stdout.buffer.write(diff)
        sys.stdout.buffer.flush()
    except OSError:
        out("")
    return None


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"
