"""
How far the accessibility trees of two pages agree: F1 of roles, matched by place and name, and by mere count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from vision_code.compare.assignment import cheapest_pairs
from vision_code.compare.words import normalised
from vision_code.render.facts import RoleNode

#: Centres closer than this share of the page's width (both axes) are the same thing moved; further away only an equal
#: name keeps two nodes together.
_NEAR = 0.05
#: Boxes with this IoU are the same thing: a list drawn tightly around its entries against one with its padding.
_OVERLAP = 0.3
#: Cost of a pair that may not be matched, far above any allowed one (≤ 2).
_FORBIDDEN = 1e3


def matched_f1(reference: Sequence[RoleNode], candidate: Sequence[RoleNode], width_px: float) -> float:
    """
    2 · matched / (nodes of the reference + nodes of the candidate); 1 when neither has any.

    Nodes match one to one when they have the same role and, besides, their boxes overlap (IoU ≥ 0.3), or their centres
    are near (5 % of the page's width), or both have the same name (compared as words are) which is not empty.
    """
    total = len(reference) + len(candidate)
    if not total:
        return 1.0
    return 2 * len(matches(reference, candidate, width_px)) / total


def counted_f1(reference: Sequence[RoleNode], candidate: Sequence[RoleNode]) -> float:
    """
    F1 of the two multisets of roles: how often each role occurs, wherever it stands. Flatters; 1 when neither has any.
    """
    ours, theirs = Counter(node.role for node in reference), Counter(node.role for node in candidate)
    total = len(reference) + len(candidate)
    return 2 * (ours & theirs).total() / total if total else 1.0


def by_role(
    reference: Sequence[RoleNode], candidate: Sequence[RoleNode], width_px: float
) -> dict[str, tuple[int, int, int]]:
    """
    For each role that occurs: nodes of the reference, of the candidate, and pairs of both that match.
    """
    ours, theirs = Counter(node.role for node in reference), Counter(node.role for node in candidate)
    both = Counter(reference[ref].role for ref, _ in matches(reference, candidate, width_px))
    return {role: (ours[role], theirs[role], both[role]) for role in sorted(ours | theirs)}


def named_share(reference: Sequence[RoleNode], candidate: Sequence[RoleNode], width_px: float) -> float:
    """
    Share of the reference's nodes with a name that are matched by a node of the same name; 1 when none has a name.
    """
    named = sum(bool(node.name) for node in reference)
    pairs = [(reference[ref].name, candidate[cand].name) for ref, cand in matches(reference, candidate, width_px)]
    return sum(bool(one) and normalised(one) == normalised(other) for one, other in pairs) / named if named else 1.0


def matches(reference: Sequence[RoleNode], candidate: Sequence[RoleNode], width_px: float) -> list[tuple[int, int]]:
    """
    Pairs of indices that match (see ``matched_f1``), with the least total distance.
    """
    left: dict[str, list[int]] = defaultdict(list)
    right: dict[str, list[int]] = defaultdict(list)
    for index, node in enumerate(reference):
        left[node.role].append(index)
    for index, node in enumerate(candidate):
        right[node.role].append(index)
    pairs = []
    for role in left.keys() & right.keys():
        refs, cands = left[role], right[role]
        cost = _costs([reference[i] for i in refs], [candidate[i] for i in cands], width_px)
        pairs += [(refs[r], cands[c]) for r, c in cheapest_pairs(cost) if cost[r, c] < _FORBIDDEN]
    return pairs


def _costs(reference: Sequence[RoleNode], candidate: Sequence[RoleNode], width_px: float) -> np.ndarray:
    """
    [R, C] distance of each pair, 0…2, ``_FORBIDDEN`` where they do not match.
    """
    boxes_r = np.array([(n.box.x, n.box.y, n.box.right, n.box.bottom) for n in reference])
    boxes_c = np.array([(n.box.x, n.box.y, n.box.right, n.box.bottom) for n in candidate])
    low = np.maximum(boxes_r[:, None, :2], boxes_c[None, :, :2])
    high = np.minimum(boxes_r[:, None, 2:], boxes_c[None, :, 2:])
    shared = np.prod(np.maximum(0, high - low), axis=2)
    area_r = np.prod(boxes_r[:, 2:] - boxes_r[:, :2], axis=1)
    area_c = np.prod(boxes_c[:, 2:] - boxes_c[:, :2], axis=1)
    iou = shared / np.maximum(area_r[:, None] + area_c[None] - shared, 1e-9)
    centers_r = (boxes_r[:, :2] + boxes_r[:, 2:]) / 2
    centers_c = (boxes_c[:, :2] + boxes_c[:, 2:]) / 2
    apart = np.abs(centers_r[:, None] - centers_c[None]).max(axis=2) / max(width_px, 1)
    names_r = np.array([normalised(node.name) for node in reference], dtype=object)
    names_c = np.array([normalised(node.name) for node in candidate], dtype=object)
    same_name = (names_r[:, None] == names_c[None]) & (names_r[:, None] != "")
    allowed = (iou >= _OVERLAP) | (apart <= _NEAR) | same_name
    cost = np.minimum(apart, 1.0) + np.where(same_name, 0.0, 0.5)
    return np.asarray(np.where(allowed, cost, _FORBIDDEN))
