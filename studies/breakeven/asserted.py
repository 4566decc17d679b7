"""A number of tasks that somebody asserts for a unit of work: whether it can hold, what can, and what each costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from model.sizing import SizedGraph
from model.units import SECONDS_PER_MONTH
from pricing.price import price
from studies.amounts import dollars, plain
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.costs import DOORS
from studies.breakeven.fleets import services_of, with_fleet
from studies.breakeven.pair import Basis
from studies.breakeven.trials import Bench, Trial
from studies.breakeven.variants import with_cpu
from studies.breakeven.work import Work

_STEPS = 7


@dataclass(frozen=True)
class Asserted:
    """The asserted tasks beside those that hold the target, both running all month."""

    work: Work
    tasks: int
    trial: Trial
    """Of the asserted tasks in the busiest hour."""
    needed: int
    """The fewest tasks that hold the target then."""
    usd: float
    """Compute and the balancer with the asserted tasks, all month."""
    needed_usd: float
    """With the needed ones, all month."""
    followed_usd: float
    """With tasks that follow the day."""
    functions_usd: float
    """The same work as functions, with the door to them."""
    cpu_ms: float
    """The most CPU time per request with which the asserted tasks hold the target; 0 when none was found."""

    @property
    def vcpu(self) -> float:
        """That the asserted tasks have together."""
        return self.tasks * self.work.vcpu

    @property
    def holds(self) -> bool:
        return self.trial.holds

    def sentences(self) -> list[str]:
        """Why it holds or not, and what does."""
        peak = self.work.requests / SECONDS_PER_MONTH * self.work.peak.likely
        cpu, needs = self.work.cpu_ms.likely, self.work.vcpu_at_peak
        told = [
            f"{plain(peak)} requests a second of {plain(cpu)} ms CPU each are {plain(needs)} vCPU-seconds of work in "
            f"every second; {self.tasks} tasks of {plain(self.work.vcpu)} vCPU do {plain(self.vcpu)}"
        ]
        if self.holds:
            return [*told, f"{self.tasks} tasks hold the target: {dollars(self.usd)} a month"]
        told.append(f"{self.tasks} tasks ({dollars(self.usd)} a month) do not hold: {', '.join(self.trial.why)}")
        told.append(
            f"{self.needed} tasks hold it in the busiest hour: {dollars(self.needed_usd)} a month all day, "
            f"{dollars(self.followed_usd)} where they follow the day; as functions {dollars(self.functions_usd)}"
        )
        told.append(
            f"{self.tasks} tasks would do for up to {plain(self.cpu_ms)} ms of CPU per request, the rest being waiting"
        )
        return told

    def as_json(self) -> dict[str, Any]:
        return {
            "tasks": self.tasks,
            "holds": self.holds,
            "vcpu_needed": round(self.work.vcpu_at_peak, 3),
            "vcpu_asserted": self.vcpu,
            "tasks_needed": self.needed,
            "usd_per_month": round(self.usd, 2),
            "needed_usd_per_month": round(self.needed_usd, 2),
            "followed_usd_per_month": round(self.followed_usd, 2),
            "functions_usd_per_month": round(self.functions_usd, 2),
            "cpu_ms_that_holds": round(self.cpu_ms, 3),
            "sentences": self.sentences(),
        }


def check_asserted(found: BreakEven, work: Work, tasks: int) -> Asserted:
    """Check a number of tasks against the break-even of the same work."""
    functions, service = found.sides
    graph, basis, load = service.graph, found.scene.basis, found.base_requests
    bench = Bench(graph, found.targets.targets, basis.seed, basis.engine, basis.effort)
    needed = max(service.sizing.tasks_at_peak(load).values())
    confirmed = service.sizing.trial_at(load)
    if confirmed is not None and confirmed.holds:
        needed = max(confirmed.tasks.values())
    point = int(abs(found.loads.requests - load).argmin())
    return Asserted(
        work,
        tasks,
        bench.trial(load, dict.fromkeys(services_of(graph), tasks), {}),
        needed,
        _compute_usd(graph, tasks, basis),
        _compute_usd(graph, needed, basis),
        float(service.costs.compute[point, 0]),
        float(functions.costs.compute[point, 0]),
        _most_cpu_ms(bench, work, load, tasks),
    )


def _compute_usd(graph: SizedGraph, tasks: int, basis: Basis) -> float:
    sized = with_fleet(graph, dict.fromkeys(services_of(graph), tasks), {})
    bill = price(sized, basis.prices, free_tier=basis.free_tier, draws=0, explain=False)
    counted = [name for name, item in graph.components.items() if item.category == "compute" or item.kind in DOORS]
    return sum(bill.components[name].likely for name in counted)


def _most_cpu_ms(bench: Bench, work: Work, load: float, tasks: int) -> float:
    """By simulation, from what would fill the tasks downwards."""
    full_ms = tasks * work.vcpu / (work.requests / SECONDS_PER_MONTH * work.peak.likely) * 1000
    low, high = 0.0, min(full_ms, work.cpu_ms.likely)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        lighter = replace(bench, graph=with_cpu(bench.graph, middle / work.cpu_ms.likely), seen={})
        holds = lighter.trial(load, dict.fromkeys(services_of(bench.graph), tasks), {}).holds
        low, high = (middle, high) if holds else (low, middle)
    return low


PUBLISHED = "https://devtocash.com/blog/2026-04-07-aws-lambda-vs-containers-cost-comparison"
"""Prices 500 requests a second for four hours a day (5 in the others) at 200 ms and 256 MB on two tasks of one vCPU."""
PUBLISHED_TASKS = 2
BUSY_HOURS = range(17, 21)
"""Which four hours of the day is not said there; it does not matter to the price."""


def published_shape() -> tuple[float, ...]:
    """The course of its day."""
    return tuple(500.0 if hour in BUSY_HOURS else 5.0 for hour in range(24))


def published_peak() -> float:
    """Its busiest hour over its mean."""
    shape: Sequence[float] = published_shape()
    return max(shape) / (sum(shape) / len(shape))
