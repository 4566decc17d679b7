"""Small changes to an arrangement: what the search tries next."""

import random

from reports.diagrams.arrangement import Arrangement, Lines, Shelf, wrapped


def changed(arrangement: Arrangement, free: list[str], chance: random.Random) -> Arrangement:
    """The arrangement with one container of `free` set otherwise."""
    name = chance.choice(free)
    shelf = arrangement[name]
    move = chance.choices(_MOVES, _WEIGHTS)[0]
    lines = [line for line in move([list(line) for line in shelf.lines], chance) if line]
    flow = shelf.flow
    if move is _turned:
        flow = "rows" if flow == "columns" else "columns"
    return {**arrangement, name: Shelf(flow, tuple(tuple(line) for line in lines))}


def _moved(lines: Lines, chance: random.Random) -> Lines:
    """One item elsewhere: on another line, or on a new one."""
    source = chance.choice(lines)
    item = source.pop(chance.randrange(len(source)))
    target = chance.randrange(2 * len(lines) + 1)
    if target % 2:
        line = lines[target // 2]
        line.insert(chance.randint(0, len(line)), item)
    else:
        lines.insert(target // 2, [item])
    return lines


def _swapped(lines: Lines, chance: random.Random) -> Lines:
    """Two items in each other's place."""
    places = [(row, column) for row, line in enumerate(lines) for column in range(len(line))]
    if len(places) > 1:
        (a, b), (c, d) = chance.sample(places, 2)
        lines[a][b], lines[c][d] = lines[c][d], lines[a][b]
    return lines


def _reordered(lines: Lines, chance: random.Random) -> Lines:
    """One line elsewhere among the lines."""
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randint(0, len(lines)), line)
    return lines


def _reversed(lines: Lines, chance: random.Random) -> Lines:
    """One line, or the order of the lines, the other way round."""
    if chance.random() < 0.5:
        return lines[::-1]
    chance.choice(lines).reverse()
    return lines


def _joined(lines: Lines, chance: random.Random) -> Lines:
    """Two neighbouring lines as one."""
    if len(lines) > 1:
        index = chance.randrange(len(lines) - 1)
        lines[index : index + 2] = [lines[index] + lines[index + 1]]
    return lines


def _rewrapped(lines: Lines, chance: random.Random) -> Lines:
    """The same order on another number of lines."""
    items = [item for line in lines for item in line]
    return wrapped(items, chance.randint(1, min(len(items), 5)))


def _turned(lines: Lines, chance: random.Random) -> Lines:
    """Columns for rows: the same lines, read the other way."""
    return lines


_MOVES = (_moved, _swapped, _reordered, _reversed, _joined, _rewrapped, _turned)
_WEIGHTS = (8, 6, 3, 1, 1, 1, 2)
