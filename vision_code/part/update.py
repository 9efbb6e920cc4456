"""
Takes one element of what was drawn of a picture, and puts it in the place of the one that it stands for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import PurePosixPath

from vision_code.emit import OutputFile, Target, emit_part
from vision_code.emit.names import kebab
from vision_code.errors import InputRejected
from vision_code.geometry import Box, Color
from vision_code.part.branches import Branch, branches, pair, single
from vision_code.part.script import unused_constants, with_imports
from vision_code.part.sheet import with_rules
from vision_code.pipeline import Component, Options
from vision_code.rewrite.markup import indent_at
from vision_code.rewrite.react import rewrite_react, unused
from vision_code.rewrite.source import read_source
from vision_code.rewrite.tokens import NO_MESSAGES
from vision_code.source_map import Source, SourceMap, Span

_COLOR = re.compile(r"--color-([\w-]+):\s*#([0-9a-f]{6})\b")
_VERBATIM = re.compile(r"<(?:pre|textarea)\b")


@dataclass(frozen=True, slots=True)
class Updated:
    """
    Attributes:
        files: The main file, and the pictures that it shows now for the first time.
        notes: What a person should know of elements that a person wrote.
    """

    files: tuple[OutputFile, ...]
    notes: tuple[str, ...] = ()


def update_part(
    drawn: Component, options: Options, old: str, path: str, *, box: Box | None, span: Span | None, theme: str = ""
) -> Updated:
    """
    The file with the part that is meant drawn anew.

    Args:
        drawn: Of the whole new picture.
        options: That it was drawn with.
        old: What the file holds, lines ended by line feeds.
        path: Of the file.
        box: What is meant of the new picture, in its CSS pixels.
        span: What is meant of ``old``, in code points. One of both may be missing.
        theme: The style sheet that gives the component's colours their names, where that is a file of its own.

    Raises:
        InputRejected: ``refine.part``: it cannot be told what is meant, or it is all; ``rewrite.*``.
    """
    content = old.encode()
    there = branches(path, content)
    new, regions = _regions(drawn)
    mark = _meant_in_text(there, old, span) if span is not None else None
    wish = _meant_in_picture(regions, drawn.boxes, box) if box is not None else None
    place, source = _pair(there, new, mark, wish)
    if len(regions.get(source, ())) != 1:
        raise InputRejected("refine.part", "that part has no place of its own in the picture; choose a larger one")
    tokens = {**options.tokens, **_colors(old + theme)}
    named = _apart(drawn, old)
    part = emit_part(named.tree, regions[source][0], drawn.target, PurePosixPath(path).stem, options.style, tokens)
    if drawn.target is Target.REACT:
        text, notes = _rewritten(content, place, part[0], path)
    else:
        text = _spliced(content, place, part[0])
        notes = tuple(f"no longer used in {path}: {name}" for name in unused_constants(old, text))
    return Updated((OutputFile(PurePosixPath(PurePosixPath(path).name), text.encode()), *part[1:]), notes)


def _apart(drawn: Component, old: str) -> Component:
    """
    Classes of a hand-written style sheet begin with the component's name: those of the part with one that is free.
    """
    if drawn.target is not Target.HTML_CSS:
        return drawn
    name = next(each for n in count(2) if f".{kebab(each := f'{drawn.tree.name}{n}')}" not in old)
    return replace(drawn, tree=replace(drawn.tree, name=name))


def _regions(drawn: Component) -> tuple[Branch, dict[Branch, tuple[int, ...]]]:
    """
    The markup that was drawn, and the regions of the picture that each of its elements draws.
    """
    main = drawn.files[0]
    root = branches(main.path.name, main.content)
    elements = [each for each in root.walk() if each.name]
    outline = main.outline
    if outline is None or [each.name for each in elements] != [part.name for part in outline.elements]:
        raise InputRejected("refine.part", "the picture's parts are not known; update the whole component")
    return root, {each: part.regions for each, part in zip(elements, outline.elements, strict=True)}


def _meant_in_picture(regions: Mapping[Branch, tuple[int, ...]], boxes: Mapping[int, Box], box: Box) -> Branch:
    sources = [(each, Source(boxes[id_], each.span)) for each, ids in regions.items() for id_ in ids if id_ in boxes]
    found = SourceMap("", tuple(source for _, source in sources)).source_of(box)
    if found is None:
        raise InputRejected("refine.part", "nothing is drawn there; choose another `box`")
    return next(each for each, source in sources if source is found)


def _meant_in_text(root: Branch, text: str, span: Span) -> Branch:
    """
    The smallest element that holds all that begins or ends in the lines; else the one that holds the lines.
    """
    lines = _bytes(text, SourceMap(text).whole_lines(span))
    all_ = [each for each in root.walk() if each.around is not None]
    inner = [each for each in all_ if each.span.begins_or_ends_in(lines)]
    if inner:
        lines = Span(min(each.span.start for each in inner), max(each.span.stop for each in inner))
    found = [each for each in all_ if each.span.holds(lines)]
    if not found:
        raise InputRejected("refine.part", "no single element is in these lines; choose another `range`")
    return found[-1]


def _bytes(text: str, span: Span) -> Span:
    start = len(text[: span.start].encode())
    return Span(start, start + len(text[span.start : span.stop].encode()))


def _pair(there: Branch, new: Branch, mark: Branch | None, wish: Branch | None) -> tuple[Branch, Branch]:
    """
    What is replaced, and by what.
    """
    if mark is not None and wish is not None:
        return single(mark), single(wish)
    if mark is not None:
        return pair(mark, new)
    assert wish is not None
    source, place = pair(wish, there)
    return place, source


def _colors(text: str) -> dict[str, Color]:
    return {name: Color(*(int(value[at : at + 2], 16) for at in (0, 2, 4))) for name, value in _COLOR.findall(text)}


def _spliced(content: bytes, place: Branch, part: OutputFile) -> str:
    """
    The element in its place, with the imports or rules that it needs.
    """
    page = part.content.decode()
    root = branches(part.path.name, part.content)
    (element,) = root.children
    new = _moved(part.content, element.span, content, place.span)
    head, tail = content[: place.span.start].decode(), content[place.span.stop :].decode()
    if part.path.suffix == ".html":
        # The style sheet stands before the markup.
        return with_rules(head, page, new) + new + tail
    return with_imports(head + new + tail, page)


def _rewritten(content: bytes, place: Branch, part: OutputFile, path: str) -> tuple[str, tuple[str, ...]]:
    """
    The same in a file of React, which a person may have changed: handlers, state and the like are carried over.
    """
    source = read_source(content, path, NO_MESSAGES)
    start, stop = source.markup.spans[0]
    # As many lines as the file has, so that what is said of them is right.
    above = b"\n" * content.count(b"\n", start, place.span.start)
    part_of_old = content[place.span.start : place.span.stop]
    alone = content[:start] + b"(" + above + part_of_old + b")" + content[stop:]
    rewritten = rewrite_react(alone.decode(), part.content.decode(), path, is_part=True)
    done = rewritten.text.encode()
    after = read_source(done, path, NO_MESSAGES).markup
    new = _moved(done, Span(after.root.start, after.root.stop), content, place.span)
    markup = content[start : place.span.start].decode() + new + content[place.span.stop : stop].decode()
    text = done[: after.spans[0][0]].decode() + markup + done[after.spans[0][1] :].decode()
    return text, (*rewritten.notes(path), *(f"{path}: {line}" for line in unused(source, text, path)))


def _moved(content: bytes, span: Span, old: bytes, place: Span) -> str:
    """
    The source of an element, indented like the one whose place it takes.
    """
    text = content[span.start : span.stop].decode()
    if _VERBATIM.search(text):
        return text
    here, there = indent_at(content, span.start), indent_at(old, place.start)
    first, *lines = text.split("\n")
    return "\n".join([first, *(there + line.removeprefix(here) if line else line for line in lines)])
