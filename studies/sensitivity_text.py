"""Sensitivity studies of cost and of latency, as Markdown and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable

from studies.amounts import dollars, plain, span
from studies.latency_sensitivity import LatencyInfluence, LatencySensitivity
from studies.sensitivity import SensitivityStudy, StageSensitivity

SHOWN = 12


def sensitivity_markdown(study: SensitivityStudy, shown: int = SHOWN) -> str:
    """The assumptions that move the cost most, with what each stage's total moves by and the rank correlation."""
    names = [name for name in study.ranking if any(_swing(stage, name) >= 0.005 for stage in study.stages)][:shown]
    head = "".join(f" {stage.stage} |" for stage in study.stages)
    lines = [
        f"## {study.architecture}: what moves the monthly cost",
        "",
        f"| assumption | range |{head}",
        "|---|---|" + "---:|" * len(study.stages),
    ]
    for name in names:
        first = next(item for stage in study.stages if (item := stage.of(name)) is not None)
        cells = "".join(f" {_cell(stage, name)} |" for stage in study.stages)
        lines.append(f"| {name} | {span(first.low, first.high, first.unit)} |{cells}")
    note = (
        "Each cell: how far the total moves over the assumption's range alone, and its rank correlation with the total."
    )
    return "\n".join([*lines, "", note, ""])


def _swing(stage: StageSensitivity, name: str) -> float:
    item = stage.of(name)
    return item.swing_usd if item is not None else 0.0


def _cell(stage: StageSensitivity, name: str) -> str:
    item = stage.of(name)
    return "" if item is None else f"{dollars(item.swing_usd)} ({item.rank_correlation:+.2f})"


def latency_markdown(studies: Iterable[LatencySensitivity], shown: int = SHOWN) -> str:
    """For every stage the assumptions that move p95 most, at their bounds, with the interval of the difference."""
    parts = []
    for study in studies:
        lines = [
            f"## {study.architecture}, {study.stage}: what moves the p95 of {_ms(study.p95_ms)} ms",
            "",
            "| assumption | range | p95 at low, ms | at high, ms | difference, 95 % interval |",
            "|---|---|---:|---:|---:|",
            *(_row(item) for item in study.influences[:shown]),
        ]
        rest = len(study.influences) - shown
        more = f"{rest} more move it less; " if rest > 0 else ""
        note = (
            "Each alone, the others likely, in the busiest hour, all under the same random numbers; "
            f"{more}{study.unmoved} do not move it."
        )
        parts.append("\n".join([*lines, "", note, ""]))
    return "\n".join(parts)


def _row(item: LatencyInfluence) -> str:
    low, high = item.difference_ms
    sure = f"{low:+,.3g} to {high:+,.3g}" if math.isfinite(low) else "a queue grows"
    where = "" if item.kind == "assumption" else " (simulator)"
    ends = f"{_ms(item.p95_at_low_ms)} | {_ms(item.p95_at_high_ms)}"
    return f"| {item.name}{where} | {span(item.low, item.high, item.unit)} | {ends} | {sure} |"


def _ms(value: float) -> str:
    return plain(value) if math.isfinite(value) else "without end"


def sensitivity_csv(study: SensitivityStudy) -> str:
    """One row per stage and assumption."""
    columns = ("stage", "name", "unit", "low", "high", "total_at_low", "total_at_high", "swing_usd", "rank_correlation")
    rows = [{"stage": stage.stage, **item.as_json()} for stage in study.stages for item in stage.assumptions]
    return _csv(columns, rows)


def latency_csv(studies: Iterable[LatencySensitivity]) -> str:
    """One row per stage and assumption; what has no end is empty."""
    columns = (
        "stage", "name", "kind", "unit", "low", "high", "p95_at_low_ms", "p95_at_high_ms", "swing_ms",
        "certain", "rough",
    )  # fmt: skip
    return _csv(columns, [{"stage": study.stage, **item.as_json()} for study in studies for item in study.influences])


def _csv(columns: tuple[str, ...], rows: Iterable[dict[str, object]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
