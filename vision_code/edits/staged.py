"""
The result of staging: every change in memory, or everything that stands in the way of all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from vision_code.edits.edit import Edit
from vision_code.edits.tree import Entry
from vision_code.errors import VisionCodeError


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """
    One file before and after.

    Attributes:
        path: Its name, checked.
        old: What the tree holds; None: the file is new. `Entry.sha256` of it is the base that applying insists on.
        new: What it becomes; None: the file goes.
    """

    path: str
    old: Entry | None
    new: Entry | None

    @property
    def kind(self) -> str:
        """
        ``added``, ``deleted`` or ``modified``.
        """
        return "added" if self.old is None else "deleted" if self.new is None else "modified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """
    Changes that passed every check, sorted by path, at most one a file and none that changes nothing.

    Attributes:
        changes: All of them. A moved file is one that goes and one that comes.
        notes: What was read generously, in words: ``src/a.py: indentation differs``.
        generous: How many edits were not found by exact lines.
    """

    changes: tuple[Change, ...]
    notes: tuple[str, ...] = ()
    generous: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """
    Why one edit cannot be made.

    Attributes:
        edit: Which.
        error: Kind, exit code and one line.
        hint: For whoever wrote the edit: the nearest lines of the file, candidates for a path. May hold file contents,
            so it goes to the engine that has seen the file anyway and never into logs.
    """

    edit: Edit
    error: VisionCodeError
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """
    Nothing was staged.

    Attributes:
        refusals: At least one.
        fitting: The edits that would have been made.
    """

    refusals: tuple[Refusal, ...]
    fitting: tuple[Edit, ...] = ()

    @property
    def error(self) -> VisionCodeError:
        """
        The gravest of them, for the exit code: what policy forbids before what is wrong with the text.
        """
        return max((refusal.error for refusal in self.refusals), key=lambda error: error.exit_code == 6)

    def feedback(self) -> str:
        """
        What to tell the engine so that it can do better: each refusal with its hint, and what need not come again.
        """
        parts = [f"{len(self.refusals)} of your edits could not be made; nothing was changed."]
        parts += [
            f"Edit at line {r.edit.line} of your reply ({r.edit.path}): {r.error.message}"
            + (f"\n{r.hint}" if r.hint else "")
            for r in self.refusals
        ]
        if self.fitting:
            fitting = ", ".join(f"{edit.path} (line {edit.line})" for edit in self.fitting)
            parts.append(f"These would fit as they are; repeat them unchanged: {fitting}")
        return "\n\n".join(parts)
