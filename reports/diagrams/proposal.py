"""A first arrangement from Graphviz: `diagrams` objects become DOT, `dot` orders it, its columns become shelves."""

import random
from collections.abc import Mapping, Sequence
from statistics import fmean

import diagrams

from reports.diagrams import engine
from reports.diagrams.arrangement import TOP, Arrangement, Flow, Item, Shelf
from reports.diagrams.dotonly import DotCluster, DotDiagram, DotEdge
from reports.diagrams.geometry import Point
from reports.diagrams.topology import CardKey, Topology

_STEP = 60
"""Middles farther apart than this, in points, lie on different lines."""


def propose(
    topology: Topology, flow: Flow, chance: random.Random | None, engine_name: str = engine.PURE
) -> Arrangement:
    """The arrangement that `dot` suggests: columns when drawn left to right, rows when drawn downwards.

    With `chance`, everything is declared in a shuffled order, which gives another suggestion.
    """
    keys, source = layout_dot(topology, flow, chance)
    centres = engine.place(source, engine_name).centres
    places: dict[Item, Point] = {key: centres[name] for name, key in keys.items()}
    containers = [TOP, *topology.groups]
    return {name: shelf for outer in containers for name, shelf in _shelves(outer, topology, flow, places)}


def layout_dot(topology: Topology, flow: Flow, chance: random.Random | None) -> tuple[dict[str, CardKey], str]:
    """The DOT source, and which card each of its nodes is; cards of a strip are left out."""
    keys = {f"n{index}": key for index, key in enumerate(topology.cards)}
    graph = {"splines": "false", "ranksep": "0.7", "nodesep": "0.3"}
    lines = [line for line in topology.lines if line.source != line.target]
    if chance:
        chance.shuffle(lines)
    with DotDiagram("LR" if flow == "columns" else "TB", graph, {"shape": "box", "fixedsize": "true"}, {}) as diagram:
        nodes: dict[CardKey, diagrams.Node] = {}
        _declare(TOP, topology, {key: name for name, key in keys.items()}, nodes, chance)
        for line in lines:
            if line.source in nodes and line.target in nodes:
                nodes[line.source].connect(nodes[line.target], DotEdge())
    return {name: key for name, key in keys.items() if key in nodes}, str(diagram.dot.source)


def _declare(
    parent: str,
    topology: Topology,
    names: Mapping[CardKey, str],
    nodes: dict[CardKey, diagrams.Node],
    chance: random.Random | None,
) -> None:
    items: list[Item] = [*topology.members(parent), *topology.children(parent)]
    if chance:
        chance.shuffle(items)
    for item in items:
        if isinstance(item, tuple):
            shape = topology.cards[item]
            size = {"width": f"{shape.width / 72:.3f}", "height": f"{shape.height / 72:.3f}"}
            nodes[item] = diagrams.Node(nodeid=names[item], **size)
        elif topology.groups[item].style != "operations":
            with DotCluster(str(list(topology.groups).index(item)), {"margin": "12"}):
                _declare(item, topology, names, nodes, chance)


def _shelves(container: str, topology: Topology, flow: Flow, places: dict[Item, Point]) -> list[tuple[str, Shelf]]:
    """The container's shelf; one that holds a strip gets two: its other items as one, above the strip."""
    strips: list[Item] = [name for name in topology.children(container) if topology.groups[name].style == "operations"]
    items: list[Item] = [*topology.children(container), *topology.members(container)]
    if container and topology.groups[container].style == "operations":
        return [(container, Shelf("rows", (tuple(items),)))]
    others = [item for item in items if item not in strips]
    inner = _lined_up(others, flow, {item: _middle(item, topology, places) for item in others})
    if not strips or not others:
        return [(container, Shelf("rows", tuple((strip,) for strip in strips)) if strips else inner)]
    main = unused(f"{container}*", topology)
    return [(container, Shelf("rows", ((main,), *((strip,) for strip in strips)))), (main, inner)]


def unused(name: str, topology: Topology) -> str:
    """A name that no group has."""
    while name in topology.groups:
        name += "*"
    return name


def _lined_up(items: Sequence[Item], flow: Flow, middles: Mapping[Item, Point]) -> Shelf:
    """Items with nearly the same x in one column (or y in one row), ordered along it."""
    across, along = (0, 1) if flow == "columns" else (1, 0)
    lines: list[list[Item]] = []
    last = 0.0
    for item in sorted(items, key=lambda item: (middles[item][across], middles[item][along])):
        if not lines or middles[item][across] - last > _STEP:
            lines.append([])
        lines[-1].append(item)
        last = middles[item][across]
    for line in lines:
        line.sort(key=lambda item: middles[item][along])
    return Shelf(flow, _tuples(lines))


def _middle(item: Item, topology: Topology, places: Mapping[Item, Point]) -> Point:
    """A card's own place; a group's is the mean of what it holds, the origin when that is a strip."""
    if item in places:
        return places[item]
    if isinstance(item, tuple):
        return 0.0, 0.0
    held: list[Item] = [*topology.children(item), *topology.members(item)]
    inner = [_middle(child, topology, places) for child in held]
    return (fmean(x for x, _ in inner), fmean(y for _, y in inner)) if inner else (0.0, 0.0)


def _tuples(lines: list[list[Item]]) -> tuple[tuple[Item, ...], ...]:
    return tuple(tuple(line) for line in lines)
