"""
Parts cut out of pages are pages of their own, with the truth of what is in them.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from training.collect import RawPage, png_of
from training.crops import crops
from training.observe import elements_of, words_of
from vision_code.geometry import Box

LOOK = ["rgba(0, 0, 0, 0)", [[0, ""]] * 4, 0, False]
FRAMED = ["rgb(255, 255, 255)", [[1, "rgb(200, 200, 200)"]] * 4, 6, False]
FONT = [16, 400, "rgb(0, 0, 0)", "Arial", False, False]


def page_with_a_card() -> RawPage:
    """
    A page of 800 × 600 with a heading and, at (100, 200), a framed card of 300 × 150 with a linked word in it.
    """
    pixels = np.full((600, 800, 3), 255, np.uint8)
    pixels[200:350, 100:400] = (250, 250, 250)
    elements = [
        [-1, "BODY", "", 0, False, "", 0, 0, 800, 600, *LOOK],
        [0, "H1", "heading", 1, False, "", 20, 20, 200, 40, *LOOK],
        [0, "DIV", "", 0, False, "", 100, 200, 300, 150, *FRAMED],
        [2, "P", "", 0, False, "", 110, 210, 280, 20, *LOOK],
        [3, "A", "link", 0, False, "", 170, 210, 40, 20, *LOOK],
    ]
    words = [
        [1, "Sailing", 20, 25, 80, 30, *FONT],
        [3, "Boats", 110, 210, 50, 20, *FONT],
        [4, "need", 170, 210, 40, 20, *FONT],
        [3, "wind", 220, 210, 40, 20, *FONT],
    ]
    facts = {"elements": elements, "words": words, "background": "rgb(255, 255, 255)", "width": 800, "height": 600}
    return RawPage(seed=7, family="site_boats", width_px=800, png=png_of(pixels), facts=facts)


def test_a_card_is_cut_out_with_its_words_and_elements_in_place() -> None:
    (part,) = crops(page_with_a_card())

    assert Image.open(io.BytesIO(part.png)).size == (part.width_px, part.facts["height"])
    assert [word.text for word in words_of(part.facts)] == ["Boats", "need", "wind"]
    body, card, paragraph, link = elements_of(part.facts)
    assert (body.tag, card.tag, paragraph.tag, link.role) == ("BODY", "DIV", "P", "link")
    assert (card.parent, paragraph.parent, link.parent) == (0, 1, 2)
    assert Box(0, 0, part.width_px, part.facts["height"]).contains(card.box)
    assert words_of(part.facts)[1].box.x - card.box.x == 70


def test_the_same_page_gives_the_same_parts() -> None:
    first, second = ([part.facts for part in crops(page_with_a_card())] for _ in range(2))

    assert first == second
