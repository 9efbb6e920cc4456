"""
Makes all edits in memory, or says of each that cannot be made why; nothing is written anywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from vision_code.edits import guards, ladder
from vision_code.edits.edit import Delete, Edit, Executable, Move, Replace, Write, WriteBytes
from vision_code.edits.inline import as_whole_lines, places_inside
from vision_code.edits.paths import checked, folded, protected, shown
from vision_code.edits.resolve import Names, refuse_twin
from vision_code.edits.similar import nearest
from vision_code.edits.staged import Change, Refusal, Refusals, Staged
from vision_code.edits.text import Text, aligned, as_lines
from vision_code.edits.tree import EXECUTABLE, LINK, PLAIN, SUBMODULE, Entry, Tree
from vision_code.errors import Denied, InputRejected, LimitExceeded, PatchConflict, VerificationFailed, VisionCodeError
from vision_code.syntax import known, syntax_errors

MAX_FILES = 200
MAX_LINES = 20_000
MAX_BYTES = 2**20
_LFS = b"version https://git-lfs.github.com/spec/"
#: An edit counts as made already only by text that says something.
_TELLING_CHARS = 20


def stage(tree: Tree, edits: Sequence[Edit], *, approved: Collection[str] = ()) -> Staged | Refusals:
    """
    Args:
        tree: Read only.
        edits: In their order; each sees what those before it made.
        approved: Paths for which a person said yes to what is refused otherwise: protected files, files that become
            executable, files written anew that lose most of their lines.

    Returns:
        All changes, or every refusal at once. Kinds: ``patch.no_file``, ``patch.exists``, ``patch.conflict``,
        ``patch.ambiguous`` (exit 5), ``path.*``, ``patch.kind``, ``patch.shrinks`` (6), ``patch.lazy``,
        ``file.binary``, ``file.encoding`` (3), ``patch.syntax`` (9), ``patch.too_large``, ``file.too_large`` (7).
    """
    stager = _Stager(tree, Names(tree), frozenset(approved))
    refusals, fitting = [], []
    for edit in edits:
        try:
            stager.take(edit)
            fitting.append(edit)
        except VisionCodeError as error:
            refusals.append(Refusal(edit=edit, error=error, hint=stager.hint(edit, error)))
    if not refusals:
        refusals = stager.check(edits)
        fitting = [edit for edit in edits if all(edit is not refusal.edit for refusal in refusals)]
    if refusals:
        return Refusals(refusals=tuple(refusals), fitting=tuple(fitting))
    return Staged(changes=stager.changes(), notes=tuple(stager.notes), generous=stager.generous)


@dataclass(slots=True)
class _Stager:
    tree: Tree
    names: Names
    approved: frozenset[str]
    notes: list[str] = field(default_factory=list)
    generous: int = 0
    _old: dict[str, Entry | None] = field(default_factory=dict)
    _new: dict[str, Entry | None] = field(default_factory=dict)
    _texts: dict[str, Text] = field(default_factory=dict)
    _touched_by: dict[str, Edit] = field(default_factory=dict)
    _named: dict[str, str] = field(default_factory=dict)

    def take(self, edit: Edit) -> None:
        """
        Make one edit, or raise and leave everything as it was.
        """
        path = checked(edit.path)
        match edit:
            case Replace():
                path = self._existing(path)
                self._replace(path, edit)
            case Write():
                self._write(path, edit)
            case WriteBytes():
                self._write_bytes(path, edit)
            case Delete():
                self._existing(path, exactly=True)
                self._put(path, None)
            case Move():
                self._existing(path, exactly=True)
                self._move(path, edit)
            case Executable():
                self._existing(path, exactly=True)
                self._set_executable(path, edit)
        self._touched_by[path] = edit

    def hint(self, edit: Edit, error: VisionCodeError) -> str:
        """
        What helps to write a refused edit again.
        """
        if not isinstance(edit, Replace) or error.kind != "patch.conflict":
            return ""
        return nearest(self._text(self._existing(checked(edit.path))).lines, as_lines(edit.search))

    def changes(self) -> tuple[Change, ...]:
        """
        Everything that differs from the tree.
        """
        self._settle()
        changed = [path for path in sorted(self._new) if self._new[path] != self._old[path]]
        return tuple(Change(path=path, old=self._old[path], new=self._new[path]) for path in changed)

    def check(self, edits: Sequence[Edit]) -> list[Refusal]:
        """
        What can be seen only of the whole.
        """
        changes = self.changes()
        whole = self._too_large(changes)
        if whole is not None:
            return [Refusal(edit=edits[0], error=whole)]
        return [
            Refusal(edit=self._touched_by[change.path], error=error)
            for change in changes
            if (error := _malformed(change)) is not None
        ]

    def _existing(self, path: str, *, exactly: bool = False) -> str:
        """
        The name of the file that is meant; it is there and may be edited. Only where lines of the file prove that it is
        the one may its name be another (not ``exactly``).
        """
        if self._new.get(path) is None:
            if path in self._new:
                raise PatchConflict("patch.no_file", f"{shown(path)} went by an edit before this one")
            path = path if exactly else checked(self.names.resolve(path))
        if self._now(path) is None:
            raise PatchConflict("patch.no_file", f"{shown(path)} is not there")
        return path

    def _now(self, path: str) -> Entry | None:
        """
        The file as the edits so far left it, after all that can be wrong with touching it.
        """
        if path not in self._new:
            if protected(path) and path not in self.approved:
                raise Denied("path.protected", f"{shown(path)} needs explicit approval", detail={"path": shown(path)})
            entry = self.tree.entry(path)
            _refuse_kind(path, entry)
            twin = self._named.setdefault(folded(path), path)
            if twin != path:
                raise Denied("path.case", f"{shown(path)} differs from {shown(twin)} only in case or accents")
            if entry is None:
                refuse_twin(self.tree, path)
            self._old[path] = self._new[path] = entry
        elif path in self._texts:
            self._settle(path)
        return self._new[path]

    def _settle(self, only: str | None = None) -> None:
        """
        Texts become bytes once, however many edits they had.
        """
        for path in [only] if only is not None else list(self._texts):
            text, entry = self._texts.pop(path), self._new[path]
            self._new[path] = Entry(text.content(), entry.mode if entry is not None else PLAIN)

    def _put(self, path: str, entry: Entry | None) -> None:
        self._texts.pop(path, None)
        self._new[path] = entry

    def _text(self, path: str) -> Text:
        if path in self._texts:
            return self._texts[path]
        entry = self._now(path)
        return Text.of(entry.content if entry is not None else b"", shown(path))

    def _replace(self, path: str, edit: Replace) -> None:
        text = self._text(path)
        _refuse_encoding(path, text, edit.replace)
        found = places_inside(text, edit) if edit.inline else ladder.find(text, edit)
        if found is None and edit.inline:
            edit = as_whole_lines(edit)
            found = ladder.find(text, edit)
        if isinstance(found, tuple) and not found[0].note:
            made = _inserted_already(text, edit, found)
        else:
            made = _made_already(text, edit)
        if made:
            self.notes.append(f"{shown(path)}: the edit at line {edit.line} of the reply was made already")
            return
        if isinstance(found, ladder.Ambiguous):
            lines = ", ".join(str(start + 1) for start in found.starts[:5])
            what = f"{shown(path)}: the lines to replace stand at lines {lines}; add lines that tell them apart"
            raise PatchConflict("patch.ambiguous", what, detail={"path": shown(path)})
        if found is None:
            what = f"{shown(path)}: the lines to replace are not there"
            raise PatchConflict("patch.conflict", what, detail={"path": shown(path)})
        result = text
        for place in found:
            if lazy := guards.left_out(path, (line for line in place.new if isinstance(line, str)), text.lines):
                raise _lazy(path, lazy)
            result = result.replaced(place.start, place.stop, place.new)
        if any(place.uncertain for place in found):
            _refuse_uncertain(path, text, result)
        if note := found[0].note:
            self.generous += 1
            self.notes.append(f"{shown(path)}: {note} (line {edit.line} of the reply)")
        self._texts[path] = result

    def _write(self, path: str, edit: Write) -> None:
        entry = self._now(path)
        text = Text.of(entry.content, shown(path)) if entry is not None else Text((), ())
        if entry is not None and entry.content.strip() and not edit.overwrite:
            raise PatchConflict("patch.exists", f"{shown(path)} is there and not empty", detail={"path": shown(path)})
        Text.of(edit.content.encode("utf-8", "surrogatepass"), shown(path))
        _refuse_encoding(path, text, edit.content)
        lines = as_lines(edit.content.removeprefix("\ufeff"))
        if guards.shrinks(len(text.lines), len(lines)) and path not in self.approved:
            what = f"{shown(path)} would lose {len(text.lines) - len(lines)} of its {len(text.lines)} lines"
            raise Denied("patch.shrinks", f"{what}; approve it if that is meant", detail={"path": shown(path)})
        if lazy := guards.left_out(path, lines, text.lines):
            raise _lazy(path, lazy)
        new = text.replaced(0, len(text.lines), aligned(text.lines, lines))
        if not text.lines and edit.content and not edit.content.endswith("\n"):
            new = Text(new.lines, (*new.endings[:-1], ""), new.bom)
        self._put(path, Entry(new.content(), entry.mode if entry is not None else PLAIN))

    def _write_bytes(self, path: str, edit: WriteBytes) -> None:
        entry = self._now(path)
        if entry is not None and entry.content != edit.content and not edit.overwrite:
            raise PatchConflict("patch.exists", f"{shown(path)} is there", detail={"path": shown(path)})
        self._put(path, Entry(edit.content, entry.mode if entry is not None else PLAIN))

    def _move(self, path: str, edit: Move) -> None:
        target = checked(edit.target)
        entry = self._now(path)
        if self._now(target) is not None:
            raise PatchConflict("patch.exists", f"{shown(target)} is there; nothing can be moved onto it")
        self._put(path, None)
        self._put(target, entry)
        self._touched_by[target] = edit

    def _set_executable(self, path: str, edit: Executable) -> None:
        entry = self._now(path)
        if edit.value and path not in self.approved:
            raise Denied("patch.kind", f"{shown(path)} would become executable; that needs explicit approval")
        if entry is not None:
            self._put(path, Entry(entry.content, EXECUTABLE if edit.value else PLAIN))

    def _too_large(self, changes: Sequence[Change]) -> VisionCodeError | None:
        if len(changes) > MAX_FILES:
            return LimitExceeded("patch.too_large", f"{len(changes)} files, limit {MAX_FILES}")
        size = sum(len(change.new.content) for change in changes if change.new is not None and change.old is None)
        lines = 0
        for change in changes:
            old, new = (e.content.split(b"\n") if e is not None else [] for e in (change.old, change.new))
            lines += abs(len(old) - len(new))
        if lines > MAX_LINES or size > MAX_BYTES:
            return LimitExceeded(
                "patch.too_large", f"{lines:,} lines and {size:,} new bytes, limits {MAX_LINES:,} and {MAX_BYTES:,}"
            )
        return None


def _refuse_kind(path: str, entry: Entry | None) -> None:
    if entry is None:
        return
    if entry.mode == LINK:
        raise Denied("path.symlink", f"{shown(path)} is a symbolic link", detail={"path": shown(path)})
    if entry.mode == SUBMODULE:
        raise Denied("path.submodule", f"{shown(path)} is a submodule", detail={"path": shown(path)})
    if entry.content.startswith(_LFS):
        raise Denied("path.lfs", f"{shown(path)} is kept by git LFS; only a pointer to it lies here")


def _refuse_encoding(path: str, text: Text, new: str) -> None:
    """
    Bytes that are no UTF-8 are kept as they are; only ASCII means the same beside them.
    """
    if new.isascii():
        return
    if any("\ud800" <= letter <= "\udfff" for letter in new):
        raise InputRejected("file.encoding", f"{shown(path)}: the new text holds half a character")
    line = next((i for i, line in enumerate(text.lines, 1) if not line.isascii() and _undecodable(line)), 0)
    if line:
        what = f"{shown(path)}: not valid UTF-8 at line {line}, so only ASCII can be put into it"
        raise InputRejected("file.encoding", what, detail={"path": shown(path)})


def _undecodable(line: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in line)


def _refuse_uncertain(path: str, before: Text, after: Text) -> None:
    old, new = syntax_errors(path, before.content()), syntax_errors(path, after.content())
    if old is None or new is None or new.count > old.count:
        what = f"{shown(path)}: the lines to replace are not there"
        raise PatchConflict("patch.conflict", what, detail={"path": shown(path)})


def _made_already(text: Text, edit: Replace) -> bool:
    """
    Whether the new lines stand in the file, once, and say enough not to stand there by chance.
    """
    new = _telling(edit)
    # Of an edit that only takes lines away the rest stands there before, too; its own lines may be damaged.
    known = {_bare(line) for line in as_lines(edit.search)}
    if not new or all(_bare(line) in known for line in new):
        return False
    there = [line.rstrip() for line in text.lines]
    return sum(there[i : i + len(new)] == new for i in range(len(there) - len(new) + 1)) == 1


def _inserted_already(text: Text, edit: Replace, found: Sequence[ladder.Place]) -> bool:
    """
    Whether the lines that an edit puts around those it keeps stand around them already: they would stand there twice.
    """
    new, search = _telling(edit), [line.rstrip() for line in as_lines(edit.search)]
    if len(found) != 1 or len(new) <= len(search):
        return False
    there, start = [line.rstrip() for line in text.lines], found[0].start
    offsets = (k for k in range(len(new) - len(search) + 1) if new[k : k + len(search)] == search)
    return any(k <= start and there[start - k : start - k + len(new)] == new for k in offsets)


def _telling(edit: Replace) -> list[str]:
    """
    The new lines, if they are whole ones that do not stand somewhere by chance.
    """
    new = [line.rstrip() for line in as_lines(edit.replace)]
    said = "".join("".join(new).split())
    return [] if edit.inline or len([line for line in new if line]) < 2 or len(said) < _TELLING_CHARS else new


def _bare(line: str) -> str:
    return "".join(line.split()).casefold()


def _malformed(change: Change) -> VisionCodeError | None:
    if change.new is None or not known(change.path):
        return None
    after = syntax_errors(change.path, change.new.content)
    if after is None or not after.count:
        return None
    before = syntax_errors(change.path, change.old.content) if change.old is not None else None
    if before is not None and after.count <= before.count:
        return None
    what = f"{shown(change.path)} would not parse any more, first at line {after.line}"
    return VerificationFailed("patch.syntax", what, detail={"path": shown(change.path), "line": after.line})


def _lazy(path: str, line: str) -> InputRejected:
    what = f"{shown(path)}: a comment stands in for code: {shown(line)!r}; write all lines"
    return InputRejected("patch.lazy", what, detail={"path": shown(path)})
