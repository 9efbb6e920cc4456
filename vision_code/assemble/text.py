"""
Text blocks: tag by meaning, words as one flowing run, coloured or bold words as inline elements.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from vision_code.assemble.context import Context
from vision_code.assemble.links import SAME_INK
from vision_code.assemble.paint import run_style
from vision_code.divide.paragraphs import rows_of
from vision_code.geometry import color_distance
from vision_code.observation import BOLD_WEIGHT, FontFamily, Ground, TextLine, TextStyle, Word
from vision_code.region import Region, Role
from vision_code.uitree import Edges, Element, Length, Style, Text

#: A block this many lines long is a paragraph whatever its words; one line is one when it has this many words.
PARAGRAPH_WORDS = 6

#: Signs that may stand right behind code in a sentence.
CLOSING = frozenset(".,:;!?)")
#: Advance width of monospaced letters, em (Courier, Liberation Mono, DejaVu Sans Mono: 0.60), and how much of it a
#: sign leaves free at least.
ADVANCE_EM, SIGN_SHARE = 0.6, 0.75
#: What a browser gives a line of text in its own height, over the font size (DejaVu Sans Mono 1.16, Menlo 1.16, Courier
#: and Liberation Mono 1.13), and where monospaced letters begin in their advance.
CONTENT_EM, MONO_BEARING_EM = 1.15, 0.08

#: How much paler than the letters beside it a sign is drawn, as a share of the way to the ground, and how far that may
#: differ between the channels: another ink differs by more.
PALER_SHARE, PALER_SPREAD = 0.5, 0.1

Content = tuple[Element | Text, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """
    Words of one look; its ``left`` and ``right`` are those of the ink.

    Attributes:
        look: None for the look of the whole block.
        ground: What they stand on, None for the ground of the block.
        glued: No space before it.
    """

    text: str
    look: TextStyle | None
    ground: Ground | None
    left: float
    right: float
    glued: bool = False


def runs(lines: Sequence[TextLine], base: TextStyle) -> Iterator[Run]:
    """
    Stretches of words of one look, on one ground, in reading order.
    """
    current: Run | None = None
    words = [(line, word) for row in rows_of(lines) for line in row for word in _words(line)]
    looks = [_look_of(line, word, base) for line, word in words]
    for at, (line, word) in enumerate(words):
        look = looks[at]
        if look is not None and word.ground is None and _is_thin(line, word, look, base):
            # Between bold words or in a link it is one of them.
            beside = looks[at - 1 : at] + looks[at + 1 : at + 2]
            look = beside[0] if len(beside) == 2 and _same(*beside) else None
        for part in _parts(word, look, base):
            if current is not None and not part.glued and _goes_on(current, part):
                current = replace(current, text=f"{current.text} {part.text}", right=part.right)
                continue
            if current is not None:
                yield current
            current = part
    if current is not None:
        yield current


def _words(line: TextLine) -> Sequence[Word]:
    return line.words or (Word(text=line.text, box=line.box),)


def _look_of(line: TextLine, word: Word, base: TextStyle) -> TextStyle | None:
    style = word.style or line.style
    return style if word.ground is not None or _differs(style, base) else None


def _is_thin(line: TextLine, word: Word, look: TextStyle, base: TextStyle) -> bool:
    """
    Whether a sign (©, &, –) differs from the words beside it by nothing but an ink that is theirs, paler: its strokes
    are thinner than those of letters.
    """
    if any(letter.isalnum() for letter in word.text) or _differs(replace(look, color=base.color), base):
        return False
    shares = [
        (own - ink) / (ground - ink)
        for own, ink, ground in zip(look.color, base.color, line.background, strict=True)
        if abs(ground - ink) > SAME_INK
    ]
    return bool(shares) and min(shares) > 0 and max(shares) <= PALER_SHARE and max(shares) - min(shares) <= PALER_SPREAD


def _parts(word: Word, look: TextStyle | None, base: TextStyle) -> Iterator[Run]:
    """
    A word of one look, and the sign of the sentence that was read with it but stands behind its ground or its code.
    """
    whole = Run(word.text, look, word.ground, left=word.box.x, right=word.box.right)
    end = None if look is None or len(word.text) < 2 else _end_before_sign(word, look, base)
    if end is None:
        yield whole
        return
    yield replace(whole, text=word.text[:-1], right=end)
    yield Run(word.text[-1], None, None, left=end, right=word.box.right, glued=True)


def _end_before_sign(word: Word, look: TextStyle, base: TextStyle) -> float | None:
    """
    Where a word ends without the sign behind it, with the ground that it stands on; None when it ends in none. Brackets
    are part of code that has no ground.
    """
    if word.ground is not None:
        return word.ground.box.right if _ends_outside(word, word.ground, look) else None
    if not _is_code(look, base) or word.text[-1] not in CLOSING - {")"}:
        return None
    return word.box.x + (len(word.text) - 1) * ADVANCE_EM * look.size_px


def _ends_outside(word: Word, ground: Ground, look: TextStyle) -> bool:
    """
    Whether the sign at the end of a word stands behind its ground: the ink does, or the letters before it fill it.
    """
    if word.text[-1] not in CLOSING:
        return False
    is_filled = (
        look.family is FontFamily.MONO and word.box.w < (len(word.text) - SIGN_SHARE) * ADVANCE_EM * look.size_px
    )
    return is_filled or word.box.right > ground.box.right + 1


def _goes_on(run: Run, part: Run) -> bool:
    return run.ground == part.ground and _same(run.look, part.look)


def _differs(style: TextStyle, base: TextStyle) -> bool:
    ink = color_distance(style.color, base.color) > SAME_INK
    weight = (style.weight >= BOLD_WEIGHT) != (base.weight >= BOLD_WEIGHT)
    look = style.italic != base.italic or style.underline != base.underline
    return ink or weight or look or (style.family is not base.family and style.family is FontFamily.MONO)


def _is_code(style: TextStyle, base: TextStyle) -> bool:
    return style.family is FontFamily.MONO and base.family is not FontFamily.MONO


def _same(a: TextStyle | None, b: TextStyle | None) -> bool:
    if a is None or b is None:
        return a is b
    return not _differs(a, b)


def content(region: Region, context: Context, *, linked: bool, base: TextStyle | None = None) -> Content:
    """
    The words of a TEXT region with inline elements where the look changes.

    Args:
        linked: The whole block is inside a link or button already: no links in it.
        base: The look of the element that they are put into; None for that of the first line.
    """
    base = base or region.lines[0].style
    parts = list(runs(region.lines, base))
    if len(parts) == 1 and parts[0].ground is None and parts[0].look is None:
        return (Text(text=parts[0].text),)
    result: list[Element | Text] = []
    for index, run in enumerate(parts):
        space = " " if index and not run.glued else ""
        if run.look is None:
            after = " " if index < len(parts) - 1 and not parts[index + 1].glued else ""
            result.append(Text(text=f"{space}{run.text}{after}"))
            continue
        if space and parts[index - 1].look is not None:
            result.append(Text(text=" "))
        result.append(_inline(run, run.look, base, linked=not linked and context.links.marks(run.look, base)))
    return tuple(result)


def unlinked_number(region: Region) -> TextStyle | None:
    """
    The look of the number that a TEXT region begins with, where that is another than its words': they are a link, the
    number in front of them is none.
    """
    line = region.lines[0]
    if line.ordinal is None or line.bullet is not None or len(line.words) < 2:
        return None
    look = line.words[0].style
    return look if look is not None and _differs(look, line.words[1].style or line.style) else None


def numbered_link(region: Region, number: TextStyle, attrs: tuple[tuple[str, str], ...], context: Context) -> Content:
    """
    A typed number and the link behind it.
    """
    line = region.lines[0]
    words = line.words[1:]
    rest = replace(line, text=" ".join(word.text for word in words), words=words)
    linked = content(replace(region, lines=(rest, *region.lines[1:])), context, linked=True)
    link = Element(tag="a", attrs=(("href", "#"), *attrs), style=run_style(line.style, number), children=linked)
    return (Text(text=f"{line.words[0].text} "), link)


def _inline(run: Run, look: TextStyle, base: TextStyle, *, linked: bool) -> Element:
    style = run_style(look, base)
    if run.ground is not None and color_distance(look.color, base.color) <= SAME_INK:
        style = replace(style, color=None)
    text = (Text(text=run.text),)
    is_code = _is_code(look, base)
    if run.ground is not None or is_code:
        marked = Element(
            tag="code" if is_code else "span",
            style=style if run.ground is None else _on_ground(style, run, look, run.ground),
            children=text,
        )
        return Element(tag="a", attrs=(("href", "#"),), children=(marked,)) if linked else marked
    if linked:
        return Element(tag="a", attrs=(("href", "#"),), style=style, children=text)
    if look.weight >= BOLD_WEIGHT > base.weight:
        return Element(tag="strong", style=style, children=text)
    if look.italic and not base.italic:
        return Element(tag="em", style=style, children=text)
    return Element(tag="span", style=style, children=text)


def _on_ground(style: Style, run: Run, look: TextStyle, ground: Ground) -> Style:
    """
    ``style`` with the ground of a run as it reaches around the words.
    """
    side = max(0.0, run.left - ground.box.x, ground.box.right - run.right) - MONO_BEARING_EM * look.size_px
    above = max(0.0, (ground.box.h - CONTENT_EM * look.size_px) / 2)
    padding = Edges(
        top=Length(float(round(above))),
        right=Length(float(max(0, round(side)))),
        bottom=Length(float(round(above))),
        left=Length(float(max(0, round(side)))),
    )
    return replace(style, background=ground.fill, radius=round(ground.radius_px) or None, padding=padding)


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
