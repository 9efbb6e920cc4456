"""
Writes the new markup with what its elements carry; everything else of it stays as it was generated.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from vision_code.rewrite.carry import carry, identities, keeps_label
from vision_code.rewrite.dialect import Dialect
from vision_code.rewrite.markup import Attribute, Expression, Markup, Piece, indent_at
from vision_code.rewrite.match import Matches
from vision_code.rewrite.naming import FIELDS, called, holds_expression, is_leaf, label_of, role

LINE_WIDTH = 120
#: Stand around lines that get one more step while the markup is put together.
_DEEPER, _LESS_DEEP = "\x0e", "\x0f"
_DEEPER_PART = re.compile(f"{_DEEPER}([^{_DEEPER}{_LESS_DEEP}]*){_LESS_DEEP}")


@dataclass(slots=True)
class Woven:
    """
    Attributes:
        text: The markup, first line without its indentation.
        kept: What was carried over, for people.
        left: What of pairs was not.
        whole: Old elements whose children stay.
        conditions: Those that stay around a pair, and its old element.
    """

    text: str = ""
    kept: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    whole: set[Piece] = field(default_factory=set)
    conditions: dict[Expression, Piece] = field(default_factory=dict)


def weave(
    old: Markup, root: Piece, new: Markup, found: Matches, indent: str, dialect: Dialect, unseen: Collection[Piece] = ()
) -> Woven:
    """
    Args:
        root: Of the old markup, without what only stands around it.
        indent: That the markup gets.
        unseen: Of the old markup, what no picture shows and stays as it is, at the end.
    """
    return _Weaver(old, root, new, found, indent, dialect, unseen, new.step).woven()


@dataclass(slots=True)
class _Weaver:
    old: Markup
    old_root: Piece
    new: Markup
    found: Matches
    indent: str
    dialect: Dialect
    unseen: Collection[Piece]
    step: str
    result: Woven = field(default_factory=Woven)
    splices: list[tuple[int, int, str]] = field(default_factory=list)
    #: New elements whose children are the old ones.
    replaced: set[Piece] = field(default_factory=set)

    def woven(self) -> Woven:
        renamed = identities(self.found.old)
        ids = set()
        for piece in self.new.root.elements():
            there = self.found.old.get(piece)
            ids.add((there is not None and there.literal("id")) or piece.literal("id") or "")
        renamed |= self._taken()
        hidden = self._drawn_labels()
        for piece in self.new.root.elements():
            if piece.parent is not None and is_inside(piece.parent, self.replaced):
                continue
            if piece in hidden:
                self.splices.append((self._line_start(piece), piece.stop, ""))
            elif piece in self.found.old:
                first = len(self.splices)
                self._pair(self.found.old[piece], piece, ids)
                self._under_condition(self.found.old[piece], piece, first)
            elif {piece.literal("for"), piece.literal("id")} & set(renamed):
                attributes = [
                    renamed[each.literal].called(self.dialect.written(each.name))
                    if each.name in ("for", "id") and each.literal in renamed
                    else each.source
                    for each in piece.attributes
                ]
                self._open(piece, piece.tag, attributes, piece.inside is not None)
        self._keep_unseen()
        self.result.text = self._spliced()
        return self.result

    def _under_condition(self, old: Piece, new: Piece, first: int) -> None:
        """
        What stands around a branch of a condition stays around what takes its place.
        """
        if old.within is None:
            return
        before, after = self.old.text(old.within.start, old.start), self.old.text(old.stop, old.within.stop)
        indent = self._indent(new)
        start, stop, text = self.splices[first]
        opening = moved(before.rstrip() if "\n" in before else before, indent)
        is_own_line = "\n" in before[len(before.rstrip()) :]
        opening += f"\n{_DEEPER}{indent}" if is_own_line else ""
        self.splices[first] = (start, stop, opening + text)
        start, stop, text = self.splices[-1]
        self.splices[-1] = (start, stop, text + (_LESS_DEEP if is_own_line else "") + moved(after, indent))
        self.result.conditions[old.within] = old

    def _keep_unseen(self) -> None:
        root = self.new.root
        if root.inside is None or not self.unseen:
            return
        indent = self._indent(root) + self.step
        lines = [f"\n{indent}{moved(self.old.text(each.start, each.stop), indent)}" for each in self.unseen]
        place = self.new.content.rfind(b"\n", 0, root.inside[1])
        if place < root.inside[0] or self.new.content[place : root.inside[1]].strip():
            place, lines = root.inside[1], [*lines, f"\n{self._indent(root)}"]
        self.splices.append((place, place, "".join(lines)))
        self.result.whole.update(self.unseen)
        self.result.kept += [f"line {each.line}: <{each.tag}>, which no picture shows" for each in self.unseen]

    def _taken(self) -> dict[str, Attribute]:
        """
        Other identities for new elements whose own an old element brings along.
        """
        brought = {old.literal("id") for old in self.found.new}
        free = (piece.literal("id") for piece in self.new.root.elements() if piece not in self.found.old)
        return {
            each: Attribute("id", "id", f'id="{each}-2"', f"{each}-2")
            for each in free
            if each is not None and each in brought
        }

    def _drawn_labels(self) -> set[Piece]:
        """
        Labels that a component draws itself.
        """
        labels = (label_of(new, self.new.root) for new, old in self.found.old.items() if keeps_label(old))
        return {label for label in labels if label is not None and is_leaf(label)}

    def _pair(self, old: Piece, new: Piece, ids: set[str]) -> None:
        carried = carry(old, new, ids, self.dialect, self.old.styled)
        children, opens = self._children(old, new), new.inside is not None
        if old.inside is None and (old.is_custom or old.tag in ("input", "textarea")):
            children, opens = "", False
        elif new.inside is None and old.inside is not None and children is None:
            children, opens = "", not self.dialect.closes_itself
        elif children is not None:
            opens = bool(children) or not self.dialect.closes_itself
        if children is not None:
            self.replaced.add(new)
        attributes = list(carried.attributes)
        hidden = [each for each in old.elements() if role(each) == "hidden"] if old.tag == "form" else []
        self._open(new, carried.tag, attributes, opens, hidden)
        if new.inside is None:
            if opens:
                self.splices[-1] = (new.start, new.stop, f"{self.splices[-1][2]}{children}</{carried.tag}>")
        elif opens:
            if children is not None:
                self.splices.append((*new.inside, children))
            self.splices.append((new.inside[1], new.stop, f"</{carried.tag}>"))
        else:
            self.splices[-1] = (new.start, new.stop, self.splices[-1][2])
        kept = [*carried.kept, *(["its text"] if children and role(old) != "combobox" else [])]
        kept += [f"hidden field {each.literal('name') or ''}".strip() for each in hidden]
        if kept:
            what = f"<{carried.tag}>" if new in self.found.boxes else called(new, self.new.root)
            self.result.kept.append(f"{what}: {', '.join(kept)}")
        if carried.lost:
            what = f"<{old.tag}>" if new in self.found.boxes else called(old, self.old_root)
            self.result.left.append(f"line {old.line}, {what}: {', '.join(carried.lost)}")

    def _children(self, old: Piece, new: Piece) -> str | None:
        """
        The old children where they stay: texts that an expression writes, and options that the picture does not show.
        """
        if new in self.found.boxes or (old.inside is None and not holds_expression(old)):
            return None
        stays = (
            role(old) == "combobox" or old.tag == "textarea"
            if role(old) in FIELDS
            else is_leaf(old) and is_leaf(new) and any(holds_expression(each) for each in old.elements())
        )
        if not stays:
            return None
        self.result.whole.add(old)
        source = self.old.text(*old.inside) if old.inside is not None else ""
        if "\n" not in source.strip():
            return source.strip() if "\n" in source else source
        indent = self._indent(new)
        return f"\n{indent}{self.step}{moved(source.strip(), indent + self.step)}\n{indent}"

    def _open(
        self, new: Piece, tag: str, attributes: list[str], opens: bool, hidden: list[Piece] | None = None
    ) -> None:
        indent = self._indent(new)
        place, stop = new.start, new.inside[0] if new.inside else new.stop
        close = ">" if opens or not self.dialect.closes_itself else " />"
        line = " ".join([f"<{tag}", *attributes]) + close
        if (len(indent) + len(line) > LINE_WIDTH and attributes[1:]) or "\n" in line:
            inner = [f"\n{indent}{self.step}{moved(each, indent + self.step)}" for each in attributes]
            line = f"<{tag}{''.join(inner)}\n{indent}{close.strip()}"
        if (tag, opens, attributes) == (new.tag, new.inside is not None, [each.source for each in new.attributes]):
            line = self._gap(place, stop, self._base())  # broken as it was
        for each in hidden or ():
            line += f"\n{indent}{self.step}{moved(self.old.text(each.start, each.stop), indent + self.step)}"
        self.splices.append((place, stop, line))

    def _line_start(self, piece: Piece) -> int:
        """
        Where a whole line begins that the piece stands on alone; else where it begins itself.
        """
        start = self.new.content.rfind(b"\n", 0, piece.start)
        return start if not self.new.content[start : piece.start].strip() else piece.start

    def _base(self) -> str:
        return indent_at(self.new.content, self.new.root.start)

    def _indent(self, piece: Piece) -> str:
        return self.indent + indent_at(self.new.content, piece.start).removeprefix(self._base())

    def _spliced(self) -> str:
        place, stop, parts = self.new.root.start, self.new.root.stop, []
        base = self._base()
        for start, end, text in sorted(self.splices, key=lambda each: (each[0], each[1])):
            if start < place:  # inside of what was replaced as a whole
                continue
            parts += [self._gap(place, start, base), text]
            place = end
        text = "".join([*parts, self._gap(place, stop, base)])
        while (
            deeper := _DEEPER_PART.sub(lambda found: self.step + found[1].replace("\n", f"\n{self.step}"), text)
        ) != text:
            text = deeper
        return text

    def _gap(self, start: int, stop: int, base: str) -> str:
        text = self.new.text(start, stop)
        for dots, other in self.dialect.dots.items():
            text = re.sub(rf"(?m)^([ \t]*){re.escape(dots)}[ \t]*$", rf"\g<1>{other}", text)
        return text.replace(f"\n{base}", f"\n{self.indent}")


def moved(source: str, indent: str) -> str:
    """
    Lines after the first at another indentation; text in which white space may count stays.
    """
    first, *rest = source.split("\n")
    if not rest or "`" in source:
        return source
    common = min((len(line) - len(line.lstrip()) for line in rest if line.strip()), default=0)
    return "\n".join([first, *(indent + line[common:] if line.strip() else "" for line in rest)])


def is_inside(piece: Piece, whole: set[Piece]) -> bool:
    """
    Whether an element is, or is in, one whose children stay.
    """
    above: Piece | None = piece
    while above is not None:
        if above in whole:
            return True
        above = above.parent
    return False
