"""
Whether git itself takes a diff, on a clean copy of what it was made from.
"""

from __future__ import annotations

from pathlib import Path

from vision_code.edits import Staged
from vision_code.edits.paths import shown
from vision_code.edits.tree import EXECUTABLE
from vision_code.errors import Denied, VerificationFailed, VisionCodeError
from vision_code.output import scratch_folder
from vision_code.repository.git import Git
from vision_code.repository.layout import lay


def check_not_ignored(folder: Path, staged: Staged) -> None:
    """
    Refuse changes of files that git ignores below ``folder``: they are made from others, and no diff of git has them.

    Raises:
        Denied: ``path.ignored``.
    """
    git = Git(folder)
    named = "".join(f"{change.path}\0" for change in staged.changes).encode()
    said = git.run("check-ignore", "-z", "--stdin", data=named, fails=True)
    ignored = [name.decode("utf-8", "replace") for name in said.split(b"\0") if name]
    # A folder that the repository around it ignores is a project of its own.
    if ignored and not git.run("check-ignore", ".", fails=True):
        raise Denied("path.ignored", f"git ignores {shown(ignored[0])}; vision-code patch --allow-ignored takes it")


def check_applies(staged: Staged, diff: bytes) -> None:
    """
    Lay out the files that ``staged`` touches in a folder of their own, and ask ``git apply --check`` there. Git looks
    at no others, and never at the repository.

    Raises:
        VerificationFailed: ``patch.git``, it does not apply: a fault of ours.
        InputRejected: ``repository.no_git``.
    """
    if not diff:
        return
    with scratch_folder() as folder:
        for change in staged.changes:
            if change.old is not None:
                lay(folder / change.path, change.old.content, executable=change.old.mode == EXECUTABLE)
        git = Git(folder)
        git.run("init", "--quiet", "--template=", ".")
        try:
            git.run("apply", "--check", "--whitespace=nowarn", "-", data=diff)
        except VisionCodeError as error:
            raise VerificationFailed("patch.git", f"git does not take the diff: {error.message}") from error
