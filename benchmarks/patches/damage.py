"""
Replies as models write them, made from real changes and damaged in one known way each.

Every case knows the only right outcome: this exact content, or a refusal. Anything else is a wrong application.
"""

from __future__ import annotations

import difflib
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

#: Lines of the file around a change that a model quotes.
_CONTEXT = 3
_MAX_HUNK_LINES = 40


@dataclass(frozen=True, slots=True)
class Hunk:
    """
    One change of a file. ``start``: first quoted line, from 0.
    """

    path: str
    lines: tuple[str, ...]
    start: int
    search: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def result(self) -> list[str]:
        """
        The file after it.
        """
        return [*self.lines[: self.start], *self.new, *self.lines[self.start + len(self.search) :]]


@dataclass(frozen=True, slots=True)
class Case:
    """
    Attributes:
        kind: The damage.
        path: Of the file.
        old: Its content.
        reply: What the model wrote.
        expected: Content that is right, or None: only refusing is.
    """

    kind: str
    path: str
    old: str
    reply: str
    expected: str | None


def hunks(path: str, old: str, new: str) -> Iterator[Hunk]:
    """
    The changes between two versions of a file, with what is around them.
    """
    before, after = old.splitlines(), new.splitlines()
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(_CONTEXT):
        i, j, k, m = group[0][1], group[-1][2], group[0][3], group[-1][4]
        if j - i <= _MAX_HUNK_LINES and m - k <= _MAX_HUNK_LINES:
            yield Hunk(path, tuple(before), i, tuple(before[i:j]), tuple(after[k:m]))


