"""A break-even as Markdown, which a terminal shows as well, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import groupby

from studies.amounts import dollar_span, dollars, percent
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.crossings import Crossing
from studies.breakeven.surface import SurfaceRow

ROWS = 9
"""Loads in the table of a terminal; the CSV has all."""
COLUMNS = (
    "monthly_requests", "architecture", "stage", "usd_low", "usd_likely", "usd_high", "compute_usd_low",
    "compute_usd_likely", "compute_usd_high", "door_usd", "tasks_at_peak", "mean_tasks", "provisioned",
    "chance_first_cheaper",
)  # fmt: skip


def requests_text(requests: float) -> str:
    """Requests in two or three digits.

    >>> requests_text(16_744_489), requests_text(455_838), requests_text(2_500_000_000), requests_text(950)
    ('16.7 million', '456,000', '2.5 billion', '950')
    """
    for size, word in ((1e9, " billion"), (1e6, " million")):
        if requests >= size:
            return f"{float(f'{requests / size:.3g}'):g}{word}"
    return f"{float(f'{requests:.3g}'):,.0f}"


def crossing_text(found: BreakEven, crossing: Crossing) -> str:
    """One crossing in a sentence."""
    span = f"{requests_text(crossing.low)} to {requests_text(crossing.high)}"
    share = "" if crossing.share >= 0.995 else f", in {percent(crossing.share)} of the draws"
    unheld = [side.name for side, held in zip(found.sides, found.held_at(crossing), strict=True) if not held]
    if unheld:
        share += f"; not at equal targets: {' and '.join(unheld)} does not hold there"
    return (
        f"{found.cheaper(crossing)} is cheaper beyond {requests_text(crossing.likely)} requests a month "
        f"({span}{share}), where both cost {dollars(crossing.usd_per_month)}"
    )


def verdict_text(found: BreakEven, crossings: Sequence[Crossing], of_compute: bool) -> list[str]:
    """What the curves come to: the crossings, or who is cheaper everywhere."""
    if crossings:
        return [crossing_text(found, item) for item in crossings]
    failing = [side.name for side in found.sides if not side.sizing.holds]
    if failing:
        return [f"no crossing at equal targets: {' and '.join(failing)} cannot hold them"]
    curves = [side.costs.compute if of_compute else side.costs.total for side in found.sides]
    first = curves[0][-1, 0] < curves[1][-1, 0]
    cheaper = found.sides[0 if first else 1].name
    low, high = (requests_text(float(found.loads.requests[place])) for place in (0, -1))
    return [f"no crossing: {cheaper} is cheaper from {low} to {high} requests a month"]


def breakeven_markdown(found: BreakEven) -> str:
    """The crossings, the curves, what moves the crossing, and what the figures rest on."""
    first, second = found.sides
    whole = verdict_text(found, found.crossings, of_compute=False)
    compute = verdict_text(found, found.compute_crossings, of_compute=True)
    lines = [
        f"## {first.name} ({first.stage}) against {second.name} ({second.stage})",
        "",
        *(f"- whole bills: {text}" for text in whole),
        *(f"- compute and the door to it: {text}" for text in compute),
        "",
        f"| requests a month | {first.name} | {second.name} | compute | and second's | tasks at peak | first cheaper |",
        "|---:|---:|---:|---:|---:|---:|---:|",
        *(_row(found, point) for point in shown_points(found)),
        "",
    ]
    if found.surface:
        lines += [*surface_lines(found.surface), ""]
    return "\n".join([*lines, *(f"- {note}" for note in found.notes), ""])


def shown_points(found: BreakEven, rows: int = ROWS) -> list[int]:
    """Points spread evenly over the range, both ends among them."""
    last = len(found.loads.requests) - 1
    return sorted({round(last * part / (rows - 1)) for part in range(rows)})


def _row(found: BreakEven, point: int) -> str:
    first, second = found.sides
    cells = [
        requests_text(float(found.loads.requests[point])),
        *(
            f"{dollars(cost.likely)} ({dollar_span(cost.low, cost.high)})"
            for cost in (first.usd(point), second.usd(point))
        ),
        *(dollars(side.compute_usd(point).likely) for side in found.sides),
        " / ".join(f"{side.tasks(point):.0f}" for side in found.sides),
        percent(found.chance_first_cheaper(point)),
    ]
    return f"| {' | '.join(cells)} |"


def surface_lines(rows: Sequence[SurfaceRow]) -> list[str]:
    """A table of what moves the crossing."""
    lines = ["| changed | to | whole bills cross at | compute crosses at |", "|---|---|---:|---:|"]
    for dimension, group in groupby(rows, key=lambda row: row.dimension):
        for place, row in enumerate(group):
            name = dimension if place == 0 else ""
            lines.append(f"| {name} | {row.value} | {cross_cell(row, False)} | {cross_cell(row, True)} |")
    return lines


def cross_cell(row: SurfaceRow, of_compute: bool) -> str:
    """Where the pair crosses then, in a cell."""
    if not all(row.holds):
        return "target not held"
    crossings = row.compute_crossings if of_compute else row.crossings
    return ", ".join(requests_text(item.likely) for item in crossings) or "nowhere"


def breakeven_csv(found: BreakEven) -> str:
    """One row per load and architecture."""
    return breakevens_csv([found])


def breakevens_csv(every: Sequence[BreakEven]) -> str:
    """The same for several stages, below one header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for found in every:
        writer.writerows(_csv_rows(found))
    return text.getvalue()


def _csv_rows(found: BreakEven) -> Iterator[list[object]]:
    for point, requests in enumerate(found.loads.requests):
        for side in found.sides:
            whole, compute = side.usd(point), side.compute_usd(point)
            mean = sum(float(count[point]) for count in side.costs.mean_tasks.values())
            yield [
                f"{float(requests):.6g}", side.name, side.stage,
                *(round(value, 4) for value in (whole.low, whole.likely, whole.high)),
                *(round(value, 4) for value in (compute.low, compute.likely, compute.high)),
                round(float(side.costs.door[point, 0]), 4), int(side.tasks(point)), round(mean, 3),
                int(side.kept(point)), round(found.chance_first_cheaper(point), 4),
            ]  # fmt: skip
