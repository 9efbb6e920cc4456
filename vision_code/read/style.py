"""
How lines of text look: size, weight, family, colour, underline, baseline, from their ink.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vision_code.geometry import Box, Color, bounding, chroma, color_distance
from vision_code.observation import FontFamily, Ground, TextLine, TextStyle, Typeface, Word
from vision_code.read.chips import fit_chips, word_grounds
from vision_code.read.enclosure import runs_on
from vision_code.read.fit import Fit, WordShape, family_of, fit_lines, spacing_px
from vision_code.read.fonts import font_table
from vision_code.read.ink import (
    INK_SHARE,
    Background,
    Side,
    UniformInk,
    contrast,
    coverage,
    crop_of,
    gradient_behind,
    ink_color,
    letters_side,
    photo_ink,
)
from vision_code.read.inline_code import find_inline_code, is_one_word
from vision_code.read.mask import Surround
from vision_code.read.raw import RawLine, RawWord
from vision_code.read.slant import is_italic
from vision_code.read.typeface import SetLine, typefaces
from vision_code.read.underline import find_underline

_DEEP = frozenset("gjpqyQ,;()[]{}|/\\@$_ç")
#: Ink height of a script that is not in the table, over its font size (Chinese and Japanese fill the em).
_UNKNOWN_HEIGHT_SHARE = 0.9
#: Ink darker than the regular face by this is bold; half-way between the two faces.
_BOLD = 0.5
#: A word's own weight counts from this many letters on; shorter ones are too noisy.
_MIN_WEIGHT_LETTERS = 3
#: Over a photograph only pixels that are mostly ink are taken for it.
_PHOTO_COVERAGE = 0.5
#: The soft edges of letters count in their area from here on; less is the photograph's own variety.
_PHOTO_EDGE = 0.2
#: Between a word and ink of another line is this share of all the height, and more.
_NEIGHBOUR_GAP_SHARE = 0.25
#: The dot of an i lies this near to its stem.
_DOT_GAP_PX = 3
#: Letters that an underline cut the feet off may look monospaced, but then they stand closer than those ever do.
_MONO_SQUEEZE_EM = 0.05
#: The foot of a single letter or digit looks like an underline.
_MIN_RULED_LETTERS = 3
#: A word has a colour of its own from this channel difference on.
_OWN_COLOR = 48
#: Inks with so much hue are coloured; links are, and a line of them has this share of plain letters or it is a link.
_HUE, _PLAIN_SHARE = 40, 0.2


@dataclass(frozen=True, slots=True)
class _WordInk:
    """
    What was measured of one word.
    """

    text: str
    box: Box
    area: float
    color: Color
    underline: bool
    amount: NDArray[np.float32]
    ground: Ground | None = None
    code: Fit | None = None
    over_photo: bool = False

    @property
    def is_apart(self) -> bool:
        """
        Whether the word has a look of its own, which tells nothing about its line's.
        """
        return self.ground is not None or self.code is not None

    @property
    def shape(self) -> WordShape:
        return WordShape(self.text, self.box.w, self.box.h, self.area, self.over_photo)


@dataclass(frozen=True, slots=True)
class _Page:
    """
    What the lines of a page have in common: its typefaces, and what the words on grounds of a colour are set in.
    """

    faces: tuple[Typeface, ...]
    chips: Mapping[Color, Fit]


def measure_lines(
    pixels: NDArray[np.uint8], raw: Sequence[RawLine], behind: Sequence[Surround]
) -> tuple[list[TextLine], tuple[Typeface, ...]]:
    """
    Raw lines with their look, and the typefaces that they are set in.

    Args:
        pixels: [H, W, 3] uint8 RGB.
        behind: What lies behind each line.
    """
    inks = [_inks(pixels, line, around) for line, around in zip(raw, behind, strict=True)]
    shapes = _plain_shapes(inks)
    fits = fit_lines(shapes)
    code = find_inline_code(shapes, fits)
    if code is not None:
        inks = [_with_code(words, places, code.fit) for words, places in zip(inks, code.words, strict=True)]
        fits = fit_lines(_plain_shapes(inks))
        for number, words in enumerate(inks):
            if all(word.is_apart for word in words):  # nothing but code: so is the line
                inks[number], fits[number] = [replace(word, code=None) for word in words], code.fit
    whole = [
        SetLine(line.text, bounding(word.box for word in words).w, fit)
        for line, words, fit in zip(raw, inks, fits, strict=True)
        if not any(word.is_apart for word in words)
    ]
    page = _Page(
        typefaces(whole), fit_chips([(word.ground, word.shape) for line in inks for word in line if word.ground])
    )
    lines = [
        _line(number, line, words, fit, around.color, page)
        for number, (line, words, fit, around) in enumerate(zip(raw, inks, fits, behind, strict=True))
    ]
    return lines, page.faces


def _plain_shapes(lines: Sequence[Sequence[_WordInk]]) -> list[list[WordShape]]:
    return [[word.shape for word in words if not word.is_apart] for words in lines]


def _with_code(words: Sequence[_WordInk], places: Collection[int], fit: Fit) -> list[_WordInk]:
    """
    The words of a line, those at some places of its plain ones marked as code; what was written without a space
    between, and read with one, is one word.
    """
    plain = [number for number, word in enumerate(words) if not word.is_apart]
    chosen = {plain[place] for place in places}
    joined: list[_WordInk] = []
    for number, word in enumerate(words):
        own = replace(word, code=fit) if number in chosen else word
        last = joined[-1] if joined else None
        if (
            last is not None
            and fit is last.code is own.code
            and is_one_word((last.text, last.box.right), (own.text, own.box.x), fit)
        ):
            joined[-1] = replace(last, text=last.text + own.text, box=bounding((last.box, own.box)))
        else:
            joined.append(own)
    return joined


def _inks(pixels: NDArray[np.uint8], line: RawLine, around: Surround) -> list[_WordInk]:
    grounds = word_grounds(pixels, line, around)
    uniform = photo_ink(pixels, line.box, [word.box for word in line.words]) if around.kind == "busy" else None
    side = _side(pixels, line.box, around)
    return [
        _word_ink(pixels, word, line.box, around, uniform, side)
        if ground is None
        else replace(_word_ink(pixels, word, line.box, Surround(ground.fill, "flat"), None, 0), ground=ground)
        for word, ground in zip(line.words, grounds, strict=True)
    ]


def _side(pixels: NDArray[np.uint8], box: Box, around: Surround) -> Side:
    if around.kind == "busy":
        return 0
    soft = gradient_behind(pixels, box) if around.kind == "soft" else None
    crop = crop_of(pixels, box)
    return letters_side(crop, around.color if soft is None or soft.shape[1] != crop.shape[1] else soft)


def _word_ink(
    pixels: NDArray[np.uint8], said: RawWord, line: Box, around: Surround, uniform: UniformInk | None, side: Side
) -> _WordInk:
    text, box = said.text, said.box
    x0, y0 = max(0, int(box.x)), max(0, int(box.y))
    x1, y1 = min(pixels.shape[1], round(box.right)), min(pixels.shape[0], round(box.bottom))
    word = Box(x0, y0, x1 - x0, y1 - y0)
    if uniform is not None:
        amount = uniform.coverage(pixels[y0:y1, x0:x1])
        if (amount > _PHOTO_COVERAGE).any():
            return _over_photo(text, (x0, y0), amount, uniform.color)
    soft = gradient_behind(pixels, word) if around.kind == "soft" else None
    background: Background = around.color if soft is None else soft
    descends = bool(_DEEP & set(text))
    long = len(text) >= _MIN_RULED_LETTERS
    ruled = find_underline(pixels, word, background, descends=descends) if long else None
    if ruled is not None:
        y1 = max(y0 + 1, min(y1, ruled))
    underline = ruled is not None and not runs_on(pixels, ruled, line, around)
    crop = pixels[y0:y1, x0:x1]
    amount = coverage(crop, background, side)
    if not amount.any():  # a word of another colour than its line
        amount = coverage(crop, background)
    ink = amount > INK_SHARE
    if any(char.isalnum() for char in text):
        foreign = _rows_of_neighbours(ink)
        ink[foreign], amount[foreign] = False, 0.0
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if rows.size:
        y0, y1 = y0 + int(rows[0]), y0 + int(rows[-1]) + 1
        x0, x1 = x0 + int(columns[0]), x0 + int(columns[-1]) + 1
    tight = Box(float(x0), float(y0), float(x1 - x0), float(y1 - y0))
    color = ink_color(crop, np.where(amount > 0, contrast(crop, background), np.float32(0.0))) or around.color
    return _WordInk(text, tight, float(amount.sum()), color, underline, amount)


def _rows_of_neighbours(ink: NDArray[np.bool_]) -> NDArray[np.intp]:
    """
    Rows of a word's box with what hangs down from the line above or rises from the one below: it is cut by the edge of
    the box, and further from the letters than dots and accents are.
    """
    rows = np.flatnonzero(ink.any(axis=1))
    if not rows.size:
        return rows
    least = _NEIGHBOUR_GAP_SHARE * (rows[-1] + 1 - rows[0])
    runs = np.split(rows, np.flatnonzero(np.diff(rows) - 1 >= least) + 1)
    body = max(runs, key=len)
    cut = [run for run in runs if run is not body and (run[0] <= 1 or run[-1] >= ink.shape[0] - 2)]
    return np.concatenate(cut) if cut else rows[:0]


def _over_photo(text: str, origin: tuple[int, int], amount: NDArray[np.float32], color: Color) -> _WordInk:
    ink = amount > _PHOTO_COVERAGE
    counts = ink.sum(axis=1)
    rows = np.flatnonzero(counts)
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > _DOT_GAP_PX) + 1)
    rows = next(run for run in runs if int(counts.argmax()) in run)  # the others are specks of the photograph
    columns = np.flatnonzero(ink[rows[0] : rows[-1] + 1].any(axis=0))
    box = Box(
        float(origin[0] + columns[0]),
        float(origin[1] + rows[0]),
        float(columns[-1] - columns[0] + 1),
        float(rows[-1] - rows[0] + 1),
    )
    return _WordInk(text, box, float(amount[amount > _PHOTO_EDGE].sum()), color, False, amount, over_photo=True)


def _line(
    number: int,
    raw: RawLine,
    words: Sequence[_WordInk],
    fit: Fit | None,
    background: Color,
    page: _Page,
) -> TextLine:
    box = _with_grounds(words)
    plain = [word for word in words if not word.is_apart]
    run = _longest_run(words)
    text = " ".join(word.text for word in run)
    style = _style(text, plain, bounding(word.box for word in run), fit, page.faces)
    own = iter(_own_styles(plain, style, fit))
    styles = [_own_look(word, style, page) if word.is_apart else next(own) for word in words]
    style, styles = _around_links(words, style, styles)
    return TextLine(
        id=number,
        text=" ".join(word.text for word in words),
        box=box,
        words=tuple(Word(text=w.text, box=w.box, style=s, ground=w.ground) for w, s in zip(words, styles, strict=True)),
        style=style,
        baseline_y=_baseline(plain, style.size_px, fit),
        background=background,
        confidence=raw.confidence,
    )


def _around_links(
    words: Sequence[_WordInk], style: TextStyle, styles: list[TextStyle | None]
) -> tuple[TextStyle, list[TextStyle | None]]:
    """
    The look of a line and those of its words: links stand in a text, not text in a link, however few its words are.
    """
    if not style.underline or chroma(style.color) < _HUE:
        return style, styles
    plain = [
        (len(word.text), own)
        for word, own in zip(words, styles, strict=True)
        if own is not None and not word.is_apart and _is_plain(own) and len(word.text) >= _MIN_RULED_LETTERS
    ]
    if sum(count for count, _ in plain) < _PLAIN_SHARE * sum(len(word.text) for word in words):
        return style, styles
    base = max(plain, key=lambda each: each[0])[1]
    settled: list[TextStyle | None] = []
    for word, own in zip(words, styles, strict=True):
        # Whether a short word is underlined cannot be seen: a grey one is not.
        is_base = own == base or (own is not None and not word.is_apart and chroma(own.color) < _HUE)
        settled.append(None if is_base else own or style)
    return base, settled


def _is_plain(style: TextStyle) -> bool:
    return not style.underline and chroma(style.color) < _HUE


def _longest_run(words: Sequence[_WordInk]) -> list[_WordInk]:
    """
    The most letters in a row of plain words: their width tells of letter spacing.
    """
    runs: list[list[_WordInk]] = [[]]
    for word in words:
        if word.is_apart:
            runs.append([])
        else:
            runs[-1].append(word)
    return max(runs, key=lambda run: sum(len(word.text) for word in run))


def _with_grounds(words: Sequence[_WordInk]) -> Box:
    """
    The box around the ink of a line, as wide as the grounds at its ends.
    """
    ink = bounding(word.box for word in words)
    edges = [ink, *(word.ground.box for word in words if word.ground)]
    left, right = min(edge.x for edge in edges), max(edge.right for edge in edges)
    return Box(left, ink.y, right - left, ink.h)


def _style(text: str, words: Sequence[_WordInk], box: Box, fit: Fit | None, faces: Sequence[Typeface]) -> TextStyle:
    color = _main_color(words)
    underline = sum(len(w.text) for w in words if w.underline) > 0.5 * sum(len(w.text) for w in words)
    if fit is None:
        size = round(box.h / _UNKNOWN_HEIGHT_SHARE)
        return TextStyle(size_px=float(size), color=color, underline=underline)
    family = family_of(fit)
    spacing = spacing_px(text, box.w, fit, next((f for f in faces if f.family is family), None))
    if underline and family is FontFamily.MONO and spacing < -_MONO_SQUEEZE_EM * fit.size_px:
        family, spacing = FontFamily.SANS, 0.0
    return TextStyle(
        size_px=round(fit.size_px, 1),
        weight=font_table().weights[fit.face],
        color=color,
        family=family,
        italic=is_italic([(word.text, word.amount) for word in words]),
        underline=underline,
        letter_spacing_px=spacing,
    )


def _main_color(words: Sequence[_WordInk]) -> Color:
    """
    The colour of most letters: words of like colour vote together, the darkest-inked word speaks for them.
    """
    best, most = words[0].color, -1
    for word in words:
        votes = sum(len(w.text) for w in words if color_distance(w.color, word.color) < _OWN_COLOR // 2)
        if votes > most:
            best, most = word.color, votes
    alike = [w for w in words if color_distance(w.color, best) < _OWN_COLOR // 2]
    return max(alike, key=lambda w: len(w.text)).color


def _own_styles(words: Sequence[_WordInk], style: TextStyle, fit: Fit | None) -> list[TextStyle | None]:
    """
    The styles of words that differ from their line's; over a photograph none are told apart.
    """
    if any(word.over_photo for word in words):
        return [None] * len(words)
    coloured = [w for w in words if color_distance(w.color, style.color) >= _OWN_COLOR]
    own = []
    for word in words:
        weight = _word_weight(word, style, fit) if len(words) > 1 else style.weight
        color = _shared_color(word, coloured) if word in coloured else style.color
        is_short = len(word.text) < _MIN_RULED_LETTERS  # whether it is underlined cannot be seen: it is as its line is
        underline = style.underline if is_short else word.underline
        changed = replace(style, weight=weight, color=color, underline=underline)
        own.append(changed if changed != style else None)
    return own


def _own_look(word: _WordInk, style: TextStyle, page: _Page) -> TextStyle:
    """
    The style of a word on a ground of its own, or of code.
    """
    fit = page.chips.get(word.ground.fill) if word.ground else word.code
    if fit is None:
        return replace(style, color=word.color, underline=word.underline)
    return replace(
        style,
        size_px=round(fit.size_px, 1),
        weight=font_table().weights[fit.face],
        family=family_of(fit),
        color=word.color,
        underline=word.underline,
    )


def _shared_color(word: _WordInk, coloured: Sequence[_WordInk]) -> Color:
    """
    Words of like colour have one colour: that of the longest, which shows it best.
    """
    alike = [w for w in coloured if color_distance(w.color, word.color) < _OWN_COLOR // 2]
    return max(alike, key=lambda w: len(w.text)).color


def _word_weight(word: _WordInk, style: TextStyle, fit: Fit | None) -> int:
    table = font_table()
    columns = table.columns(word.text)
    if fit is None or columns is None or len(columns) < _MIN_WEIGHT_LETTERS:
        return style.weight
    regular, bold = (
        float(table.area[table.face(table.names[fit.face], weight), columns].sum()) * fit.size_px**2
        for weight in (400, 700)
    )
    share = (word.area - regular) / max(bold - regular, 1e-6)
    if style.weight == 700:
        return 400 if share < _BOLD - 0.35 else 700
    return 700 if share > _BOLD + 0.35 else 400


def _baseline(words: Sequence[_WordInk], size_px: float, fit: Fit | None) -> float:
    """
    Bottom of the words without descenders; else measured down from the top of the ink.
    """
    flat = [w.box.bottom for w in words if not _DEEP & set(w.text) and any(c.isalnum() for c in w.text)]
    if flat:
        return float(np.median(flat))
    table = font_table()
    tops = [
        word.box.y + float(table.top[fit.face, columns].max()) * size_px
        for word in words
        if fit is not None and (columns := table.columns(word.text)) is not None
    ]
    return float(round(float(np.median(tops)))) if tops else max(w.box.bottom for w in words)
