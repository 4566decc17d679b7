"""A sensitivity study as Markdown."""

from __future__ import annotations

from studies.amounts import dollars, span
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
