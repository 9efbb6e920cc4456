"""
Element shots: parts cut out of the stored pages. ``python -m benchmarks.elements --choose`` makes the list anew.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.sources import PageSpec, load_sources
from benchmarks.store import Part, StoredPage, is_stored, load_page
from vision_code.geometry import Box
from vision_code.render import ElementFact, PageFacts, RoleNode

ELEMENTS_FILE = Path(__file__).with_name("elements.json")

#: At most this many parts of one page, and of one kind in one package: near twins teach nothing.
_MAX_PER_PAGE = 3
_MAX_PER_KIND = 5
#: What a person would cut out: not a line, not half a page. px.
_MIN_W, _MIN_H, _MAX_W, _MAX_H = 140, 60, 1300, 900
#: Words that make a part worth reading.
_MIN_WORDS = 3
#: People leave a little air around what they cut out. px.
_MARGIN_PX = 8
#: Two parts with this much in common (IoU) are the same part.
_SAME = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementSpec:
    """
    One element shot: the part at ``path`` of a page.
    """

    id: str
    page: str
    kind: str
    path: str
    box: Box


def load_elements() -> list[ElementSpec]:
    """
    The committed list.
    """
    entries = json.loads(ELEMENTS_FILE.read_text(encoding="utf-8"))
    return [ElementSpec(**{**entry, "box": Box(*entry["box"])}) for entry in entries]


def cut(stored: StoredPage, spec: ElementSpec) -> StoredPage | None:
    """
    The element shot out of a rendering of its page, its facts shifted to its corner. None when the part is not there
    (at a narrow width it may be hidden).
    """
    part = next((part for part in stored.parts if part.path == spec.path), None)
    if part is None:
        return None
    height, width = stored.pixels.shape[:2]
    grown = part.box.inset(-_MARGIN_PX)
    x, y = max(0, round(grown.x)), max(0, round(grown.y))
    right, bottom = min(width, round(grown.right)), min(height, round(grown.bottom))
    if right - x < _MIN_H or bottom - y < _MIN_H / 2:
        return None
    frame = Box(x, y, right - x, bottom - y)
    return StoredPage(pixels=stored.pixels[y:bottom, x:right].copy(), facts=_facts_in(stored.facts, frame), parts=())


def _facts_in(facts: PageFacts, frame: Box) -> PageFacts:
    kept = [index for index, element in enumerate(facts.elements) if frame.contains(element.box, 1)]
    place = {index: position for position, index in enumerate(kept)}
    elements = [_moved_element(facts.elements[index], frame, place) for index in kept]
    return replace(
        facts,
        width_px=int(frame.w),
        height_px=int(frame.h),
        words=tuple(
            replace(word, box=_moved(word.box, frame))
            for word in facts.words
            if frame.contains(Box(word.box.center_x, word.box.center_y, 0, 0))
        ),
        elements=tuple(elements),
        roles=tuple(
            RoleNode(role=node.role, name=node.name, level=node.level, box=_moved(node.box, frame))
            for node in facts.roles
            if frame.contains(node.box, 1)
        ),
        overflow_px=0.0,
    )


def _moved_element(element: ElementFact, frame: Box, place: dict[int, int]) -> ElementFact:
    parent = place.get(element.parent) if element.parent is not None else None
    return replace(element, box=_moved(element.box, frame), parent=parent)


def _moved(box: Box, frame: Box) -> Box:
    return Box(box.x - frame.x, box.y - frame.y, box.w, box.h)


def choose(pages: Iterable[PageSpec]) -> list[ElementSpec]:
    """
    Parts of the stored pages by fixed rules, kinds taken in turn; looks at no score.
    """
    chosen: list[ElementSpec] = []
    texts: set[str] = set()
    kinds: dict[tuple[str, str], int] = {}
    for page in pages:
        stored = load_page(page, "full")
        for part in _in_turn(_worthwhile(stored), page):
            key = (page.source, part.kind)
            taken = [spec for spec in chosen if spec.page == page.id]
            known = part.text in texts or any(spec.box.iou(part.box) > _SAME for spec in taken)
            if known or len(taken) >= _MAX_PER_PAGE or kinds.get(key, 0) >= _MAX_PER_KIND:
                continue
            texts.add(part.text)
            kinds[key] = kinds.get(key, 0) + 1
            name = f"{page.id}-{part.kind}-{len(taken)}"
            chosen.append(ElementSpec(id=name, page=page.id, kind=part.kind, path=part.path, box=part.box))
    return chosen


def _worthwhile(stored: StoredPage) -> list[Part]:
    page = Box(0, 0, stored.facts.width_px, stored.facts.height_px)
    good = []
    for part in stored.parts:
        box = part.box
        fits = _MIN_W <= box.w <= _MAX_W and _MIN_H <= box.h <= _MAX_H and page.contains(box, 1)
        words = sum(box.contains(word.box, 2) for word in stored.facts.words) if fits else 0
        if words >= _MIN_WORDS:
            good.append(part)
    return good


def _in_turn(parts: Sequence[Part], page: PageSpec) -> list[Part]:
    """
    One of each kind, then the second of each kind …; only dialogs from a page whose dialog was opened.
    """
    if page.modal:
        return [part for part in parts if part.kind == "modal"]
    ranks: dict[str, int] = {}
    ranked = []
    for part in parts:
        ranks[part.kind] = ranks.get(part.kind, 0) + 1
        ranked.append((ranks[part.kind], part))
    return [part for _, part in sorted(ranked, key=lambda item: item[0])]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--choose", action="store_true", help="write elements.json anew from the stored pages")
    args = parser.parse_args()
    pages = [page for source in load_sources() for page in source.pages if is_stored(page)]
    if args.choose:
        entries = [
            {"id": s.id, "page": s.page, "kind": s.kind, "path": s.path, "box": [s.box.x, s.box.y, s.box.w, s.box.h]}
            for s in choose(pages)
        ]
        ELEMENTS_FILE.write_text("[\n" + ",\n".join(json.dumps(entry) for entry in entries) + "\n]\n", encoding="utf-8")
    kinds = [spec.kind for spec in load_elements()]
    print(len(kinds), {kind: kinds.count(kind) for kind in sorted(set(kinds))})
    return 0


if __name__ == "__main__":
    sys.exit(main())
