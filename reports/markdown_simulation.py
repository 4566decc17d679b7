"""The simulations of a report as Markdown: what each stage holds, its targets, its slowest endpoints, its bill."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from reports.formats import cost_signed, target_metric, target_threshold, words
from reports.markdown_text import plain, table
from reports.report_model import StageReport
from reports.simulated import SimulatedStage
from reports.simulation_text import (
    errors_text,
    holds_until,
    interval_ms,
    interval_share,
    margin,
    rate,
    share,
    states,
    time_ms,
    verdict_figure,
    verdict_interval,
)
from studies.amounts import dollars

Label = Callable[[str], str]


def simulation_markdown(stages: Sequence[StageReport], label: Label) -> Iterable[str]:
    """A sentence and tables for every stage that was simulated."""
    for stage in stages:
        if stage.simulated is None:
            if stage.not_simulated:
                yield f"{plain(stage.title)}: {plain(stage.not_simulated)}"
            continue
        look = stage.simulated.outlook
        yield f"**{plain(stage.title)}** {plain(holds_until(look.capacity, label))}."
        yield f"Busiest hour: {rate(look.result.per_s)}. Targets: {plain(states(look.result))}."
        if look.result.verdicts:
            yield _targets(stage, stage.simulated)
        yield _endpoints(stage.simulated)
        yield _first(stage.simulated, label)
        if stage.simulated.bill.lines:
            yield _bill(stage.simulated, label)


def _targets(stage: StageReport, simulated: SimulatedStage) -> str:
    targets = stage.graph.architecture.targets
    rows = [
        (
            words(verdict.target),
            f"{target_metric(targets[verdict.target])} {target_threshold(targets[verdict.target])}",
            verdict_figure(verdict, verdict.predicted),
            verdict_interval(verdict),
            margin(verdict),
            ("not decided" if verdict.state == "undecided" else verdict.state)
            + (f": {verdict.why}" if verdict.why else ""),
        )
        for verdict in simulated.outlook.result.verdicts
    ]
    return table(("target", "promise", "simulated", "95 % interval", "margin", "verdict"), rows, numbers=0)


def _endpoints(simulated: SimulatedStage) -> str:
    rows = [
        (
            words(e.endpoint),
            rate(e.per_s),
            time_ms(e.p50_ms.value),
            time_ms(e.p95_ms.value),
            interval_ms(e.p95_ms),
            time_ms(e.p99_ms.value),
            share(e.cold_share.value),
            interval_share(e.cold_share),
            errors_text(e.errors),
        )
        for e in simulated.outlook.result.endpoints
    ]
    header = (
        "endpoint",
        "requests",
        "p50",
        "p95",
        "95 % interval of p95",
        "p99",
        "cold",
        "95 % interval of cold",
        "errors",
    )
    return table(header, rows, numbers=6)


def _first(simulated: SimulatedStage, label: Label) -> str:
    first = simulated.outlook.result.first_to_saturate
    tasks = [
        f"{label(name)} keeps {day.tasks.min()} to {day.tasks.max()} tasks over the day"
        for name, day in simulated.outlook.day.tasks.items()
        if day.tasks.min() < day.tasks.max()
    ]
    full = (
        [f"Nearest to its limit: {label(first.place.component)}, {first.place.what}, at {share(first.pressure)}"]
        if first is not None
        else []
    )
    return plain(". ".join([*full, *tasks]) or "Nothing has a limit") + "."


def _bill(simulated: SimulatedStage, label: Label) -> str:
    both = simulated.bill
    head = (
        f"The bill of what ran: {dollars(both.simulated.total.likely)} a month, {dollars(both.derived.total.likely)} "
        f"as derived ({cost_signed(both.usd)})."
    )
    rows = [
        (
            f"{label(line.component)}: {line.description or line.meter}",
            dollars(line.derived_usd),
            dollars(line.simulated_usd),
            cost_signed(line.usd),
            line.why,
        )
        for line in both.lines
    ]
    return f"{head}\n\n{table(('line', 'derived', 'simulated', 'difference', 'why'), rows, numbers=3)}"
