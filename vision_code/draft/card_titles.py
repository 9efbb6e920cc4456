"""
The first words of a card, in larger type than what follows, are its heading.
"""

from __future__ import annotations

from statistics import median

from vision_code.draft.page import COLOURED_CHROMA, LARGE, Page, is_text
from vision_code.draft.text_rules import heading_level
from vision_code.geometry import chroma
from vision_code.observation import FontFamily
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

#: Smaller boxes are buttons, tiles and rows of tables, px; a box of this share of the page is no card.
MIN_PX, MAX_SHARE = (150.0, 80.0), 0.6
#: Words that stand further in than the padding of a card are not at its head.
PADDING_PX = 40.0
MIN_LETTERS, MAX_WORDS = 3, 7
#: From here on the model is right that the words are none.
SURE = 0.97


def with_card_titles(page: Page, draft: Draft) -> dict[int, Annotation]:
    """
    The same draft where such words are headings: 24 of 26 were (tuning half, and pages of other packages), but for
    those on a colour, which name it or count something.
    """
    found = dict(draft)
    for node in page.nodes:
        title = _title(page, node)
        if title is None:
            continue
        own = found[title.id]
        if own.role is Role.TEXT and not own.link and own.confidence < SURE:
            level = heading_level(page, title.lines[0].style)
            found[title.id] = Annotation(role=Role.HEADING, level=level, confidence=own.confidence / 2)
    return found


def _title(page: Page, card: Region) -> Region | None:
    """
    The words at the head of a card; None for what is no card, or begins with others.
    """
    fill = None if card.surface is None else card.surface.fill
    is_plain = card.surface is not None and (fill is None or chroma(fill) < COLOURED_CHROMA)
    if not is_plain or card.kind is not RegionKind.COLUMN or card.box.area >= MAX_SHARE * page.root.box.area:
        return None
    if card.box.w < MIN_PX[0] or card.box.h < MIN_PX[1]:
        return None
    texts = [leaf for leaf in card.walk() if is_text(leaf)]
    if len(texts) < 2:
        return None
    title, *others = texts
    style = title.lines[0].style
    usual = median(text.lines[0].style.size_px for text in others)
    is_large = style.size_px >= LARGE * usual and style.family is not FontFamily.MONO
    is_short = len(title.lines) == 1 and len(title.text.split()) <= MAX_WORDS and title.surface is None
    is_word = sum(letter.isalpha() for letter in title.text) >= MIN_LETTERS
    return title if is_large and is_short and is_word and title.box.x - card.box.x < PADDING_PX else None
