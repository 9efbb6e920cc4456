"""
What a link inside running text looks like on a page.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from vision_code.draft.page import is_reddish
from vision_code.geometry import Color, chroma, color_distance
from vision_code.observation import Observation, TextStyle

#: Ink colours closer than this in every channel are one colour: thin antialiased letters scatter that much.
SAME_INK = 40
# One underlined word may be an error of reading.
MIN_UNDERLINED = 3


@dataclass(frozen=True, slots=True)
class LinkLook:
    """
    The inks in which words are underlined; none on pages whose links are known by their colour alone.
    """

    underlined: tuple[Color, ...] = ()

    def marks(self, look: TextStyle, base: TextStyle) -> bool:
        """
        Whether words of a look of their own, in a text that looks like ``base``, are a link.

        Underlined words are. Coloured ones are, unless they are red or slanted (asides), or the page underlines its
        links and never in this colour: then it is how the page sets code and names.
        """
        if look.underline:
            return True
        if color_distance(look.color, base.color) <= SAME_INK or not is_saturated(look):
            return False
        if is_reddish(look.color) or (look.italic and not base.italic):
            return False
        return not self.underlined or any(color_distance(look.color, ink) <= SAME_INK for ink in self.underlined)


def is_saturated(look: TextStyle) -> bool:
    """
    Whether an ink has a hue: grey words in a text are asides, coloured ones are links.
    """
    return chroma(look.color) > SAME_INK


def link_look(observation: Observation) -> LinkLook:
    """
    How a page marks its links.
    """
    counts: dict[Color, int] = defaultdict(int)
    for line in observation.lines:
        for style in [word.style or line.style for word in line.words] or [line.style]:
            if style.underline and is_saturated(style):
                known = next((ink for ink in counts if color_distance(ink, style.color) <= SAME_INK), style.color)
                counts[known] += 1
    return LinkLook(tuple(ink for ink, count in counts.items() if count >= MIN_UNDERLINED))
