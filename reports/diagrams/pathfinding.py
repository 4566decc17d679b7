"""The cheapest way on the grid from one card to another, among the lines that are there already."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from reports.diagrams.routegrid import EAST, NORTH, SOUTH, WEST, Port, RouteGrid

BEND, CROSSING, TOUCHING, SHARED = 5.0, 9.0, 30.0, 0.6
"""What a corner costs, a straight crossing, a corner on another line; and a step on a trunk shared with a friend."""
IN_FOREIGN_GROUP = 0.5
LEAVE = {EAST: 0.0, SOUTH: 1.5, NORTH: 2.0, WEST: 4.0}
"""Extra cost of leaving a card on a side; pictures read from left to right."""
ENTER = {WEST: 0.0, NORTH: 1.0, SOUTH: 4.0, EAST: 4.0}
State = tuple[int, int]
"""A cell and the direction in which it was entered."""
_FAR = 1e9


@dataclass(frozen=True)
class Traffic:
    """What other lines occupy: runs that are taken, runs that may be shared, and which way lines pass a cell.

    A run is a step between two cells, by its lower cell and its axis; in `mask` bit 1 is across and bit 2 is down.
    """

    mask: dict[int, int]
    taken: set[tuple[int, int]]
    own: set[tuple[int, int]]

    def crossed(self, cells: Iterable[int]) -> int:
        """How many cells of a path lie on another line."""
        return sum(cell in self.mask for cell in cells)


def traffic_of(friends: Iterable[tuple[int, ...]], others: Iterable[tuple[int, ...]]) -> Traffic:
    """The traffic that paths make: those of friends may be shared, those of others are in the way."""
    own = {run for cells in friends for run in _runs(cells)}
    taken = {run for cells in others for run in _runs(cells)}
    mask: dict[int, int] = {}
    for cells in others:
        for first, second in pairwise(cells):
            bit = 1 if abs(first - second) == 1 else 2
            mask[first] = mask.get(first, 0) | bit
            mask[second] = mask.get(second, 0) | bit
    return Traffic(mask, taken - own, own)


def cheapest_path(  # noqa: C901 - the innermost loop of all drawing, in one piece for speed
    grid: RouteGrid, sources: Iterable[Port], targets: Iterable[Port], traffic: Traffic, foreign: set[int]
) -> tuple[Port, list[int], Port] | None:
    """The ports and the cells between them, by A*; None when there is no way."""
    width, blocked, cost = grid.width, grid.blocked, grid.cost
    steps = (1, width, -1, -width)
    goals: dict[State, Port] = {}
    for port in targets:
        goals.setdefault((port.cell, (port.side + 2) % 4), port)
    ends = {state: port.cost + ENTER[port.side] for state, port in goals.items()}
    columns, rows = [cell % width for cell, _ in goals], [cell // width for cell, _ in goals]
    low_x, high_x, low_y, high_y = min(columns), max(columns), min(rows), max(rows)
    starts: dict[State, Port] = {}
    best: dict[State, float] = {}
    came: dict[State, State] = {}
    heap: list[tuple[float, float, int, int]] = []
    for port in sources:
        state = (port.cell, port.side)
        price = port.cost + LEAVE[port.side]
        if not blocked[port.cell] and price < best.get(state, _FAR):
            best[state], starts[state] = price, port
            heappush(heap, (price, price, *state))
    mask, taken, own = traffic.mask, traffic.taken, traffic.own
    done: State | None = None
    finish = _FAR
    while heap:
        guess, price, cell, way = heappop(heap)
        if guess >= finish:
            break
        state = (cell, way)
        if price > best[state]:
            continue
        if state in ends and state not in starts and price + ends[state] < finish:
            finish, done = price + ends[state], state
        corner = BEND + (TOUCHING if cell in mask else 0.0)
        for turn in (0, 1, 3):
            if turn and state in starts:
                continue
            heading = (way + turn) % 4
            following = cell + steps[heading]
            if blocked[following]:
                continue
            run = (cell if heading < 2 else following, heading & 1)
            if run in taken:
                continue
            reached_for = price + (SHARED if run in own else cost[following]) + (corner if turn else 0.0)
            if following in foreign:
                reached_for += IN_FOREIGN_GROUP
            if following in mask:
                reached_for += CROSSING if mask[following] == (1 if heading & 1 else 2) else TOUCHING
            reached = (following, heading)
            if reached_for < best.get(reached, _FAR):
                best[reached] = reached_for
                came[reached] = state
                x, y = following % width, following // width
                wide, tall = max(low_x - x, 0, x - high_x), max(low_y - y, 0, y - high_y)
                ahead = wide + tall + (BEND if (wide if heading & 1 else tall) else 0.0)
                heappush(heap, (reached_for + ahead, reached_for, following, heading))
    if done is None:
        return None
    cells = _walked_back(done, came)
    return starts[cells[0]], [cell for cell, _ in cells], goals[done]


def _walked_back(state: State, came: Mapping[State, State]) -> list[State]:
    states = [state]
    while state in came:
        state = came[state]
        states.append(state)
    return states[::-1]


def _runs(cells: tuple[int, ...]) -> Iterable[tuple[int, int]]:
    return ((min(first, second), 0 if abs(first - second) == 1 else 1) for first, second in pairwise(cells))
