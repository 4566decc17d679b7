"""Slides cards and groups along the room they have, until as many lines as possible run straight."""

from collections.abc import Mapping

from reports.diagrams.arrangement import Item
from reports.diagrams.cardshape import GRID
from reports.diagrams.geometry import Box
from reports.diagrams.packing import Packed, Rail, Spot, icon_middle
from reports.diagrams.picture import ancestors
from reports.diagrams.placement import Placement
from reports.diagrams.topology import CardKey, Topology

INSET = GRID // 2
"""From the edge of a group's cell to its border, which so lies between grid lines."""
ROUNDS = 2


class Aligner:
    """Aligns packed arrangements of one topology; which cards are joined is worked out once."""

    def __init__(self, topology: Topology):
        self._topology = topology
        self._held = {name: _inside(name, topology) for name in topology.groups}
        self._partners: dict[CardKey, list[CardKey]] = {key: [] for key in topology.cards}
        for line in topology.lines:
            if line.source != line.target:
                self._partners[line.source].append(line.target)
                self._partners[line.target].append(line.source)

    def place(self, packed: Packed) -> Placement:
        """Slides everything along its rails, outermost first, and reads the places off."""
        for _ in range(ROUNDS):
            for rail in packed.rails:
                self._slide(rail, packed.spots)
        icons = {key: icon_middle(packed.spots[key]) for key in self._topology.cards}
        groups = {name: _border(packed.spots[name]) for name in self._topology.groups}
        return Placement({key: (float(x), float(y)) for key, (x, y) in icons.items()}, groups, self._topology.cards)

    def _slide(self, rail: Rail, spots: Mapping[Item, Spot]) -> None:
        """Gives every spot of a rail the place that its partners want, as far as order, gaps and ends allow."""
        axis, line = rail.axis, rail.spots
        first, last = line[0], line[-1]
        low = _start(rail.outer, axis) + rail.low
        free = rail.length - (_end(last, axis) - _start(first, axis))
        if free <= 0:
            return
        starts = [_start(spot, axis) for spot in line]
        offsets = [start - starts[0] for start in starts]
        wishes = [self._wishes(spot, axis, offset, spots) for spot, offset in zip(line, offsets, strict=True)]
        for spot, offset, start, place in zip(line, offsets, starts, monotone(wishes), strict=True):
            by = round((min(max(place, low), low + free) + offset - start) / GRID) * GRID
            if by:
                spot.shift(axis, by)

    def _wishes(self, spot: Spot, axis: int, offset: int, spots: Mapping[Item, Spot]) -> list[int]:
        """Where the first spot would start for each line of this one to run straight; where it is, when it has none."""
        item = spot.item
        start = _start(spot, axis) - offset
        inside = (item,) if isinstance(item, tuple) else self._held.get(item, ())
        wishes = [
            start + icon_middle(spots[partner])[axis] - icon_middle(spots[key])[axis]
            for key in inside
            for partner in self._partners[key]
            if partner not in inside
        ]
        return wishes or [start]


def monotone(wishes: list[list[int]]) -> list[int]:
    """Places in rising order that are near the wishes: each the median of its wishes, out-of-order ones together.

    >>> monotone([[1], [5, 6, 9], [2]])
    [1, 5, 5]
    """
    pools: list[tuple[list[int], int]] = []
    for wish in wishes:
        pools.append((sorted(wish), 1))
        while len(pools) > 1 and _median(pools[-2][0]) > _median(pools[-1][0]):
            upper, count = pools.pop()
            lower, before = pools.pop()
            pools.append((sorted(lower + upper), before + count))
    return [place for values, count in pools for place in [_median(values)] * count]


def _median(values: list[int]) -> int:
    """The lower middle one of sorted values."""
    return values[(len(values) - 1) // 2]


def _inside(group: str, topology: Topology) -> frozenset[CardKey]:
    return frozenset(key for key in topology.cards if group in ancestors(key[1], topology.parents))


def _start(spot: Spot, axis: int) -> int:
    return spot.top if axis else spot.left


def _end(spot: Spot, axis: int) -> int:
    return spot.top + spot.height if axis else spot.left + spot.width


def _border(spot: Spot) -> Box:
    return Box(spot.left + INSET, spot.top + INSET, spot.left + spot.width - INSET, spot.top + spot.height - INSET)
