"""Searches long for the arrangement of each bundled architecture and keeps it: `python -m reports.diagrams.relock`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from reports.diagrams import engine
from reports.diagrams.layout import Layout, routed
from reports.diagrams.locks import FOLDER, lock_text
from reports.diagrams.picture import Picture
from reports.diagrams.search import Search
from reports.diagrams.topology import unite

CANDIDATES = 16_000
SEEDS = (1, 2, 3)


def best_layout(pictures: Sequence[Picture], candidates: int = CANDIDATES, seeds: Sequence[int] = SEEDS) -> Layout:
    """The best of one search per seed, judged after the lines are routed."""
    topology = unite(pictures)
    found = [Search(topology, seed).best(candidates) for seed in seeds]
    layouts = [routed(topology, candidate.arrangement) for candidate in found]
    costs = [candidate.score.total + drawn_cost(layout) for candidate, layout in zip(found, layouts, strict=True)]
    return layouts[costs.index(min(costs))]


def drawn_cost(layout: Layout) -> float:
    """What the drawn lines are worth: crossings, corners, and lines without a way of their own. Low is good."""
    routes = layout.routes.values()
    corners = sum(len(route.points) - 2 for route in routes)
    return 5 * sum(route.crossings for route in routes) + corners + 100 * sum(not route.cells for route in routes)


def write_lock(name: str, layout: Layout, folder: Path = FOLDER) -> None:
    """Keeps the layout's arrangement under the name of the architecture."""
    folder.mkdir(exist_ok=True)
    text = lock_text(layout.topology, layout.arrangement, engine.engine_version())
    (folder / f"{name}.json").write_text(text, encoding="utf-8")


def main(names: Sequence[str]) -> None:
    """Writes the locks of the named architectures, or of all bundled ones."""
    from model.loading import bundled_names, load
    from pricing.price import price
    from reports.diagrams.from_architecture import pictures

    for name in names or bundled_names():
        architecture = load(name)
        bills = {stage: price(architecture.at(stage), draws=0) for stage in architecture.stage_names}
        write_lock(name, best_layout(pictures(architecture, bills)))
        sys.stderr.write(f"{name}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
