"""
The region tree that `divide` builds, and the annotation that `draft` puts on it.

A region is a box with a direction; its leaves hold everything that was observed, each thing exactly once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from vision_code.geometry import Box
from vision_code.observation import Picture, Rect, TextLine


class RegionKind(StrEnum):
    """
    How a region arranges its children, or what kind of leaf it is.
    """

    COLUMN = "column"  # children from top to bottom
    ROW = "row"  # children from left to right
    GRID = "grid"  # rows × columns of like children, row-major
    TABLE = "table"  # children are ROWs of cells; columns align
    STACK = "stack"  # children overlap: first is the base, the others lie over it
    TEXT = "text"  # leaf: one text block (one line, or the merged lines of a paragraph)
    PICTURE = "picture"  # leaf: pixels
    SHAPE = "shape"  # leaf: a rectangle with nothing in it (rule, bar, swatch, empty field)


#: Bullets of one list stand level within this.
_LEVEL_PX = 5.0


def is_next(entry: TextLine | None, other: TextLine | None) -> bool:
    """
    Whether two lines begin an entry of a list and the one after it: bullets at one place, numbers that count.
    """
    if entry is None or other is None or (entry.bullet is None) != (other.bullet is None):
        return False
    if (entry.ordinal is None) != (other.ordinal is None):
        return False
    if entry.bullet is not None and other.bullet is not None:
        level = abs(entry.bullet.right - other.bullet.right) <= _LEVEL_PX
    else:
        level = abs(entry.box.x - other.box.x) <= _LEVEL_PX
    return level and (entry.ordinal is None or other.ordinal is None or other.ordinal == entry.ordinal + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """
    One node of the region tree.

    Attributes:
        id: Position in pre-order; the root is 0.
        box: Outer box. A surface's box where there is one, else the bounding box of the content.
        surface: The rectangle drawn behind the children (card, button, band, field); for SHAPE, the shape itself.
        lines: TEXT only: lines in reading order.
        picture: PICTURE only.
        repeat: Number of the repeated group this region is an item of (like siblings: cards, rows, menu items).
        columns: GRID and TABLE only: number of columns.
        floats: Lies over the page at its edge, outside of its flow; only children of the root do.
    """

    id: int
    kind: RegionKind
    box: Box
    children: tuple[Region, ...] = ()
    surface: Rect | None = None
    lines: tuple[TextLine, ...] = ()
    picture: Picture | None = None
    repeat: int | None = None
    columns: int = 0
    floats: bool = False

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def text(self) -> str:
        """
        The words of this leaf, lines joined by a space.
        """
        return " ".join(line.text for line in self.lines)

    @property
    def entry(self) -> TextLine | None:
        """
        The line that it begins with, where that has a list's bullet or number: then this is an entry, with all that
        stands in it.
        """
        if self.surface is None and self.children and self.kind in (RegionKind.ROW, RegionKind.COLUMN):
            first = self.children[0].entry
            return None if first is None or self._lists(first) else first
        return self.lines[0] if self.lines and self.lines[0].begins_entry else None

    @property
    def bullet(self) -> Box | None:
        """
        The list marker in front of the text that it begins with.
        """
        return None if self.entry is None else self.entry.bullet

    @property
    def is_entry_list(self) -> bool:
        """
        Whether it is a column of entries that have bullets or numbers at one place.
        """
        first = self.children[0].entry if self.children and self.surface is None else None
        return first is not None and self._lists(first)

    def _lists(self, first: TextLine) -> bool:
        entries = [first, *(child.entry for child in self.children[1:])]
        return self.kind is RegionKind.COLUMN and all(is_next(one, other) for one, other in pairwise(entries))

    @property
    def is_bullet_list(self) -> bool:
        """
        Whether it is a column of entries whose bullets or numbers the list draws.
        """
        return self.is_entry_list and self.children[0].bullet is not None

    @property
    def first_number(self) -> int | None:
        """
        The number that a list begins with, where it draws numbers.
        """
        entry = self.children[0].entry if self.is_bullet_list else None
        return None if entry is None else entry.ordinal

    @property
    def has_words(self) -> bool:
        """
        Whether there is a text in it.
        """
        return any(region.kind is RegionKind.TEXT for region in self.walk())

    def walk(self) -> Iterator[Region]:
        """
        This region and all below it, in pre-order (so ids count up from ``self.id``).
        """
        yield self
        for child in self.children:
            yield from child.walk()


class Role(StrEnum):
    """
    What a region *is*. Values are ARIA roles where one exists (https://www.w3.org/TR/wai-aria-1.2/#role_definitions).

    A LIST makes each child a list item by itself; TABLE likewise its rows and cells: those roles are not annotated.
    """

    GROUP = "group"  # plain container, no meaning of its own
    BANNER = "banner"
    NAVIGATION = "navigation"
    MAIN = "main"
    COMPLEMENTARY = "complementary"
    CONTENTINFO = "contentinfo"
    FORM = "form"
    SEARCH = "search"
    ARTICLE = "article"
    LIST = "list"
    TABLE = "table"
    DIALOG = "dialog"
    TEXT = "text"
    HEADING = "heading"
    LINK = "link"
    BUTTON = "button"
    LABEL = "label"
    TEXTBOX = "textbox"
    SEARCHBOX = "searchbox"
    COMBOBOX = "combobox"
    CHECKBOX = "checkbox"
    RADIO = "radio"
    SWITCH = "switch"
    SLIDER = "slider"
    TAB = "tab"
    TABLIST = "tablist"
    PROGRESSBAR = "progressbar"
    IMG = "img"
    DECORATION = "decoration"  # picture or shape without meaning (alt="")
    SEPARATOR = "separator"
    CODE = "code"


#: What words are typed into or chosen from.
FIELD_ROLES = frozenset({Role.TEXTBOX, Role.SEARCHBOX, Role.COMBOBOX})
TICK_ROLES = frozenset({Role.CHECKBOX, Role.RADIO, Role.SWITCH})
#: What leads somewhere or does something when it is pressed.
PRESSED_ROLES = frozenset({Role.LINK, Role.BUTTON})
ACTION_ROLES = PRESSED_ROLES | {Role.TAB}


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """
    What the draft says of one region.

    Attributes:
        level: Heading level 1…6, HEADING only.
        link: The region's content is (in) a link although its role is something else (a linked heading or card).
        name: Short accessible or component name ("Pricing card"); empty when the words in the region name it.
        checked: State of CHECKBOX, RADIO, SWITCH; current TAB, navigation LINK or page's
            number, LINK or BUTTON.
        confidence: 0…1, the annotator's own.
    """

    role: Role
    level: int = 0
    link: bool = False
    name: str = ""
    checked: bool = False
    confidence: float = 1.0

    @property
    def is_pressed(self) -> bool:
        """
        Whether the region, or a link around all of it, is pressed: nothing inside is a link or button again.
        """
        return self.link or self.role in PRESSED_ROLES


#: One annotation a region, by ``Region.id``; every id of the tree is present.
Draft = Mapping[int, Annotation]
