"""
Reads the browser's own accessibility tree: role, name and box of each node that can be seen.

Source: https://chromedevtools.github.io/devtools-protocol/tot/Accessibility/ and .../DOMSnapshot/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from vision_code.geometry import Box
from vision_code.render.facts import RoleNode

#: Chromium's spelling on the left, ARIA's on the right; all other names are ARIA's already.
_ARIA_NAME = {
    "image": "img",
    "gridcell": "cell",
    "LayoutTableCell": "",
    "ComboBoxSelect": "combobox",
    "ComboBoxMenuButton": "combobox",
    "TextField": "textbox",
    "spinbutton": "textbox",
    "splitter": "separator",
}

#: Roles that a reader can know from a picture of the page; the others (generic, paragraph, strong, code, status …) are
#: either containers without meaning or inline typography that the words part already covers.
KNOWABLE_ROLES = frozenset(
    {
        *("banner", "navigation", "main", "complementary", "contentinfo", "form", "search", "article", "dialog"),
        *("list", "listitem", "table", "row", "cell", "columnheader", "rowheader", "heading", "link", "button", "img"),
        *("textbox", "searchbox", "combobox", "checkbox", "radio", "switch", "slider"),
        *("tab", "tablist", "progressbar", "separator"),
    }
)


#: Attribute that ``measure.js`` leaves on elements that are transparent or cut off by those around them.
_UNSEEN = "data-unseen"


class DevTools(Protocol):
    """
    The one method of a DevTools session that is needed here.
    """

    async def send(self, method: str, params: dict[str, Any] | None = None, /) -> Any: ...


async def read_roles(session: DevTools, width_px: int, height_px: int) -> list[RoleNode]:
    """
    Nodes with a knowable role, in document order.

    Args:
        session: DevTools session of a page that ``measure.js`` has marked.
        width_px, height_px: Size of the page; nodes wholly outside it (skip links, off-canvas menus) are left out.
    """
    nodes = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    wanted = [(node, role) for node in nodes if (role := _role(node)) in KNOWABLE_ROLES]
    boxes = _boxes(await session.send("DOMSnapshot.captureSnapshot", {"computedStyles": []})) if wanted else {}
    found = []
    for node, role in wanted:
        box = boxes.get(node.get("backendDOMNodeId", -1))
        if box is not None and _can_be_seen(box, width_px, height_px):
            found.append(RoleNode(role=role, name=_value(node, "name"), box=box, level=_level(node)))
    return found


def _role(node: Mapping[str, Any]) -> str:
    if node.get("ignored"):
        return ""
    role = str(node.get("role", {}).get("value", ""))
    return _ARIA_NAME.get(role, role)


def _value(node: Mapping[str, Any], key: str) -> str:
    return " ".join(str(node.get(key, {}).get("value", "")).split())


def _level(node: Mapping[str, Any]) -> int:
    for prop in node.get("properties", ()):
        if prop.get("name") == "level":
            return int(prop["value"]["value"])
    return 0


def _boxes(snapshot: Mapping[str, Any]) -> dict[int, Box]:
    """
    Layout box of each DOM node of the main document that can be seen, by its backend id, px of the page.
    """
    document = snapshot["documents"][0]
    ids, attributes = document["nodes"]["backendNodeId"], document["nodes"]["attributes"]
    mark = snapshot["strings"].index(_UNSEEN) if _UNSEEN in snapshot["strings"] else -1
    layout = document["layout"]
    boxes: dict[int, Box] = {}
    for index, bounds in zip(layout["nodeIndex"], layout["bounds"], strict=True):
        if mark in attributes[index][::2]:
            continue
        box = Box(*bounds)
        known = boxes.get(ids[index])
        # An inline element broken over lines has several layout boxes.
        boxes[ids[index]] = box if known is None or not known.area else known.union(box)
    return boxes


def _can_be_seen(box: Box, width_px: int, height_px: int) -> bool:
    return box.w >= 1 and box.h >= 1 and box.x < width_px and box.y < height_px and box.right > 0 and box.bottom > 0
