"""Where a group's name stands: inside its box, at the top left."""

from reports.diagrams.geometry import Box
from reports.diagrams.metrics import clean, text_width
from reports.diagrams.packing import GROUP_LABEL
from reports.diagrams.placement import Placement
from reports.diagrams.topology import Topology

INDENT, BASELINE = 10, 16


def name_boxes(topology: Topology, placement: Placement) -> dict[str, Box]:
    """The room that each group's name takes."""
    return {
        name: Box(box.left + INDENT, box.top + 5, box.left + INDENT + _width(topology, name), box.top + 20)
        for name, box in placement.groups.items()
    }


def _width(topology: Topology, name: str) -> float:
    return text_width(clean(topology.groups[name].label), GROUP_LABEL)
