"""
Text blocks: tag by meaning, words as one flowing run, coloured or bold words as inline elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vision_code.assemble.context import Context
from vision_code.assemble.links import SAME_INK
from vision_code.assemble.paint import run_style
from vision_code.divide.paragraphs import rows_of
from vision_code.draft.parts import STEPS, parts_of
from vision_code.geometry import color_distance
from vision_code.observation import BOLD_WEIGHT, FontFamily, TextLine, TextStyle
from vision_code.region import Region, Role
from vision_code.uitree import Element, Text

#: A block this many lines long is a paragraph whatever its words; one line is one when it has this many words.
PARAGRAPH_WORDS = 6

Content = tuple[Element | Text, ...]


def runs(lines: Sequence[TextLine], base: TextStyle) -> Iterator[tuple[TextStyle | None, str]]:
    """
    Stretches of words of one look in reading order; None stands for the look of the whole block.
    """
    current: TextStyle | None = None
    words: list[str] = []
    for row in rows_of(lines):
        for line in row:
            parts = [(word.text, word.style or line.style) for word in line.words] or [(line.text, line.style)]
            for text, style in parts:
                look = style if _differs(style, base) else None
                if words and not _same(look, current):
                    yield current, " ".join(words)
                    words = []
                current = look if not words else current
                words.append(text)
    if words:
        yield current, " ".join(words)


def _differs(style: TextStyle, base: TextStyle) -> bool:
    ink = color_distance(style.color, base.color) > SAME_INK
    weight = (style.weight >= BOLD_WEIGHT) != (base.weight >= BOLD_WEIGHT)
    look = style.italic != base.italic or style.underline != base.underline
    return ink or weight or look or (style.family is not base.family and style.family is FontFamily.MONO)


def _same(a: TextStyle | None, b: TextStyle | None) -> bool:
    if a is None or b is None:
        return a is b
    return not _differs(a, b)


def content(region: Region, context: Context, *, linked: bool) -> Content:
    """
    The words of a TEXT region with inline elements where the look changes.

    Args:
        linked: The whole block is inside a link or button already: no links in it.
    """
    base = region.lines[0].style
    parts = list(runs(region.lines, base))
    if len(parts) == 1:
        return (Text(text=parts[0][1]),)
    result: list[Element | Text] = []
    for index, (look, words) in enumerate(parts):
        if look is None:
            before, after = " " if index else "", " " if index < len(parts) - 1 else ""
            result.append(Text(text=f"{before}{words}{after}"))
            continue
        if index and parts[index - 1][0] is not None:
            result.append(Text(text=" "))
        result.append(_inline(look, words, base, linked=not linked and context.links.marks(look, base)))
    return tuple(result)


def linked_parts(region: Region) -> Content:
    """
    The words of a line of links with signs between: each part a link, but for the last step of a path.
    """
    words = region.text.split()
    parts = parts_of(words)
    result: list[Element | Text] = []
    at = 0
    for first, end in parts:
        if first > at:
            result.append(_signs(words[at:first], after_words=at > 0, before_words=True))
        part = Text(text=" ".join(words[first:end]))
        is_here = first > 0 and end == parts[-1][1] and words[first - 1] in STEPS
        result.append(part if is_here else Element(tag="a", attrs=(("href", "#"),), children=(part,)))
        at = end
    if at < len(words):
        result.append(_signs(words[at:], after_words=True, before_words=False))
    return tuple(result)


def _signs(signs: Sequence[str], *, after_words: bool, before_words: bool) -> Text:
    return Text(text=" " * after_words + " ".join(signs) + " " * before_words)


def _inline(look: TextStyle, words: str, base: TextStyle, *, linked: bool) -> Element:
    style = run_style(look, base)
    text = (Text(text=words),)
    if linked:
        return Element(tag="a", attrs=(("href", "#"),), style=style, children=text)
    if look.weight >= BOLD_WEIGHT > base.weight:
        return Element(tag="strong", style=style, children=text)
    if look.italic and not base.italic:
        return Element(tag="em", style=style, children=text)
    if look.family is FontFamily.MONO and base.family is not FontFamily.MONO:
        return Element(tag="code", style=style, children=text)
    return Element(tag="span", style=style, children=text)


def text_tag(region: Region, context: Context, *, phrasing: bool, in_row: bool) -> str:
    """
    Tag of a TEXT region without special role: paragraph, or span where paragraphs may not stand.
    """
    role = context.role(region)
    if role is Role.HEADING and not phrasing:
        return f"h{min(6, max(1, context.annotation(region).level or 2))}"
    if phrasing:
        return "span"
    if role is Role.LABEL:
        return "label"
    if role is Role.CODE:
        return "code"
    short = len(region.text.split()) < PARAGRAPH_WORDS and len(rows_of(region.lines)) == 1
    return "span" if in_row and short else "p"
