"""
What a link inside running text looks like on a page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from vision_code.draft.page import is_reddish
from vision_code.geometry import Color, chroma, color_distance
from vision_code.observation import Observation, TextStyle
from vision_code.region import Draft, Region, Role

#: Ink colours closer than this in every channel are one colour: thin antialiased letters scatter that much.
SAME_INK = 40
# One underlined word may be an error of reading, one red link of drafting.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class LinkLook:
    """
    How links are told on one page.

    Attributes:
        underlined: Inks in which words are underlined; none on pages whose links are known by their colour alone.
        linked: Inks in which whole texts are links.
    """

    underlined: tuple[Color, ...] = ()
    linked: tuple[Color, ...] = ()

    def marks(self, look: TextStyle, base: TextStyle) -> bool:
        """
        Whether words of a look of their own, in a text that looks like ``base``, are a link.

        Underlined words are. Coloured ones are, unless the others have more hue, or they are red (and the page's links
        are not) or slanted (asides), or the page underlines its links and never in this colour: then it is how the page
        sets code and names.
        """
        if look.underline:
            return True
        if color_distance(look.color, base.color) <= SAME_INK or not is_saturated(look) or _has_less_hue(look, base):
            return False
        if (is_reddish(look.color) and not _is_one_of(look.color, self.linked)) or (look.italic and not base.italic):
            return False
        return not self.underlined or _is_one_of(look.color, self.underlined)


def is_saturated(look: TextStyle) -> bool:
    """
    Whether an ink has a hue: grey words in a text are asides, coloured ones are links.
    """
    return chroma(look.color) > SAME_INK


def link_look(observation: Observation, root: Region, draft: Draft) -> LinkLook:
    """
    How a page marks its links, told by its underlined words and by the texts that are links as a whole.
    """
    styles = [word.style or line.style for line in observation.lines for word in line.words]
    underlined = [style.color for style in styles if style.underline and is_saturated(style)]
    texts = [r for r in root.walk() if r.lines and r.id in draft and draft[r.id].role is Role.LINK and not r.surface]
    linked = [text.lines[0].style.color for text in texts if is_saturated(text.lines[0].style)]
    return LinkLook(_usual(underlined), _usual(linked))


def plain_first(region: Region) -> Region:
    """
    A TEXT region whose lines look like its first words where these have less hue than the rest: most letters of
    "Powered by Acme & Sons" may be those of links.
    """
    base, words = region.lines[0].style, region.lines[0].words
    first = words[0].style if words else None
    if first is None or not _has_less_hue(first, base):
        return region
    plain = replace(base, color=first.color, weight=first.weight, underline=first.underline)
    lines = (
        replace(line, style=plain, words=tuple(replace(word, style=word.style or line.style) for word in line.words))
        for line in region.lines
    )
    return replace(region, lines=tuple(lines))


def _has_less_hue(look: TextStyle, other: TextStyle) -> bool:
    return chroma(look.color) + SAME_INK < chroma(other.color)


def _usual(inks: Iterable[Color]) -> tuple[Color, ...]:
    """
    The inks that occur more than by an error of reading, like ones taken together.
    """
    counts: dict[Color, int] = defaultdict(int)
    for ink in inks:
        counts[next((known for known in counts if color_distance(known, ink) <= SAME_INK), ink)] += 1
    return tuple(ink for ink, count in counts.items() if count >= FEWEST)


def _is_one_of(ink: Color, inks: Iterable[Color]) -> bool:
    return any(color_distance(ink, other) <= SAME_INK for other in inks)
