"""
Region tree and draft to `UITree`: geometry from the measurement, meaning from the draft.

Knows CSS and HTML; knows nothing of class names, frameworks or how the picture was read.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vision_code.assemble.assets import Assets
from vision_code.assemble.containers import PAGE_PX, settle_containers
from vision_code.assemble.context import Context
from vision_code.assemble.entries import boxed_entries
from vision_code.assemble.floating import with_floating
from vision_code.assemble.labels import bind, settle
from vision_code.assemble.links import link_look
from vision_code.assemble.metrics import measure
from vision_code.assemble.naming import name_of, title_of
from vision_code.assemble.narrow import only_below
from vision_code.assemble.normalise import normalise
from vision_code.assemble.notes import bind_notes
from vision_code.assemble.page import lay_page
from vision_code.assemble.side_menu import with_side_menu
from vision_code.assemble.submits import submit_ids, with_submits
from vision_code.assemble.top_menu import with_top_menu
from vision_code.observation import Observation
from vision_code.region import Draft, Region, Role
from vision_code.uitree import UITree

__all__ = ["assemble"]

#: Narrower or lower screenshots are shots of an element.
PAGE_WIDTH_PX = 360.0
PAGE_HEIGHT_PX = 500.0


def assemble(observation: Observation, root: Region, draft: Draft, pixels: NDArray[np.uint8]) -> UITree:
    """
    The typed tree of a screenshot.

    Args:
        observation: What was read.
        root: Its region tree.
        draft: An annotation for each region; missing ones count as plain text or group.
        pixels: [height, width, 3] uint8 RGB at native resolution (``observation.scale`` pixels per CSS pixel).
    """
    root, entries = boxed_entries(root)
    settled = settle(root, draft)
    labels = bind(root, settled)
    tables = frozenset(region_id for region_id, note in settled.items() if note.role is Role.TABLE)
    context = Context(
        observation=observation,
        draft=settled,
        metrics=measure(root, tables),
        assets=Assets(pixels, observation.scale),
        labels=labels,
        notes=bind_notes(root, settled, labels),
        links=link_look(observation, root, settled),
        entries=entries,
    )
    is_page = observation.width_px >= PAGE_WIDTH_PX and observation.height_px >= PAGE_HEIGHT_PX
    flowing = replace(root, children=tuple(child for child in root.children if not child.floats))
    built = lay_page(flowing, context, is_page=is_page)
    page = with_floating(built.element, root, context)
    if is_page:
        folded = with_side_menu(page, root, context)
        page = with_top_menu(page, root, context) if folded is page else folded
    outer = with_submits(page, submit_ids(root, settled, observation.background))
    if observation.width_px >= PAGE_PX:
        outer = settle_containers(outer, observation.width_px)
    outer = normalise(only_below(outer, observation.width_px))
    title = title_of(root, context)
    return UITree(
        root=outer,
        assets=tuple(context.assets.found),
        title=title,
        name=name_of(title) or "Component",
        is_page=is_page,
        width_px=observation.width_px,
        height_px=observation.height_px,
        typefaces=observation.typefaces,
    )