def cases(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Iterator[Case]:
    """
    All damages that this change can take. ``others``: further files of the project.
    """
    old = "\n".join(hunk.lines) + "\n"
    right = "\n".join(hunk.result) + "\n"
    for kind, make in DAMAGES.items():
        made = make(hunk, rng, others)
        if made is not None:
            reply, refuse = made
            yield Case(kind, hunk.path, old, reply, None if refuse else right)
    crlf = replace_ends(right)
    yield Case("file with CRLF", hunk.path, replace_ends(old), block(hunk), crlf)
    yield Case("made already", hunk.path, right, block(hunk), right)


def replace_ends(text: str) -> str:
    """
    The same with CRLF.
    """
    return text.replace("\n", "\r\n")


def block(hunk: Hunk, marks: int = 7, path: str | None = None) -> str:
    """
    The change as the block that prompts ask for.
    """
    name = hunk.path if path is None else path
    search, new = map(_escaped, hunk.search), map(_escaped, hunk.new)
    lines = [name, "```", "<" * marks + " SEARCH", *search, "=" * marks, *new, ">" * marks + " REPLACE", "```", ""]
    return "\n".join(lines)


def _escaped(line: str) -> str:
    return "\\" + line if re.match(r"\\*(<{5,9}|={5,9}|>{5,9}|\|{7})", line) else line


Made = tuple[str, bool] | None
Damage = Callable[[Hunk, random.Random, tuple[str, ...]], Made]


def _with(hunk: Hunk, search: list[str], new: list[str] | None = None) -> str:
    return block(replace(hunk, search=tuple(search), new=hunk.new if new is None else tuple(new)))


def _kept(hunk: Hunk) -> list[int]:
    """
    Quoted lines that the change keeps, by their number.
    """
    matcher = difflib.SequenceMatcher(None, hunk.search, hunk.new, autojunk=False)
    return [n for tag, i, j, _, _ in matcher.get_opcodes() if tag == "equal" for n in range(i, j)]


def none(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return block(hunk), False


def prose_around(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return f"I'll fix this now.\n\nThe change in `{hunk.path}`:\n\n{block(hunk)}\nThat should do it: it works.\n", False


def trailing_spaces(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return _with(hunk, [line + " " * rng.randrange(3) for line in hunk.search]), False


def reply_crlf(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return replace_ends(block(hunk)), False


def indented_more(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    pad = " " * rng.choice((2, 4))
    both = [[pad + line if line.strip() else line for line in half] for half in (hunk.search, hunk.new)]
    return _with(hunk, *both), False


def outdented(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    depth = min((len(x) - len(x.lstrip(" ")) for x in (*hunk.search, *hunk.new) if x.strip()), default=0)
    if not depth:
        return None
    both = [[line[depth:] if line.strip() else line for line in half] for half in (hunk.search, hunk.new)]
    return _with(hunk, *both), False


def empty_first_line(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return _with(hunk, ["", *hunk.search], ["", *hunk.new]), False


def other_marks(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return block(hunk, marks=rng.choice((5, 6, 8, 9))), False


def fence_with_path(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    language = rng.choice(("", "python ", "js:", "text "))
    return block(hunk).replace(f"{hunk.path}\n```\n", f"```{language}{hunk.path}\n", 1), False


def no_fence(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return block(hunk).replace("```\n", ""), False


def decorated_path(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    name = rng.choice(("### `{}`", "**{}**", "File: {}", "# {}:", "`{}`:")).format(hunk.path)
    return block(hunk, path=name), False


def divider_for_tail(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return block(hunk).replace(">>>>>>> REPLACE", "=======") if hunk.new else None, not hunk.new  # type: ignore[return-value]


def not_closed(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return block(hunk).replace(">>>>>>> REPLACE\n```\n", ""), True


def marker_in_text(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    middle = len(hunk.search) // 2
    search = "\n".join([*hunk.search[:middle], "=======", *hunk.search[middle:]])
    return "\n".join([hunk.path, "<<<<<<< SEARCH", search, "=======", *hunk.new, ">>>>>>> REPLACE", ""]), True


def elided(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    kept, new = _kept(hunk), list(hunk.new)
    runs = [n for n in kept if n + 1 in kept and n > 0 and n + 2 < len(hunk.search)]
    runs = [n for n in runs if list(hunk.search[n : n + 2]) in [new[i : i + 2] for i in range(len(new))]]
    if not runs:
        return None
    n = rng.choice(runs)
    at = next(i for i in range(len(new)) if new[i : i + 2] == list(hunk.search[n : n + 2]))
    search = [*hunk.search[:n], "...", *hunk.search[n + 2 :]]
    return _with(hunk, search, [*new[:at], "...", *new[at + 2 :]]), False


def typographic(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    table = str.maketrans({"'": "\u2019", '"': "\u201d", "-": "\u2013"})
    kept = _kept(hunk)
    if not any(hunk.search[n].translate(table) != hunk.search[n] for n in kept):
        return None
    bent = {hunk.search[n]: hunk.search[n].translate(table) for n in kept}
    return _with(hunk, [bent.get(x, x) for x in hunk.search], [bent.get(x, x) for x in hunk.new]), False


def numbered(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    form = rng.choice(("{:4d} | {}", "{}|{}", "{:>5}\t{}"))
    both = [[form.format(hunk.start + i, x) for i, x in enumerate(half, 1)] for half in (hunk.search, hunk.new)]
    return (_with(hunk, *both), False) if hunk.new else None


def typo_beside(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    """
    A letter is wrong in a line that stays: the change is certain all the same.
    """
    return _misquoted(hunk, rng, _kept(hunk))


def typo_within(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    """
    A letter is wrong in a line that goes: its author saw another file, so only a person can say what is meant.
    """
    made = _misquoted(hunk, rng, sorted(set(range(len(hunk.search))) - set(_kept(hunk))))
    return made and (made[0], True)


def _misquoted(hunk: Hunk, rng: random.Random, numbers: list[int]) -> Made:
    numbers = [n for n in numbers if len(hunk.search[n].strip()) > 8 and hunk.search.count(hunk.search[n]) == 1]
    if not numbers:
        return None
    n = rng.choice(numbers)
    at = rng.choice([i for i, letter in enumerate(hunk.search[n]) if not letter.isspace()])
    wrong = hunk.search[n][:at] + "q" + hunk.search[n][at:]
    search = [*hunk.search[:n], wrong, *hunk.search[n + 1 :]]
    return _with(hunk, search, [wrong if x == hunk.search[n] else x for x in hunk.new]), False


def line_dropped(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    inner = [n for n in _kept(hunk) if 0 < n < len(hunk.search) - 1]
    kept = [n for n in inner if hunk.search[n].strip() and hunk.new.count(hunk.search[n]) == 1]
    if not kept or len(hunk.search) < 5:
        return None
    n = rng.choice(kept)
    new = list(hunk.new)
    new.remove(hunk.search[n])
    return _with(hunk, [*hunk.search[:n], *hunk.search[n + 1 :]], new), False


def case_changed(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    search = [line.swapcase() for line in hunk.search]
    return (_with(hunk, search), True) if search != list(hunk.search) else None


def spaces_removed(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    search = ["".join(line.split()) for line in hunk.search]
    long = sum(len(line.split()) > 1 for line in hunk.search)
    return (_with(hunk, search), True) if long > 2 else None


def lazy(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    mark = "#" if hunk.path.endswith(".py") else "//"
    said = rng.choice(("... existing code ...", "rest of the code", "... rest of the function remains the same"))
    return _with(hunk, list(hunk.search), [*hunk.new, f"{mark} {said}"]), True


def ambiguous(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    twice = [n for n in range(len(hunk.search)) if hunk.lines.count(hunk.search[n]) > 1]
    if not twice:
        return None
    line = hunk.search[rng.choice(twice)]
    return _with(hunk, [line], [line, "inserted"]) if line.strip() else "", True


def bare_name(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    name = hunk.path.rpartition("/")[2]
    same = [path for path in others if path.rpartition("/")[2] == name]
    return (block(hunk, path=name), bool(len(same) > 1 and name not in others)) if name != hunk.path else None


def wrong_folder(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    name = hunk.path.rpartition("/")[2]
    same = [path for path in others if path.rpartition("/")[2] == name]
    return block(hunk, path=f"lib/elsewhere/{name}"), len(same) > 1


def unknown_file(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return block(hunk, path="nothing/called/zzz_like_this.xyz"), True


def other_file(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    away = [path for path in others if path != hunk.path]
    return (block(hunk, path=rng.choice(away)), True) if away else None


def _diff_lines(hunk: Hunk) -> list[str]:
    lines: list[str] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, hunk.search, hunk.new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [" " + line for line in hunk.search[i:j]]
        else:
            lines += ["-" + line for line in hunk.search[i:j]] + ["+" + line for line in hunk.new[k:m]]
    return lines


def udiff(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    head = [f"--- a/{hunk.path}", f"+++ b/{hunk.path}", "@@ ... @@"]
    return "\n".join(["```diff", *head, *_diff_lines(hunk), "```", ""]), False


def udiff_wrong_numbers(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    head = [f"--- a/{hunk.path}", f"+++ b/{hunk.path}", f"@@ -{rng.randrange(900)},3 +{rng.randrange(900)},99 @@"]
    return "\n".join([*head, *_diff_lines(hunk), ""]), False


def udiff_lost_spaces(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    lines = [line[1:] if line[0] == " " and line[1:2] not in ("+", "-", "@", "\\", " ", "`") else line
             for line in _diff_lines(hunk)]  # fmt: skip
    head = [f"--- {hunk.path}", f"+++ {hunk.path}", "@@ ... @@"]
    return "\n".join(["```diff", *head, *lines, "```", ""]), False


def envelope(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    lines = ["*** Begin Patch", f"*** Update File: {hunk.path}", "@@", *_diff_lines(hunk), "*** End Patch"]
    return "\n".join([*lines, ""]), False


def envelope_cut(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return envelope(hunk, rng, others)[0].replace("*** End Patch", ""), True  # type: ignore[index]


def tool_call(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    old, new = "\n".join(hunk.search), "\n".join(hunk.new)
    return json.dumps({"path": hunk.path, "old_string": old, "new_string": new}), not old.strip()


def whole_file(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    if any(line.startswith("```") for line in hunk.result):
        return None
    return "\n".join([hunk.path, "```", *hunk.result, "```", ""]), False


def whole_file_cut(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    keep = len(hunk.result) // 3
    if len(hunk.lines) < 30:
        return None
    return "\n".join([hunk.path, "```", *hunk.result[:keep], "```", ""]), True


def whole_file_open(hunk: Hunk, rng: random.Random, others: tuple[str, ...]) -> Made:
    return "\n".join([hunk.path, "```", *hunk.result[: len(hunk.result) * 2 // 3], ""]), True


DAMAGES: dict[str, Damage] = {
    make.__name__.replace("_", " "): make
    for make in (
        none, prose_around, trailing_spaces, reply_crlf, indented_more, outdented, empty_first_line, other_marks,
        fence_with_path, no_fence, decorated_path, divider_for_tail, not_closed, marker_in_text, elided, typographic,
        numbered, typo_beside, typo_within, line_dropped, case_changed, spaces_removed, lazy, ambiguous, bare_name,
        wrong_folder, unknown_file, other_file, udiff, udiff_wrong_numbers, udiff_lost_spaces, envelope, envelope_cut,
        tool_call, whole_file, whole_file_cut, whole_file_open,
    )
}  # fmt: skip
