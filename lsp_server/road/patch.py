"""
A patch in the road's process: from an issue, and from what the editor holds, to texts before and after.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lsp_server.road.messages import PatchCall, Patched, PatchedFile, Stage
from vision_code.errors import InputRejected

if TYPE_CHECKING:
    from vision_code.edits import Change, Staged
    from vision_code.patching import Outcome
    from vision_code.patching.writer import Writer


def patched(call: PatchCall, writer: Writer, tell: Callable[[Stage], None]) -> Patched:
    """
    Solve the issue.

    Raises:
        VisionCodeError: Of `vision_code.patching.make_patch`; ``path.ignored``, ``patch.git``, ``file.encoding``.
    """
    from vision_code.edits import FolderTree, OverlayTree
    from vision_code.localise import Index, Sources
    from vision_code.localise.index import cache_folder
    from vision_code.patching import Task, make_patch, read_picture

    tell(Stage("read", 0.0))
    given = [Path(path) if path is not None else base64.b64decode(data or "") for path, data in call.images]
    pictures = [read_picture(each) for each in given]
    if call.part is not None:
        pictures.append(read_picture(given[0], call.part))
    task = Task(
        issue=call.issue,
        pictures=tuple(pictures),
        candidates=call.candidates,
        seed=call.seed,
        about=tuple(call.about),
    )
    root = Path(call.root)
    open_ = {path: text.encode("utf-8", "surrogatepass") for path, text in call.documents.items()}
    tree = OverlayTree(FolderTree(root), open_)
    paths = None if call.trusted else tuple(tree.tree.paths())
    with Index(Sources.below(root, paths), cache_folder()) as index:
        # The kept index is of the disk; what the engine is shown is what stands in the editor.
        index.sources = replace(index.sources, unsaved=open_)
        outcome = make_patch(
            task,
            writer.engine,
            tree,
            index,
            window=writer.window,
            progress=lambda station, done: tell(Stage(station, done)),
        )
    if call.trusted:
        _asked_git(root, outcome.staged)
    files = (_file(change) for change in outcome.staged.changes)
    return Patched(tuple(file for file in files if file.before != file.after), _facts(outcome, writer.name))


def _asked_git(root: Path, staged: Staged) -> None:
    """
    What the command line refuses at last: a file that git ignores, a diff that it does not take.
    """
    from vision_code.edits import unified_diff
    from vision_code.repository import check_applies, check_not_ignored

    try:
        check_not_ignored(root, staged)
        check_applies(staged, unified_diff(staged))
    except InputRejected as error:
        if error.kind != "repository.no_git":  # an editor's user may have none
            raise


def _file(change: Change) -> PatchedFile:
    before = None if change.old is None else _text(change.path, change.old.content)
    after = None if change.new is None else _text(change.path, change.new.content)
    return PatchedFile(change.path, before, after)


def _text(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        message = f"{path}: not valid UTF-8 at byte {error.start}; `vision-code patch` changes such files"
        raise InputRejected("file.encoding", message) from error


def _facts(outcome: Outcome, model: str) -> dict[str, object]:
    from vision_code.edits import unified_diff

    return {
        "diff": unified_diff(outcome.staged).decode("utf-8", "replace"),
        "model": model,
        "candidates": len(outcome.candidates),
        "agreed": outcome.agreed,
        "notes": [*outcome.notes, *outcome.staged.notes, *_modes(outcome.staged)],
        "seconds": outcome.seconds,
    }


def _modes(staged: Staged) -> list[str]:
    """
    What no edit of a document carries.
    """
    return [
        f"{change.path} shall be {'executable' if change.new.mode & 0o100 else 'not executable'}; "
        "an editor's edit cannot say that"
        for change in staged.changes
        if change.new is not None and change.new.mode != (change.old.mode if change.old else 0o100644)
    ]
