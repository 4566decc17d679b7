"""Why an option cannot be taken before anything is simulated: sold without a price, too small, too weak, full."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property

from model.component import Component
from model.kinds.aurora import Aurora
from model.kinds.rds import Rds
from model.sizing import SizedGraph
from model.targets import Target
from pricing.price_table import PriceTable
from simulations.verdicts import targets_of
from studies.amounts import percent, plain
from studies.audit.case import StageCase
from studies.audit.limits import AURORA_FAILOVER, RDS_FAILOVER, Recovery
from studies.audit.mechanisms import databases, failover_of
from studies.audit.rules.availability import weakest_chain
from studies.audit.slas import Sla, load_slas, sla_of, spans_zones
from studies.cheapest.bounds import Bound
from studies.cheapest.floors import Floor, memory_gb
from studies.cheapest.options import Option
from studies.reasons import Reason

_EPSILON = 1e-9


class Fitness:
    """The rules for one stage."""

    def __init__(
        self, graph: SizedGraph, prices: PriceTable, floors: Mapping[str, Floor], *, keep_redundancy: bool
    ) -> None:
        self.graph, self.floors, self.keep = graph, floors, keep_redundancy
        self.stage = StageCase(graph, prices, 0, 0)

    @cached_property
    def _chain(self) -> dict[str, Sla]:
        """The promises along the weakest plan of the stage as documented."""
        return dict(weakest_chain(self.stage))

    def problem(self, option: Option, bound: Bound) -> Reason | None:
        """The first reason against an option; None when a simulation must say."""
        component = self.graph.components[option.component]
        if option.removed:
            return None
        new = option.of(component)
        return (
            self._memory(option.component, new)
            or self._redundancy(component, option.of(component, worst=True))
            or self._recovery(option.component, new)
            or self._availability(option.component, option.of(component, worst=True))
            or _saturation(option, bound)
        )

    def _memory(self, name: str, new: Component) -> Reason | None:
        floor, gb = self.floors.get(name), memory_gb(new)
        if floor is None or gb is None or gb >= floor.gb - 1e-9:
            return None
        sentence = f"{plain(gb)} GB of memory, {plain(floor.gb)} GB needed: {floor.why}"
        return Reason("memory", f"{name} memory", sentence, 1 - gb / floor.gb)

    def _redundancy(self, old: Component, lasting: Component) -> Reason | None:
        """Spread over zones as the document has it, with its Spot tasks gone too."""
        if not self.keep or not spans_zones(old, self.stage) or spans_zones(lasting, self.stage):
            return None
        return Reason("redundancy", "zones", "one zone may take it away, and the document has a spare in another")

    def _recovery(self, name: str, new: Component) -> Reason | None:
        """A way to recover that takes longer than a target allows, where a quicker one is sold."""
        if name not in databases(self.stage):
            return None
        mechanism = failover_of(new, self.stage)
        for key, target in recovery_targets(self.graph).items():
            allowed = max(target.threshold, _quickest(new).high_s)
            if target.component in (None, name) and mechanism.high_s > allowed:
                return Reason(
                    "recovery",
                    key,
                    f"{mechanism.what} takes {plain(mechanism.low_s)} to {plain(mechanism.high_s)} s, "
                    f"{plain(target.threshold)} s are allowed ({key})",
                    mechanism.high_s / target.threshold - 1 if target.threshold else None,
                )
        return None

    def _availability(self, name: str, lasting: Component) -> Reason | None:
        """A promise too weak for the target although stronger ones along the plan would reach it."""
        chain = self._chain
        own = sla_of(lasting, self.stage)
        if name not in chain or own is None:
            return None
        others = math.prod(_strongest(sla) for link, sla in chain.items() if link != name)
        for key, target in targets_of(self.graph).items():
            if target.metric != "availability" or target.component not in (None, name):
                continue
            reach = 1.0 if target.component == name else others
            if reach * own.share < target.threshold - _EPSILON <= reach * _strongest(own) - _EPSILON:
                sentence = (
                    f"{percent(own.share)} is promised for it, too little for {percent(target.threshold)} ({key})"
                )
                return Reason("availability", key, sentence, target.threshold - reach * own.share)
        return None


def _strongest(sla: Sla) -> float:
    """The best promise for a component of that kind."""
    return max(item.share for item in load_slas() if item.kind == sla.kind)


def _saturation(option: Option, bound: Bound) -> Reason | None:
    if not bound.full:
        return None
    where = f"{option.component} {bound.fullest}"
    gone = " with its Spot tasks gone" if option.lost_patch else ""
    sentence = f"{where} would be {bound.load:.0%} busy in the busiest hour{gone}"
    return Reason("saturation", where, sentence, bound.load - 1)


def recovery_targets(graph: SizedGraph) -> dict[str, Target]:
    """Those that a failover can meet, by name: not those that speak of a restore."""
    return {
        name: target
        for name, target in targets_of(graph).items()
        if target.metric == "recovery_time_s" and "restore" not in name and "backup" not in name
    }


def best_recovery(graph: SizedGraph) -> Iterator[tuple[str, str, Recovery]]:
    """(target, database, mechanism) where even the quickest mechanism is slower than the target."""
    for key, target in recovery_targets(graph).items():
        for name, component in graph.components.items():
            covered = isinstance(component, Rds | Aurora) and target.component in (None, name)
            if covered and _quickest(component).high_s > target.threshold:
                yield key, name, _quickest(component)


def _quickest(database: Component) -> Recovery:
    return AURORA_FAILOVER if isinstance(database, Aurora) else RDS_FAILOVER
