"""
Which element of the new markup is which of the old: only what is certain.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from vision_code.rewrite.markup import Piece
from vision_code.rewrite.naming import FIELDS, UNKNOWN, is_leaf, kind, label_of, name, plain, role

#: Of these a page has one of a kind or tells them apart by more than a picture shows.
_LANDMARKS = ("form", "navigation", "main", "banner", "contentinfo", "table", "dialog")
#: The outermost of both sides are the same place.
_BOXES = frozenset({"body", "div", "main", "section", "article", "aside", "header", "footer", "nav"})
#: What a picture does not tell apart for sure: a link that looks like a button, a line of text like a link.
_ACTIONS = frozenset({"button", "link"})
_TEXTS = frozenset({"text", "heading"})
_ALIKE = _ACTIONS | _TEXTS
#: What a field takes is enough to know it by, where there is one of it.
_TELLING_KINDS = frozenset({"email", "password", "search", "tel", "url", "date", "file", "time", "color"})
#: Words around an expression are enough to know a text by from so many letters on.
_TELLING_LETTERS = 4


@dataclass(slots=True)
class Matches:
    """
    Attributes:
        old: Old element of each new one.
        new: New element of each old one.
        boxes: New elements that are known by their place: what is in them is no part of what makes them a pair.
    """

    old: dict[Piece, Piece] = field(default_factory=dict)
    new: dict[Piece, Piece] = field(default_factory=dict)
    boxes: set[Piece] = field(default_factory=set)

    def add(self, old: Piece, new: Piece, *, is_box: bool = False) -> None:
        """
        Pair two elements, unless one of them has a partner.
        """
        if old not in self.new and new not in self.old:
            self.old[new] = old
            self.new[old] = new
            if is_box:
                self.boxes.add(new)


def match(old: Piece, new: Piece) -> Matches:
    """
    Pair what is certain: by role and name; by name where roles are easily taken for each other; by what a field takes;
    by words around an expression; by being the only one left.
    """
    found = Matches()
    matcher = _Matcher(old, new, found)
    matcher.by(lambda piece, called: (role(piece), called, kind(piece)))
    matcher.by(lambda piece, called: (role(piece), called))
    matcher.by(lambda piece, called: called if role(piece) in _ACTIONS else None)
    matcher.by(_line_of_text)
    matcher.by(lambda piece, _called: kind(piece) if kind(piece) in _TELLING_KINDS else None)
    matcher.by_pattern()
    matcher.only_ones()
    matcher.labels()
    matcher.landmarks()
    if old.tag in _BOXES and new.tag in _BOXES:
        found.add(old, new, is_box=True)
    return found


def _line_of_text(piece: Piece, called: str) -> Hashable:
    """
    A picture shows a link only by its colour; one whose address was made up may be a line of text.
    """
    is_text = role(piece) in _TEXTS or (role(piece) == "link" and (piece.literal("href") or "").startswith("#"))
    return called if is_text else None


@dataclass(slots=True)
class _Matcher:
    old: Piece
    new: Piece
    found: Matches
    names: dict[Piece, str] = field(default_factory=dict)

    def called(self, piece: Piece, root: Piece) -> str:
        """
        The name of an element, worked out once.
        """
        if piece not in self.names:
            self.names[piece] = name(piece, root)
        return self.names[piece]

    def by(self, key: Callable[[Piece, str], Hashable]) -> None:
        """
        Pair what has the same key, in order, where there are as many of it on both sides.

        Args:
            key: Of an element and its name; None where it has none.
        """
        olds, news = self._by_key(self.old, key), self._by_key(self.new, key)
        for value, there in olds.items():
            here = news.get(value, [])
            if len(here) == len(there):
                for one, other in zip(there, here, strict=True):
                    self.found.add(one, other)

    def _by_key(self, root: Piece, key: Callable[[Piece, str], Hashable]) -> dict[Hashable, list[Piece]]:
        groups: dict[Hashable, list[Piece]] = defaultdict(list)
        for piece in self._open(root):
            called = self.called(piece, root)
            value = key(piece, called)
            if value is not None and (value == kind(piece) or (called and UNKNOWN not in called)):
                groups[value].append(piece)
        return groups

    def _open(self, root: Piece) -> Iterable[Piece]:
        """
        Elements that can be told by their names and have no partner.
        """
        taken = self.found.new if root is self.old else self.found.old
        return [
            each
            for each in root.candidates()
            if each not in taken and (role(each) in FIELDS or role(each) in ("img", "label", *_ALIKE)) and _small(each)
        ]

    def by_pattern(self) -> None:
        """
        Pair an element whose text holds expressions with the only one that has the words around them.
        """
        news: dict[bool, list[tuple[Piece, str]]] = {True: [], False: []}
        for piece in self._open(self.new):
            if role(piece) in _ALIKE:
                news[role(piece) in _ACTIONS].append((piece, self.called(piece, self.new)))
        fits: dict[Piece, list[Piece]] = {}
        for piece in self._open(self.old):
            if role(piece) in _ALIKE and UNKNOWN in (called := self.called(piece, self.old)):
                may_show = _words_of(piece, called)
                fits[piece] = [each for each, shown in news[role(piece) in _ACTIONS] if may_show(shown)]
        claims = Counter(each for fitting in fits.values() for each in fitting)
        for piece, fitting in fits.items():
            if len(fitting) == 1 and claims[fitting[0]] == 1:
                self.found.add(piece, fitting[0])

    def only_ones(self) -> None:
        """
        Pair the last ones of a role without partners, where there are as many of it on both sides, nothing known of
        their names speaks against it, and they stand in the same place among those that have partners.
        """
        for what in ("heading", *sorted(_ACTIONS), *sorted(FIELDS)):
            olds = [each for each in self.old.elements() if role(each) == what]
            news = [each for each in self.new.elements() if role(each) == what]
            left = [each for each in olds if each not in self.found.new]
            right = [each for each in news if each not in self.found.old]
            if len(olds) != len(news) or len(left) != 1 or len(right) != 1:
                continue
            one, other = left[0], right[0]
            names = self.called(one, self.old), self.called(other, self.new)
            is_open = not names[0].strip(UNKNOWN) or (not names[1] and what in FIELDS)
            if is_open and olds.index(one) == news.index(other) and kind(one) in ("", kind(other)):
                self.found.add(one, other)

    def labels(self) -> None:
        """
        Pair the labels of fields that are pairs.
        """
        for one, other in list(self.found.new.items()):
            if role(one) in FIELDS:
                theirs, ours = label_of(one, self.old), label_of(other, self.new)
                if theirs is not None and ours is not None:
                    self.found.add(theirs, ours)

    def landmarks(self) -> None:
        """
        Pair the parts of a page that stand in it once.
        """
        for what in _LANDMARKS:
            olds = [each for each in self.old.candidates() if what in (role(each), each.tag) and not each.is_custom]
            news = [each for each in self.new.elements() if what in (role(each), each.tag)]
            if len(olds) == len(news) == 1:
                self.found.add(olds[0], news[0], is_box=True)


def _words_of(piece: Piece, called: str) -> Callable[[str], bool]:
    """
    Whether an element with expressions in its text surely shows some words: they stand in it as a string, or it has
    enough other words.
    """
    strings = {plain(string) for each in piece.expressions() for string in each.strings if called == UNKNOWN}
    if sum(letter.isalpha() for letter in called) < _TELLING_LETTERS:
        return strings.__contains__
    pattern = re.compile(".+".join(map(re.escape, called.split(UNKNOWN))))
    return lambda shown: pattern.fullmatch(shown) is not None


def _small(piece: Piece) -> bool:
    if role(piece) == "text":  # what is only a box around a text is not the text
        return is_leaf(piece) and any(not isinstance(child, Piece) for child in piece.children)
    return role(piece) in FIELDS or role(piece) == "label" or is_leaf(piece)
