"""Finds a good arrangement: Graphviz proposes, seeded small changes improve; candidates are counted, never timed."""

import random
from dataclasses import dataclass

from reports.diagrams import engine
from reports.diagrams.aligning import Aligner
from reports.diagrams.arrangement import Arrangement, Flow
from reports.diagrams.moves import changed
from reports.diagrams.packing import Packer, strips
from reports.diagrams.placement import Placement
from reports.diagrams.proposal import propose
from reports.diagrams.score import Judge, Score
from reports.diagrams.topology import Topology

PROPOSALS = 3
"""Suggestions asked of Graphviz: two thirds left to right, one third downwards."""
HEAT = 0.035
"""How much worse than the present one a change may be at first, as a share of the score."""


@dataclass(frozen=True)
class Candidate:
    """An arrangement with its placement and what the placement is worth."""

    arrangement: Arrangement
    placement: Placement
    score: Score


class Search:
    """A seeded search over the arrangements of one topology."""

    def __init__(self, topology: Topology, seed: int):
        self.topology = topology
        self._packer = Packer(topology)
        self._aligner = Aligner(topology)
        self._judge = Judge(topology)
        self._fixed = set(strips(topology))
        self._chance = random.Random(seed)

    def look(self, arrangement: Arrangement) -> Candidate:
        """Packs and scores one arrangement."""
        placement = self._aligner.place(self._packer.pack(arrangement))
        return Candidate(arrangement, placement, self._judge.judge(placement))

    def best(self, candidates: int, engine_name: str = engine.PURE) -> Candidate:
        """The best of so many candidates: half go into improving every proposal, half into the best one."""
        flows: list[Flow] = ["rows" if n % 3 == 2 else "columns" for n in range(PROPOSALS)]
        starts = [
            self.look(propose(self.topology, flow, self._chance if n else None, engine_name))
            for n, flow in enumerate(flows)
        ]
        tried = [self.improve(start, candidates // 2 // PROPOSALS) for start in starts]
        return self.improve(min(tried, key=lambda candidate: candidate.score.total), candidates // 2)

    def improve(self, start: Candidate, steps: int) -> Candidate:
        """Takes so many steps, accepting a little worse at first and only better at the end."""
        best = now = start
        free = self._free(start.arrangement)
        for step in range(steps if free else 0):
            tried = self.look(changed(now.arrangement, free, self._chance))
            allowed = HEAT * start.score.total * (1 - step / steps) * self._chance.random()
            if tried.score.total < now.score.total + allowed:
                now = tried
                best = min(best, now, key=lambda candidate: candidate.score.total)
        return best

    def _free(self, arrangement: Arrangement) -> list[str]:
        """The containers that may change, each as often as it has items; one that only holds a strip apart may not."""
        return [
            name
            for name, shelf in sorted(arrangement.items())
            if name not in self._fixed
            and not any(isinstance(item, str) and item not in self.topology.groups for item in shelf.items)
            for _ in shelf.items
            if len(shelf.items) > 1
        ]
