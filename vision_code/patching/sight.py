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

from vision_code.cage import Cage, PageAddress, served
from vision_code.compare import Reference, compare
from vision_code.edits import Staged, Tree
from vision_code.edits.paths import checked
from vision_code.edits.tree import EXECUTABLE, PLAIN
from vision_code.errors import VisionCodeError
from vision_code.localise.sources import is_secret
from vision_code.render import Browser, BrowserMissing, Rendering, ServedPage, TreePage, browser_or_reason
from vision_code.render.browser import PAGE_DEADLINE_S

if TYPE_CHECKING:
    from vision_code.render import Pixels

MAX_PICTURES, MAX_PAGES = 2, 3
#: Pages that are looked through for one that uses a changed file.
MAX_LOOKED_THROUGH = 300
#: Where no picture says how large.
VIEWPORT_PX = (1280, 832)
#: A development server compiles while the page loads.
SERVED_DEADLINE_S = 60.0
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


@dataclass(frozen=True, slots=True)
class Server:
    """
    The repository's own development server, which renders a page for every candidate.

    Attributes:
        cage: See `vision_code.cage.serving_cage`.
    """

    cage: Cage
    page: PageAddress


def look(
    tree: Tree, staged: Mapping[int, Staged], references: Sequence[Reference], server: Server | None = None
) -> Sight:
    """
    Render what can be rendered. What cannot is a note, and nobody gains.

    Args:
        staged: By candidate.
        references: Of the pictures.
        server: Instead of pages of plain HTML; the scripts of its page run.
    """
    pages = {
        number: (server.page.target,) if server is not None else pages_of(tree, each) for number, each in staged.items()
    }
    every = sorted({page for each in pages.values() for page in each})[:MAX_PAGES]
    if not every:
        return _nothing("no page of plain HTML is touched", references)
    missing = browser_or_reason()
    if isinstance(missing, BrowserMissing):
        return _nothing(missing.reason, references)
    with Browser(deadline_s=SERVED_DEADLINE_S if server else PAGE_DEADLINE_S) as browser:
        return _Look(browser, tree, references[:MAX_PICTURES], server).all(every, pages, staged)


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

    def __init__(self, browser: Browser, tree: Tree, references: Sequence[Reference], server: Server | None) -> None:
        self._browser = browser
        self._tree = tree
        self._references = references
        self._server = server
        self._faults: dict[str, None] = {}

    def all(self, every: Sequence[str], pages: Mapping[int, Sequence[str]], staged: Mapping[int, Staged]) -> Sight:
        """
        Every candidate, after the tree without any.
        """
        before = {page: self._renderings(page, None) for page in every}
        gains, views = {}, {}
        for number, each in staged.items():
            touched = [page for page in every if page in pages[number]]
            after = before | {page: self._renderings(page, each) for page in touched}
            gains[number] = self._gain(before.values(), after.values()) if touched else 0.0
            views[number] = tuple(
                View(page=page, before=_first(before[page]), after=_first(after[page])) for page in touched
            )
        return Sight(gains=gains if self._references else {}, views=views, notes=tuple(self._faults))

    def _renderings(self, page: str, staged: Staged | None) -> list[Rendering | None]:
        """
        Of each picture's size.
        """
        sizes = [(each.width_px, each.height_px) for each in self._references] or [VIEWPORT_PX]
        if self._server is None:
            read = _reader(self._tree, staged)
            there = read(page) is not None
            return [self._rendering(TreePage(page, read), *size) if there else None for size in sizes]
        try:
            with served(self._server.cage, staged, self._server.page) as ask:
                return [self._rendering(ServedPage(page, ask), *size) for size in sizes]
        except VisionCodeError as error:
            self._faults[f"{page} was not rendered: {error.message}"] = None
            return [None] * len(sizes)

    def _rendering(self, page: TreePage | ServedPage, width_px: int, height_px: int) -> Rendering | None:
        scripts = isinstance(page, ServedPage)
        try:
            return self._browser.render(page, width_px=width_px, height_px=height_px, javascript=scripts)
        except VisionCodeError as error:
            name = page.target if isinstance(page, ServedPage) else page.path
            self._faults[f"{name} was not rendered: {error.message}"] = None
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


def _reader(tree: Tree, staged: Staged | None) -> Callable[[str], bytes | None]:
    """
    The files of a tree with a candidate's changes.
    """
    changes = staged.changes if staged else ()
    changed = {change.path: None if change.new is None else change.new.content for change in changes}
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
