"""From an arrangement to places: sizes are summed from the inside out, then places are given from the outside in."""

from dataclasses import dataclass, field

from reports.diagrams.arrangement import TOP, Arrangement, Item, Shelf, wrapped
from reports.diagrams.cardshape import GRID, MIDDLE
from reports.diagrams.metrics import Font, clean, text_width
from reports.diagrams.topology import Topology

GROUP_LABEL = Font(11)
SIDE, HEAD, FOOT = 20, 30, 10
"""From the edge of a group's cell to what it holds: at its sides, on top with the label, below."""
GAPS, TOP_GAPS = (40, 20), (60, 30)
"""Between neighbours, across and down: inside groups, and outside of all."""
STRIP_LEAST = 520
"""How wide a strip may be beside narrower neighbours, in points."""
Size = tuple[int, int]


@dataclass
class Spot:
    """Where an item stands, on the grid; a card's cell holds the card, a group's cell holds its border."""

    left: int
    top: int
    width: int
    height: int
    inner: list["Spot"] = field(default_factory=list)
    item: Item = TOP

    def shift(self, axis: int, by: int) -> None:
        """Moves the spot with all that it holds."""
        if axis == 0:
            self.left += by
        else:
            self.top += by
        for spot in self.inner:
            spot.shift(axis, by)


@dataclass(frozen=True)
class Rail:
    """A line of spots that may slide along an axis inside their container, keeping their order and their gaps.

    It begins `low` behind the container's own edge and is `length` long.
    """

    axis: int
    spots: list[Spot]
    outer: Spot
    low: int
    length: int


@dataclass(frozen=True)
class Packed:
    """All spots by item, and the rails on which some may still slide, outermost first."""

    spots: dict[Item, Spot]
    rails: list[Rail]


class Packer:
    """Packs arrangements of one topology; sizes of cards and group labels are measured once."""

    def __init__(self, topology: Topology):
        self._strips = set(strips(topology))
        row = max((shape.height for shape in topology.cards.values()), default=0)
        self._cards: dict[Item, Size] = {key: (shape.width, row) for key, shape in topology.cards.items()}
        self._labels = {name: _label_room(group.label) for name, group in topology.groups.items()}

    def pack(self, arrangement: Arrangement) -> Packed:
        """Places for everything, each line centred in its container."""
        sizes: dict[Item, Size] = dict(self._cards)
        arrangement = dict(arrangement)
        width, height = self._measure(TOP, arrangement, sizes)
        packed = Packed({}, [])
        self._put(Spot(0, 0, width, height), arrangement, sizes, packed)
        return packed

    def _measure(self, name: str, arrangement: Arrangement, sizes: dict[Item, Size]) -> Size:
        """The size of a container's inside; fills in the size of each group within."""
        shelf = arrangement[name]
        broadest = 0
        for item in shelf.items:
            if isinstance(item, str):
                if item in self._strips:
                    arrangement[item] = self._strip(arrangement[item].items, broadest)
                width, height = self._measure(item, arrangement, sizes)
                broadest = max(broadest, width)
                if item in self._labels:
                    width, height = max(width + 2 * SIDE, self._labels[item]), height + HEAD + FOOT
                sizes[item] = width, height
        along, across = _axes(shelf)
        gaps = _gaps(name)
        length = max((_length(line, sizes, along, gaps) for line in shelf.lines), default=0)
        depths = [max(sizes[item][across] for item in line) for line in shelf.lines]
        depth = sum(depths) + gaps[across] * max(len(depths) - 1, 0)
        return (depth, length) if along else (length, depth)

    def _strip(self, cards: list[Item], width: int) -> Shelf:
        """The cards in as few rows as fit into the width beside them, evenly filled."""
        room = max(width - 2 * SIDE, STRIP_LEAST)
        for rows in range(1, len(cards) + 1):
            lines = tuple(tuple(line) for line in wrapped(cards, rows))
            if all(_length(line, self._cards, 0, GAPS) <= room for line in lines):
                break
        return Shelf("rows", lines)

    def _put(self, outer: Spot, arrangement: Arrangement, sizes: dict[Item, Size], packed: Packed) -> None:
        """Places the items of one container, then what they hold."""
        name = outer.item
        assert isinstance(name, str)  # noqa: S101 - cards hold nothing, so only groups come here
        shelf = arrangement[name]
        left, top, width, height = outer.left, outer.top, outer.width, outer.height
        if name in self._labels:
            left, top, width, height = left + SIDE, top + HEAD, width - 2 * SIDE, height - HEAD - FOOT
        along, across = _axes(shelf)
        gaps = _gaps(name)
        room, start, edge = (width, height), (left, top), (outer.left, outer.top)
        depths = [max(sizes[item][across] for item in line) for line in shelf.lines]
        cursor = start[across] + _half(room[across] - sum(depths) - gaps[across] * max(len(depths) - 1, 0))
        for line, depth in zip(shelf.lines, depths, strict=True):
            length = _length(line, sizes, along, gaps)
            step = start[along] + _half(room[along] - length)
            spots = []
            for item in line:
                size = sizes[item][along]
                if len(line) == 1 and isinstance(item, str) and name != TOP:
                    step, size = start[along], room[along]
                stretched = depth if isinstance(item, str) and name != TOP else sizes[item][across]
                aside = cursor + _half(depth - stretched)
                spot = Spot(aside, step, stretched, size) if along else Spot(step, aside, size, stretched)
                spot.item = item
                spots.append(spot)
                step += size + gaps[along]
            packed.rails.append(Rail(along, spots, outer, start[along] - edge[along], room[along]))
            packed.rails.extend(
                Rail(across, [spot], outer, cursor - edge[across], depth)
                for spot in spots
                if not along and _size(spot, across) < depth
            )
            outer.inner += spots
            cursor += depth + gaps[across]
        for spot in outer.inner:
            packed.spots[spot.item] = spot
            if isinstance(spot.item, str):
                self._put(spot, arrangement, sizes, packed)


def _axes(shelf: Shelf) -> tuple[int, int]:
    """The axis along a line and the axis across lines: 0 is x, 1 is y."""
    return (1, 0) if shelf.flow == "columns" else (0, 1)


def _size(spot: Spot, axis: int) -> int:
    return spot.height if axis else spot.width


def _gaps(container: str) -> Size:
    return GAPS if container else TOP_GAPS


def _length(line: tuple[Item, ...], sizes: dict[Item, Size], along: int, gaps: Size) -> int:
    return sum(sizes[item][along] for item in line) + gaps[along] * (len(line) - 1)


def _half(room: float) -> int:
    """Half of the room to spare, on the grid."""
    return int(room // (2 * GRID)) * GRID


def _label_room(label: str) -> int:
    return int((text_width(clean(label), GROUP_LABEL) + 20) // GRID + 1) * GRID


def icon_middle(spot: Spot) -> tuple[int, int]:
    """The middle of the icon of a card's spot."""
    return spot.left + spot.width // 2, spot.top + MIDDLE


def strips(topology: Topology) -> list[str]:
    """The groups whose cards stand in a strip at the foot of their parent."""
    return [name for name, group in topology.groups.items() if group.style == "operations"]
