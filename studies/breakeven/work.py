"""A unit of work, wherever it runs: one request's CPU and waiting, as a function and as a service of tasks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, get_args, get_type_hints

from model.graph import Architecture
from model.kinds.fargate import MEMORY_GB
from model.loading import read
from model.problems import BadInput, UnknownName
from model.workload import SHAPES
from studies.breakeven.variants import DOORS, vcpu_share

TIMES_THE_MEAN = 4.0
"""The assumed target: p95 at most so many times the mean of the slower side without load, but at least half a second;
exponential CPU times alone have a p95 of three times their mean."""


@dataclass(frozen=True)
class Span:
    """A number of the work with its range."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high < float("inf"):
            raise BadInput(f"{self.low:g}/{self.likely:g}/{self.high:g}: 0 <= low <= likely <= high is needed")

    @classmethod
    def exactly(cls, number: float) -> Span:
        return cls(number, number, number)

    @classmethod
    def read(cls, text: str) -> Span:
        """`15`, or `5/15/40` for low, likely and high.

        >>> Span.read("15"), Span.read("5/15/40")
        (Span(low=15.0, likely=15.0, high=15.0), Span(low=5.0, likely=15.0, high=40.0))
        """
        parts = [float(part) for part in text.split("/")]
        if len(parts) not in (1, 3):
            raise ValueError(text)
        return cls(parts[0], parts[len(parts) // 2], parts[-1])


@dataclass(frozen=True)
class Work:
    """What one request takes, how many come, and how either side is set up."""

    cpu_ms: Span
    """CPU time on a full vCPU."""
    wait_ms: Span = Span(0, 0, 0)
    """Time that the code waits for others."""
    memory_mb: int = 512
    """Of the function; it brings CPU in proportion."""
    door: str = "rest"
    """Before the function: rest, http, alb or none."""
    vcpu: float = 1.0
    memory_gb: float = 2.0
    min_tasks: int = 2
    """In two zones, so that one may be lost."""
    response_kb: float = 5.0
    requests: float = 10_000_000.0
    """A month."""
    peak: Span = Span(3, 6, 10)
    """The busiest hour over the mean."""
    shape: str | tuple[float, ...] = "evening"
    p95_ms: float | None = None

    @property
    def target_ms(self) -> float:
        """As asked for, else what the slower side can hold with some room."""
        slower = self.cpu_ms.likely / vcpu_share(min(self.memory_mb, 1769)) + self.wait_ms.likely
        return self.p95_ms if self.p95_ms is not None else max(500.0, TIMES_THE_MEAN * slower)

    @property
    def vcpu_at_peak(self) -> float:
        """CPU seconds that a second of the busiest hour brings: fewer vCPU cannot do the work, whatever the target."""
        from model.units import SECONDS_PER_MONTH

        return self.requests / SECONDS_PER_MONTH * self.peak.likely * self.cpu_ms.likely / 1000


def read_work(text: str) -> Work:
    """`cpu_ms=200,wait_ms=0,memory_mb=256`; raise BadInput with every problem, UnknownName for a name that is none."""
    kinds, given, problems = get_type_hints(Work), {}, []
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name not in kinds:
            raise UnknownName("a figure of the work", name, tuple(item.name for item in fields(Work)))
        try:
            given[name] = _read(kinds[name], value)
        except ValueError:
            problems.append(f"--work {name}: {value!r} is not {_wanted(kinds[name])}")
    if "cpu_ms" not in given and not problems:
        problems.append("--work: cpu_ms is needed, like cpu_ms=15 or cpu_ms=5/15/40")
    work = Work(**given) if not problems else None
    problems += _problems(work) if work is not None else []
    if problems or work is None:
        raise BadInput("\n".join(problems))
    return work


def _read(kind: Any, value: str) -> Any:
    if kind is Span:
        return Span.read(value)
    if kind is int:
        return int(value)
    return float(value) if float in (kind, *get_args(kind)) and str not in get_args(kind) else value


def _wanted(kind: Any) -> str:
    return "a number, or low/likely/high" if kind is Span else "a whole number" if kind is int else "a number"


def _problems(work: Work) -> list[str]:
    told = []
    if work.door not in DOORS:
        told.append(str(UnknownName("a door of a function", work.door, DOORS)))
    if isinstance(work.shape, str) and work.shape not in SHAPES:
        told.append(str(UnknownName("a course of the day", work.shape, tuple(SHAPES))))
    if work.vcpu not in MEMORY_GB or work.memory_gb not in MEMORY_GB[work.vcpu]:
        told.append(f"--work: no task of {work.vcpu:g} vCPU and {work.memory_gb:g} GB is sold")
    if not 128 <= work.memory_mb <= 10_240:
        told.append(f"--work memory_mb: {work.memory_mb} is not between 128 and 10,240")
    if work.requests <= 0 or work.min_tasks < 1 or (work.p95_ms is not None and work.p95_ms <= 0):
        told.append("--work: requests, min_tasks and p95_ms are above 0")
    if work.cpu_ms.likely + work.wait_ms.likely <= 0:
        told.append("--work: neither CPU nor waiting is no work")
    return told


def work_pair(work: Work) -> tuple[Architecture, Architecture]:
    """The work as a function and as a service of tasks: two architectures like any other."""
    return read(_functions(work), "work as functions"), read(_tasks(work), "work as tasks")


def _functions(work: Work) -> str:
    slower = 1 / vcpu_share(work.memory_mb)
    door = {"rest": "{kind: api_gateway, api: rest}", "http": "{kind: api_gateway, api: http}", "alb": "{kind: alb}"}
    call = f"{{to: function, time_ms: wait_ms, cpu_ms: cpu_ms * {slower!r}, response_kb: {work.response_kb}}}"
    inner = f"[{call}]"
    door_ms = "alb_ms" if work.door == "alb" else "gateway_ms"
    outer = (
        inner if work.door == "none"
        else f"[{{to: door, time_ms: {door_ms} + invoke_ms, response_kb: {work.response_kb}, calls: {inner}}}]"
    )  # fmt: skip
    edges = [("web", "function")] if work.door == "none" else [("web", "door"), ("door", "function")]
    parts = [f"  door: {door[work.door]}"] if work.door != "none" else []
    parts.append(
        f"  function: {{kind: lambda, memory_mb: {work.memory_mb}, timeout_s: 900, "
        "cold_start_share: cold_start_share, init_ms: cold_start_ms}"
    )
    return _document("work-on-functions", f"One function of {work.memory_mb:,} MB", parts, edges, outer, work)


def _tasks(work: Work) -> str:
    size = f"vcpu: {work.vcpu!r}, memory_gb: {work.memory_gb!r}"
    parts = [
        "  door: {kind: alb}",
        f"  service: {{kind: fargate, {size}, tasks: {{min: {work.min_tasks}, max: {max(work.min_tasks, 10)}}}, "
        "scaling: {target: cpu_target_percent}, subnet: public, public_ip: true}",
    ]
    call = f"{{to: service, time_ms: wait_ms, cpu_ms: cpu_ms, response_kb: {work.response_kb}}}"
    outer = f"[{{to: door, time_ms: alb_ms, response_kb: {work.response_kb}, calls: [{call}]}}]"
    title = f"Tasks of {work.vcpu:g} vCPU and {work.memory_gb:g} GB"
    return _document("work-on-tasks", title, parts, [("web", "door"), ("door", "service")], outer, work)


_WHY = "As described by whoever asked"


def _document(
    name: str, title: str, parts: Sequence[str], edges: Sequence[tuple[str, str]], calls: str, work: Work
) -> str:
    """The text of a document, checked like any other."""
    spans = {
        "cpu_ms": ("ms of one full vCPU", work.cpu_ms),
        "wait_ms": ("ms", work.wait_ms),
        "peak": ("ratio", work.peak),
    }
    assumed = [
        f"  {key}: {{low: {span.low!r}, likely: {span.likely!r}, high: {span.high!r}, unit: {unit}, why: {_WHY}}}"
        for key, (unit, span) in spans.items()
    ]
    shape = work.shape if isinstance(work.shape, str) else list(work.shape)
    lines = [
        f"architecture: {name}",
        f"title: {title}",
        "document: {title: A unit of work, id: work}",
        "components:",
        "  web: {kind: web_client}",
        *parts,
        "  addresses: {kind: public_ipv4, implied: true, why: a balancer and tasks with a public address pay for it}",
        "  transfer: {kind: data_transfer, implied: true, why: the answers leave the region}",
        "connections:",
        *(f"  - {{from: {source}, to: {target}, kind: request}}" for source, target in edges),
        "assumptions:",
        *assumed,
        *_ASSUMED,
        f"workload: {{monthly_requests: {work.requests!r}, peak_factor: peak, shape: {shape}}}",
        f"endpoints: {{work: {{path: /, client: web, share: 1, response_kb: {work.response_kb}, calls: {calls}}}}}",
        "stages: [{name: work, title: As described}]",
    ]
    return "\n".join(lines) + "\n"


_ASSUMED = (
    "  gateway_ms: {low: 5, likely: 15, high: 30, unit: ms, why: own time of a gateway apart from what it calls}",
    "  alb_ms: {low: 1, likely: 2, high: 10, unit: ms, why: own time of a load balancer}",
    "  invoke_ms: {low: 5, likely: 10, high: 20, unit: ms, why: placing a warm invocation outside its billed time}",
    "  cold_start_share: {low: 0.001, likely: 0.005, high: 0.02, unit: share of invocations, why: falls with traffic}",
    "  cold_start_ms: {low: 100, likely: 300, high: 1000, unit: ms, why: small packages at the low end}",
    "  cpu_target_percent: {low: 50, likely: 70, high: 80, unit: percent, why: usual targets of CPU tracking}",
)
"""What the description does not give; the ranges are those of the bundled documents."""
