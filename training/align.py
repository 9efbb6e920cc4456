"""
Ground truth: which label each region of a divided page deserves, by the words and pictures it shares with DOM elements.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np

from training.observe import Element, elements_of, words_of
from vision_code.draft.labels import LABELS, options
from vision_code.draft.parts import SIGNS
from vision_code.geometry import Box
from vision_code.region import Region, RegionKind

# A region and an element are the same thing when they share this much of their atoms.
SAME = 0.85
PART = 0.7
# A field holds at most a long placeholder and a label; its region has (nearly) its box.
MAX_FIELD_ATOMS, FILLED = 10, 0.6
# A surface this wide (share of the page) is a band of the page, not a control.
BAND = 0.6
# A picture or control and the leaf drawn for it overlap at least this much (IoU).
ALIKE = 0.4
# Two alike things side by side are a pair; three are a list.
MIN_ITEMS = 3
# A word whose middle lies this near outside a leaf still belongs to it.
SLACK_PX = 3.0
ATOM_TAGS = frozenset({"IMG", "svg", "INPUT", "SELECT", "TEXTAREA", "HR"})
ATOM_ROLES = frozenset({"switch", "progressbar", "slider"})
FIELDS = ("textbox", "searchbox", "combobox", "slider", "progressbar", "checkbox", "radio", "switch")
STATES = ("checkbox", "radio", "switch", "tab", "link")
#: Roles of containers, the most telling first, when several elements share one region.
CONTAINER_ORDER = (
    *("dialog", "table", "main", "banner", "contentinfo", "complementary", "search", "form"),
    *("button", "tab", *FIELDS, "article", "code"),
)
ACTIVE = ("heading", "button", "tab", "link", "label", "code")


def align(facts: dict[str, Any], root: Region) -> dict[int, str]:
    """
    A label word for every region under ``root``.
    """
    return _Aligner(facts, root).labels()


class _Aligner:
    def __init__(self, facts: dict[str, Any], root: Region) -> None:
        self.elements = elements_of(facts)
        self.nodes = list(root.walk())
        self.chains = self._chains()
        # The signs between links are no part of any; a line of links with signs is links all the same.
        atoms = [(word.element, word.box) for word in words_of(facts) if word.text not in SIGNS]
        atoms += [(i, e.box) for i, e in enumerate(self.elements) if _is_atom(e)]
        self.owner: list[int] = []
        self.where: list[Box] = []
        self.of_leaf: dict[int, set[int]] = defaultdict(set)
        leaves = _Leaves([node for node in self.nodes if node.is_leaf])
        for element, box in atoms:
            leaf = leaves.of(self.elements[element], box)
            if leaf is not None:
                self.of_leaf[leaf.id].add(len(self.owner))
                self.owner.append(element)
                self.where.append(box)
        self.of_element: Counter[int] = Counter(e for owner in self.owner for e in self.chains[owner])
        self.of_region = self._region_atoms()

    def labels(self) -> dict[int, str]:
        labels: dict[int, str] = {}
        taken: set[int] = set()
        closed: dict[int, bool] = {}
        for node in self.nodes:
            matches = self._matches(node) - taken
            label, used = self._label(node, matches)
            labels[node.id] = label
            taken |= used
            if node.children and LABELS[label].role.value in (
                *FIELDS,
                "link",
                "button",
                "tab",
                "heading",
                "label",
                "code",
            ):
                closed |= {inner.id: True for inner in node.walk() if inner.id != node.id}
        for node in self.nodes:
            if labels[node.id] == "group" and node.id not in closed and self._is_part_of_list(node):
                labels[node.id] = "list"
            if node.is_leaf and node.id not in closed:
                labels[node.id] = self._orphan(node, labels[node.id], taken)
            if labels[node.id] not in options(node):
                labels[node.id] = options(node)[0]
        for inner in closed:
            labels[inner] = _plain(self.nodes[inner], labels[inner])
        return labels

    def _chains(self) -> list[list[int]]:
        chains: list[list[int]] = []
        for i, element in enumerate(self.elements):
            chains.append([i, *(chains[element.parent] if element.parent >= 0 else [])])
        return chains

    def _region_atoms(self) -> dict[int, set[int]]:
        found: dict[int, set[int]] = {}
        for node in reversed(self.nodes):
            own = set(self.of_leaf.get(node.id, ()))
            for child in node.children:
                own |= found[child.id]
            found[node.id] = own
        return found

    def _shared(self, node: Region) -> Counter[int]:
        return Counter(e for atom in self.of_region[node.id] for e in self.chains[self.owner[atom]])

    def _matches(self, node: Region) -> set[int]:
        size = len(self.of_region[node.id])
        if not size:
            return set()
        found = set()
        for element, shared in self._shared(node).items():
            if shared / (size + self.of_element[element] - shared) >= SAME and self.elements[element].tag != "BODY":
                found.add(element)
        return found

    def _label(self, node: Region, matches: set[int]) -> tuple[str, set[int]]:
        ordered = sorted(matches)
        roles = {self.elements[e].role: e for e in reversed(ordered)}
        control = self._drawn_control(node)
        if control is not None and node.id:
            roles[self.elements[control].role] = control
        if node.id == 0:
            roles = {
                role: e for role, e in roles.items() if role in CONTAINER_ORDER[:8] or role in ("navigation", "list")
            }
        if not node.is_leaf:
            return self._container(node, roles)
        for role in FIELDS:
            if role in roles:
                return self._stated(role, roles[role]), {roles[role]}
        if "heading" in roles:
            return self._label_heading(roles), self._ids(roles, "heading", "link")
        if node.surface is not None and node.box.w >= BAND * self.nodes[0].box.w:
            for role in ("contentinfo", "banner"):
                if role in roles:
                    return role, {roles[role]}
        if "img" in roles and "link" in roles:
            return "imglinked", self._ids(roles, "img", "link")
        for role in ("button", "tab", "link", "img", "code", "separator", "label"):
            if role in roles:
                return self._stated(role, roles[role]), {roles[role]}
        return ("text" if node.kind is RegionKind.TEXT else "decoration"), set()

    def _drawn_control(self, node: Region) -> int | None:
        """
        The one field whose box this region fills, though words of others (a floating label) lie in it, or an icon in
        its frame. With words beside or above it, it is a group.
        """
        atoms = self.of_region[node.id]
        if not 1 < len(atoms) <= MAX_FIELD_ATOMS:
            return None
        controls = {self.owner[a] for a in atoms if self.elements[self.owner[a]].role in FIELDS}
        if len(controls) != 1:
            return None
        control = controls.pop()
        box = self.elements[control].box
        middles = [Box(self.where[atom].center_x, self.where[atom].center_y, 0, 0) for atom in atoms]
        is_frame = node.surface is not None or all(box.contains(middle, SLACK_PX) for middle in middles)
        return control if is_frame and box.iou(node.box) >= FILLED else None

    def _container(self, node: Region, roles: dict[str, int]) -> tuple[str, set[int]]:
        if "navigation" in roles:
            return ("menu" if "list" in roles else "navigation"), self._ids(roles, "navigation", "list")
        if "heading" in roles:
            return self._label_heading(roles), self._ids(roles, "heading", "link")
        for role in CONTAINER_ORDER:
            if role in roles:
                if role == "table" and node.kind not in (RegionKind.TABLE, RegionKind.GRID):
                    continue
                linked = "linked" if role == "article" and "link" in roles else ""
                return self._stated(role, roles[role]) + linked, self._ids(roles, role)
        if "link" in roles:
            return self._linked(node, roles["link"]), {roles["link"]}
        return ("list" if "list" in roles else "group"), self._ids(roles, "list")

    def _label_heading(self, roles: dict[str, int]) -> str:
        words = ("one", "two", "three", "four", "five", "six")
        level = self.elements[roles["heading"]].level or 2
        return f"heading{words[level - 1]}{'linked' if 'link' in roles else ''}"

    def _linked(self, node: Region, link: int) -> str:
        inside = {self.elements[e].role for atom in self.of_region[node.id] for e in self.chains[self.owner[atom]]}
        big = "heading" in inside or sum(leaf.kind is RegionKind.TEXT for leaf in node.walk()) > 2
        return "grouplinked" if big else self._stated("link", link)

    def _is_part_of_list(self, node: Region) -> bool:
        """
        Whether every child is one item, each another, of one list that has no region of its own.
        """
        if len(node.children) < MIN_ITEMS or node.id == 0:
            return False
        items: list[int] = []
        for child in node.children:
            own = self.of_region[child.id]
            around = [
                e for e, shared in self._shared(child).items() if shared == len(own) and self.elements[e].tag == "LI"
            ]
            if around:
                items.append(max(around))
            elif own:
                return False
        lists = {self.elements[item].parent for item in items}
        return len(items) >= MIN_ITEMS and len(set(items)) == len(items) and len(lists) == 1

    def _stated(self, role: str, element: int) -> str:
        return f"{role}on" if role in STATES and self.elements[element].checked else role

    def _ids(self, roles: dict[str, int], *names: str) -> set[int]:
        return {roles[name] for name in names if name in roles}

    def _orphan(self, node: Region, label: str, taken: set[int]) -> str:
        """
        A leaf that is only part of an element, or holds more than one, goes by what most of it is.
        """
        if label not in ("text", "decoration"):
            return label
        size = len(self.of_region[node.id])
        shares: Counter[str] = Counter()
        holders: dict[str, int] = {}
        for atom in self.of_region[node.id]:
            roles = {self.elements[e].role: e for e in self.chains[self.owner[atom]] if e not in taken}
            for role, element in roles.items():
                shares[role] += 1
                holders[role] = element
        for role in ACTIVE:
            if size and shares[role] >= PART * size:
                return self._label_heading(holders) if role == "heading" else self._stated(role, holders[role])
        return label


def _is_atom(element: Element) -> bool:
    return element.tag in ATOM_TAGS or element.role in ATOM_ROLES


class _Leaves:
    """
    Which leaf a word or picture of the page lies in.
    """

    def __init__(self, leaves: list[Region]) -> None:
        self.leaves = leaves
        boxes = [leaf.box.inset(-SLACK_PX) for leaf in leaves]
        self.left, self.top, self.right, self.bottom = (
            np.array([(box.x, box.y, box.right, box.bottom) for box in boxes]).reshape(-1, 4).T
        )

    def of(self, element: Element, box: Box) -> Region | None:
        if _is_atom(element) and box is element.box:
            alike = [leaf for leaf in self.leaves if leaf.box.iou(box) >= ALIKE and leaf.kind is not RegionKind.TEXT]
            if alike:
                return max(alike, key=lambda leaf: leaf.box.iou(box))
        x, y = box.center_x, box.center_y
        around = (self.left <= x) & (x <= self.right) & (self.top <= y) & (y <= self.bottom)
        return min((self.leaves[i] for i in np.flatnonzero(around)), key=lambda leaf: leaf.box.area, default=None)


def _plain(node: Region, label: str) -> str:
    if not node.is_leaf:
        return "group"
    if node.kind is RegionKind.TEXT:
        return "text"
    return "img" if label in ("img", "imglinked") else "decoration"
