"""
Writes what each station saw and decided as pictures, so that a person can look at the road alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vision_code.output import write_all
from vision_code.region import ACTION_ROLES, Draft, Region, Role

Pixels = NDArray[np.uint8]

#: Drawing colours by kind of role (RGB): landmarks, text, actions, fields, the rest.
_LANDMARKS = {
    Role.BANNER,
    Role.NAVIGATION,
    Role.MAIN,
    Role.COMPLEMENTARY,
    Role.CONTENTINFO,
    Role.FORM,
    Role.SEARCH,
    Role.LIST,
    Role.TABLE,
    Role.ARTICLE,
    Role.DIALOG,
}
_TEXTS = {Role.TEXT, Role.LABEL, Role.CODE}
_LANDMARK_RGB, _ACTION_RGB, _TEXT_RGB, _HEADING_RGB, _OTHER_RGB = (
    (124, 58, 237),
    (5, 122, 85),
    (100, 116, 139),
    (200, 30, 30),
    (180, 83, 9),
)


class Explainer:
    """
    Collects the stations' pictures in a folder as ``1-read.png``, ``2-palette.png`` … in the order they are added.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0

    def picture(self, name: str, pixels: Pixels) -> None:
        """
        Add one picture [H, W, 3] uint8 sRGB.
        """
        encoded = cv2.imencode(".png", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR))[1].tobytes()
        self._add(f"{name}.png", encoded)

    def facts(self, name: str, fields: Mapping[str, object]) -> None:
        """
        Add one JSON file.
        """
        self._add(f"{name}.json", json.dumps(fields, indent=2, ensure_ascii=False, default=str).encode())

    def _add(self, name: str, content: bytes) -> None:
        self._count += 1
        write_all({self._folder / f"{self._count}-{name}": content}, force=True)


def _color(role: Role) -> tuple[int, int, int]:
    if role in _LANDMARKS:
        return _LANDMARK_RGB
    if role in ACTION_ROLES:
        return _ACTION_RGB
    if role is Role.HEADING:
        return _HEADING_RGB
    return _TEXT_RGB if role in _TEXTS else _OTHER_RGB


def draw_draft(pixels: Pixels, scale: float, root: Region, draft: Draft) -> Pixels:
    """
    The screenshot with each annotated region outlined and its role written at the top left corner.
    """
    canvas = (pixels.astype(np.float32) * 0.35 + 255 * 0.65).astype(np.uint8)
    for region in root.walk():
        note = draft[region.id]
        if note.role is Role.GROUP:
            continue
        box, color = region.box, _color(note.role)
        corner = (round(box.x * scale), round(box.y * scale))
        cv2.rectangle(canvas, corner, (round(box.right * scale), round(box.bottom * scale)), color, 1)
        label = f"{note.role.value}{note.level or ''}{' >link' if note.link else ''}"
        cv2.putText(canvas, label, (corner[0] + 2, corner[1] + 10), cv2.FONT_HERSHEY_PLAIN, 0.8, color, 1, cv2.LINE_AA)
    return canvas


def draft_facts(root: Region, draft: Draft) -> dict[str, object]:
    """
    The region tree and its annotation as plain data.
    """
    return {
        str(region.id): {
            "kind": region.kind.value,
            "box": [round(v, 1) for v in (region.box.x, region.box.y, region.box.w, region.box.h)],
            "text": region.text,
            **asdict(draft[region.id]),
        }
        for region in root.walk()
    }
