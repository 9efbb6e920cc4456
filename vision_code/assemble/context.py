"""
What every part of assemble needs to know: the observation, the draft, the measures and the crops made so far.
"""

from __future__ import annotations

from dataclasses import dataclass

from vision_code.assemble.assets import Assets
from vision_code.assemble.links import LinkLook
from vision_code.assemble.metrics import Metrics
from vision_code.assemble.notes import Notes
from vision_code.geometry import Box
from vision_code.observation import Observation
from vision_code.region import Annotation, Draft, Region, RegionKind, Role

_NOTHING = Annotation(role=Role.GROUP)
_TEXT = Annotation(role=Role.TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """
    The unchanging surroundings of one assembly.

    Attributes:
        labels: Element id of the field that a LABEL region is for, by region id; and of the field itself.
        notes: Element ids of what stands below fields.
        links: What a link in running text looks like.
        entries: Ids of the TEXT regions that are entries with boxes of one kind, of which one at least shows.
    """

    observation: Observation
    draft: Draft
    metrics: Metrics
    assets: Assets
    labels: dict[int, str]
    notes: Notes
    links: LinkLook
    entries: frozenset[int] = frozenset()

    def annotation(self, region: Region) -> Annotation:
        """
        What the draft says of a region; plain text or group where it says nothing.
        """
        found = self.draft.get(region.id)
        if found is not None:
            return found
        return _TEXT if region.kind is RegionKind.TEXT else _NOTHING

    def role(self, region: Region) -> Role:
        """
        Role of a region.
        """
        return self.annotation(region).role

    def box(self, region: Region) -> Box:
        """
        CSS border box of a region.
        """
        return self.metrics.boxes[region.id]
