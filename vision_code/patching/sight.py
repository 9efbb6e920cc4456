"""
What can be seen of candidates: pages that they touch, rendered without and with them, and held against the pictures.

A picture may show what is wanted or what is wrong, and nobody says which. So a candidate gains by how much nearer to
the picture the page comes than it was: a picture of the fault is matched best by the page as it is, and nobody gains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vision_code.compare import Reference, compare
from vision_code.edits import Staged, Tree
from vision_code.edits.paths import checked
from vision_code.edits.tree import EXECUTABLE, PLAIN
from vision_code.errors import VisionCodeError
from vision_code.localise.sources import is_secret
from vision_code.render import Browser, BrowserMissing, Rendering, TreePage, browser_or_reason

if TYPE_CHECKING:
    from vision_code.render import Pixels

MAX_PICTURES, MAX_PAGES = 2, 3
#: Pages that are looked through for one that uses a changed file.
MAX_LOOKED_THROUGH = 300
#: Where no picture says how large.
VIEWPORT_PX = (1280, 832)
_PAGES = (".html", ".htm")
_PARTS = (".css", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """
    A page without and with a candidate.

    Attributes:
        page: Its path.
        before: uint8 [H, W, 3]; None where there was none.
        after: The same; None where it is gone.
    """

    page: str
    before: Pixels | None
    after: Pixels | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """
    Attributes:
        gains: By candidate: how much nearer to the pictures, -1 to 1 a picture, in steps of 0.01; never below 0.
        views: By candidate.
        notes: For people.
    """

    gains: Mapping[int, float] = field(default_factory=dict)
    views: Mapping[int, tuple[View, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def look(tree: Tree, staged: Mapping[int, Staged], references: Sequence[Reference]) -> Sight:
    """
    Render what can be rendered. What cannot is a note, and nobody gains.

    Args:
        staged: By candidate.
        references: Of the pictures.
    """
    pages = {number: pages_of(tree, each) for number, each in staged.items()}
    every = sorted({page for each in pages.values() for page in each})[:MAX_PAGES]
    if not every:
        return _nothing("no page of plain HTML is touched", references)
    missing = browser_or_reason()
    if isinstance(missing, BrowserMissing):
        return _nothing(missing.reason, references)
    with Browser() as browser:
        return _Look(browser, tree, references[:MAX_PICTURES]).all(every, pages, staged)


def _nothing(reason: str, references: Sequence[Reference]) -> Sight:
    said = f"the pictures did not help to choose: {reason}"
    return Sight(notes=(said,) if references else ())


def pages_of(tree: Tree, staged: Staged) -> tuple[str, ...]:
    """
    The pages of plain HTML that a candidate touches, itself or by a style sheet or drawing that they name.
    """
    changed = [change.path for change in staged.changes]
    pages = [path for path in changed if _ending(path) in _PAGES]
    parts = [PurePosixPath(path).name.encode() for path in changed if _ending(path) in _PARTS]
    if parts:
        known = sorted(path for path in tree.paths() if _ending(path) in _PAGES)[:MAX_LOOKED_THROUGH]
        for path in known:
            content = _read(tree, path)
            if content is not None and any(part in content for part in parts):
                pages.append(path)
    return tuple(dict.fromkeys(pages))[:MAX_PAGES]


class _Look:
    """
    One browser, one tree, one set of pictures.
    """

    def __init__(self, browser: Browser, tree: Tree, references: Sequence[Reference]) -> None:
        self._browser = browser
        self._tree = tree
        self._references = references
        self._faults: dict[str, None] = {}

    def all(self, every: Sequence[str], pages: Mapping[int, Sequence[str]], staged: Mapping[int, Staged]) -> Sight:
        """
        Every candidate, after the tree without any.
        """
        before = {page: self._renderings(page, {}) for page in every}
        gains, views = {}, {}
        for number, each in staged.items():
            changed = {change.path: None if change.new is None else change.new.content for change in each.changes}
            touched = [page for page in every if page in pages[number]]
            after = before | {page: self._renderings(page, changed) for page in touched}
            gains[number] = self._gain(before.values(), after.values()) if touched else 0.0
            views[number] = tuple(
                View(page=page, before=_first(before[page]), after=_first(after[page])) for page in touched
            )
        return Sight(gains=gains if self._references else {}, views=views, notes=tuple(self._faults))

    def _renderings(self, page: str, changed: Mapping[str, bytes | None]) -> list[Rendering | None]:
        """
        Of each picture's size.
        """
        sizes = [(each.width_px, each.height_px) for each in self._references] or [VIEWPORT_PX]
        read = _reader(self._tree, changed)
        if read(page) is None:
            return [None] * len(sizes)
        return [self._rendering(TreePage(page, read), *size) for size in sizes]

    def _rendering(self, page: TreePage, width_px: int, height_px: int) -> Rendering | None:
        try:
            return self._browser.render(page, width_px=width_px, height_px=height_px)
        except VisionCodeError as error:
            self._faults[f"{page.path} was not rendered: {error.message}"] = None
            return None

    def _gain(self, before: Iterable[Sequence[Rendering | None]], after: Iterable[Sequence[Rendering | None]]) -> float:
        """
        Over all pictures, each held against the page that is most like it.
        """
        was, now = list(before), list(after)
        gain = sum(
            max(0.0, _likeness(each, now, number) - _likeness(each, was, number))
            for number, each in enumerate(self._references)
        )
        return round(gain, 2)


def _likeness(reference: Reference, renderings: Sequence[Sequence[Rendering | None]], number: int) -> float:
    found = [each[number] for each in renderings]
    return max((compare(reference, each).mean for each in found if each is not None), default=0.0)


def _first(renderings: Sequence[Rendering | None]) -> Pixels | None:
    return renderings[0].pixels if renderings[0] is not None else None


def _reader(tree: Tree, changed: Mapping[str, bytes | None]) -> Callable[[str], bytes | None]:
    return lambda path: changed[path] if path in changed else _read(tree, path)


def _read(tree: Tree, path: str) -> bytes | None:
    """
    A plain file that may be shown: a page could draw any other into its picture.
    """
    if is_secret(path):
        return None
    try:
        entry = tree.entry(checked(path))
    except VisionCodeError:
        return None
    return entry.content if entry is not None and entry.mode in (PLAIN, EXECUTABLE) else None


def _ending(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
