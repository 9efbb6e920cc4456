"""
Lists whose entries have bullets or numbers: runs of entries at one place, each with what stands in it.

What stands in an entry is further right than its marker: a list below it, paragraphs and code that begin where its
words do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vision_code.divide.extent import extent
from vision_code.geometry import Box, bounding
from vision_code.observation import TextLine, Word
from vision_code.region import Region, RegionKind, is_next

#: What belongs to an entry begins where its words begin, within this.
LEVEL_PX = 4.0
#: Larger words than an entry's head something new.
HEAD_SHARE = 1.15
#: The words of a list in an entry begin further right than the entry's, by at least so much and at most so many font
#: sizes: browsers indent by 40 px, designs by 16 to 32 px.
DEEPER_PX, DEEPER_EM = 8.0, 5.0


def nested_entries(children: Sequence[Region]) -> list[Region]:
    """
    The children of a column with each list among them in a column of its own, and in its entries what stands in them.

    An entry with more in it than its words is a column that begins with them. Of children that are all one list, its
    entries.
    """
    parts = [part for child in children for part in _parts(child)]
    if not any(_mark(part) for part in parts):
        return list(children)
    result: list[Region] = []
    position = 0
    while position < len(parts):
        if _mark(parts[position]) is None:
            result.append(parts[position])
            position += 1
            continue
        entries, position = _list(parts, position)
        result.append(entries[0] if len(entries) == 1 else _column(entries))
    return list(result[0].children) if len(result) == 1 and result[0].is_entry_list else result


def left_edges(items: Sequence[Region]) -> dict[int, float]:
    """
    Where the outermost entries begin that lists stand under, by ``id`` of the entries of those lists: no cut from top
    to bottom may part them, however short the words of the outer ones are.
    """
    edges: dict[int, float] = {}
    above: dict[int, tuple[TextLine, float]] = {}
    marked = [(item, mark) for item in items if (mark := _mark(item)) is not None]
    for item, mark in sorted(marked, key=lambda pair: pair[1].baseline_y):
        owners = [(owner, edge) for owner, edge in above.values() if _is_deeper(mark, owner)]
        edge = extent(item).x
        if owners:
            edge = max(owners, key=lambda pair: pair[0].baseline_y)[1]
            edges[id(item)] = edge
        above[round(_words_x(mark) / LEVEL_PX)] = (mark, edge)
    return edges


def with_lone_numbers(region: Region, *, drawn: bool = False) -> Region:
    """
    The tree where numbers that no list draws are words again.

    Args:
        drawn: A list around it draws the number that the region begins with.
    """
    line = region.lines[0] if region.lines else None
    if line is not None and line.bullet is not None and line.ordinal is not None and not drawn:
        return replace(region, lines=(_said(line, line.bullet), *region.lines[1:]), box=region.box.union(line.bullet))
    if not region.children:
        return region
    draws = region.is_bullet_list
    first, *rest = region.children
    begins = drawn and region.surface is None and region.kind in (RegionKind.ROW, RegionKind.COLUMN)
    children = [with_lone_numbers(first, drawn=draws or begins)]
    children += [with_lone_numbers(child, drawn=draws) for child in rest]
    return replace(region, children=tuple(children))


def with_numbers_said(region: Region) -> Region:
    """
    A list with numbers as one that does not draw them: each is a word of its entry.
    """
    return replace(region, children=tuple(with_lone_numbers(child) for child in region.children))


def _said(line: TextLine, number: Box) -> TextLine:
    word = Word(text=f"{line.ordinal}.", box=number)
    words = (word, *line.words) if line.words else ()
    text = f"{word.text} {line.text}"
    return replace(line, text=text, words=words, box=line.box.union(number), bullet=None, ordinal=None)


def _parts(region: Region) -> Iterator[Region]:
    """
    What a list or an entry that was found inside is made of; anything else as it is.
    """
    entry = region.entry if region.kind is RegionKind.COLUMN else None
    within = entry is not None and all(extent(child).x > _place(entry) for child in region.children[1:])
    if within or region.is_entry_list:
        for child in region.children:
            yield from _parts(child)
    else:
        yield region


def _mark(part: Region) -> TextLine | None:
    return part.entry if part.kind in (RegionKind.TEXT, RegionKind.ROW) else None


def _list(parts: Sequence[Region], start: int) -> tuple[list[Region], int]:
    """
    The entries of the list that begins at ``start``, and where it ends.
    """
    entries: list[list[Region]] = [[parts[start]]]
    last, position, loose = _mark(parts[start]), start + 1, False
    assert last is not None
    while position < len(parts):
        mark = _mark(parts[position])
        if mark is not None and is_next(last, mark):
            entries.append([parts[position]])
            last, position = mark, position + 1
        elif mark is not None and _is_deeper(mark, last):
            inner, position = _list(parts, position)
            entries[-1].append(_column(inner))
        elif mark is None and (loose or _comes_back(parts, position, last)) and _belongs(parts[position], last):
            entries[-1].append(parts[position])
            position, loose = position + 1, True
        else:
            break
    return [entry[0] if len(entry) == 1 else _column(entry) for entry in entries], position


def _comes_back(parts: Sequence[Region], position: int, last: TextLine) -> bool:
    """
    Whether more entries of a list follow what stands between.
    """
    for part in parts[position:]:
        mark = _mark(part)
        if mark is not None:
            return is_next(last, mark) or _is_deeper(mark, last)
        if not _belongs(part, last):
            return False
    return False


def _belongs(part: Region, entry: TextLine) -> bool:
    sizes = [line.style.size_px for line in part.lines]
    level = abs(extent(part).x - _words_x(entry)) <= LEVEL_PX
    return level and max(sizes, default=0.0) <= HEAD_SHARE * entry.style.size_px


def _is_deeper(inner: TextLine, outer: TextLine) -> bool:
    further = _words_x(inner) - _words_x(outer)
    return DEEPER_PX <= further <= DEEPER_EM * outer.style.size_px and _place(inner) > _place(outer)


def _place(entry: TextLine) -> float:
    """
    Where the marker of an entry ends, or its typed number begins.
    """
    return entry.box.x if entry.bullet is None else entry.bullet.right


def _words_x(entry: TextLine) -> float:
    """
    Where the words of an entry begin: behind a typed number.
    """
    typed = entry.bullet is None and entry.ordinal is not None and len(entry.words) > 1
    return entry.words[1].box.x if typed else entry.box.x


def _column(children: Sequence[Region]) -> Region:
    inner = tuple(replace(child, repeat=None) for child in children)
    return Region(id=0, kind=RegionKind.COLUMN, box=bounding(child.box for child in inner), children=inner)
