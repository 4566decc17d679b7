"""Section 6: every architecture's stand-in API, driven over HTTP, beside a simulation of the very same arrivals."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

from .measured_standin import AIM, FIGURES, RUNS, FigureRow, RunRow
from .tables import percent, signed, table

PICTURE: Final = "standin.png"
TIMES: Final = ("p50_ms", "p95_ms", "p99_ms")
_HEADER: Final = (
    "architecture", "load", "figure", "simulated (95 % of single runs)", "walked", "off", "measured over HTTP", "off",
)  # fmt: skip


def standin_section(figures: Sequence[FigureRow], runs: Sequence[RunRow]) -> Iterable[str]:
    """Its paragraphs and tables, from rows measured before."""
    yield "## 6. The stand-in API, measured over HTTP"
    yield (
        "Reference: the stand-in, a second implementation of the same call plans and limits in another language of "
        "concurrency (asyncio tasks, real sockets), which shares the distributions with the simulator and none of its "
        "engine. Every architecture is driven at 50 % and 80 % of the capacity that the simulator finds. The simulator "
        "runs **the very same arrivals**, thirty times with other service times; one run of the stand-in should lie "
        "where 95 % of those lie. *Walked* is the stand-in's own code on a clock that jumps, without HTTP and without "
        "a machine under it: the same numbers anywhere. *Measured* is a user's load test, over HTTP on one machine."
    )
    yield table(
        ("percentiles of response times", "figures", "within 10 %", "median off", "inside the simulated 95 %"),
        [_summary("walked", figures), _summary("measured", figures)],
    )
    yield _machine(runs)
    yield f"![Measured and walked over simulated](accuracy/{PICTURE})"
    yield table(_HEADER, [_row(row) for row in figures if row.figure in TIMES], texts=3)
    yield "Rates, failures and the use of CPUs:"
    yield table(_HEADER, [_row(row) for row in figures if row.figure not in TIMES and row.predicted > 0], texts=3)
    yield "The runs, and what the stages have otherwise than their documents, so that one machine can drive them:"
    yield table(
        ("architecture", "load", "stage", "changed", "requests per s", "requests", "generator's lag p99", "disturbed"),
        [_run(run) for run in runs],
        texts=4,
    )
    yield f"All values: [{FIGURES}](accuracy/measured/{FIGURES}), [{RUNS}](accuracy/measured/{RUNS})."
    yield (
        "**What the comparison found.** At 80 % of vertical-vibing the stand-in's p99 stood at 950 ms where 590 were "
        "simulated and 610 follow from a recursion of the queue: its requests took a connection of the pool while they "
        "still queued for the CPU. At the account's limit of instances its functions did not share it. Both were the "
        "stand-in's faults and are mended; no fault of the simulator was found this way."
    )
    yield (
        "**Weak.** Stand-in and simulator are by the same authors and read the same documents: they would share an "
        "error in the reading. One run a load, under a minute: a p99 rests on tens of requests."
    )


def within(figures: Sequence[FigureRow], kind: str) -> tuple[int, int]:
    """(within the aim, all) of the times."""
    off = _off(figures, kind)
    return sum(abs(one) <= AIM for one in off), len(off)


def _off(figures: Sequence[FigureRow], kind: str) -> list[float]:
    times = [row for row in figures if row.figure in TIMES]
    return [off for row in times if (off := row.off(getattr(row, kind))) is not None]


def _summary(kind: str, figures: Sequence[FigureRow]) -> Sequence[str]:
    met, every = within(figures, kind)
    times = [row for row in figures if row.figure in TIMES]
    inside = sum(row.inside(getattr(row, kind)) for row in times)
    off = median(abs(one) for one in _off(figures, kind))
    return kind, str(every), f"{met} ({percent(met / every)})", percent(off), f"{inside} ({percent(inside / every)})"


def _machine(runs: Sequence[RunRow]) -> str:
    disturbed, windows = sum(run.disturbed_windows for run in runs), sum(run.windows for run in runs)
    lag = median(run.lag_p99_ms for run in runs)
    invalid = sum(bool(run.invalid_because) for run in runs)
    dates = sorted({run.measured_on for run in runs})
    when = dates[0] if dates[0] == dates[-1] else f"{dates[0]} to {dates[-1]}"
    return (
        f"Measured on {when} on a virtual machine of two cores that bore generator and stand-in at once, and other "
        f"work besides: {disturbed} of {windows} windows of five seconds were disturbed (stalls, or other processes "
        f"above a quarter of the CPUs), the generator's lag had a median p99 of {lag:.1f} ms, and {invalid} of "
        f"{len(runs)} runs would be invalid as load tests for it. What the machine adds is in the column *measured "
        "over HTTP* and not in *walked*: the difference between the two is the machine's. A star marks a value outside "
        "the simulated 95 %."
    )


def _row(row: FigureRow) -> Sequence[str]:
    is_share = row.figure.startswith("utilisation") or row.figure == "error_share"
    span = f"{_value(row.predicted, is_share)} ({_value(row.low, is_share)} to {_value(row.high, is_share)})"
    name = row.figure.replace("_ms", " ms").replace("_per_s", " per s").replace("_", " ")
    cells = [row.architecture, row.load, name, span]
    for value in (row.walked, row.measured):
        off = row.off(value)
        mark = "" if value is None or row.inside(value) else " *"
        cells += ["-" if value is None else _value(value, is_share), "-" if off is None else signed(off) + mark]
    return cells


def _value(value: float, is_share: bool) -> str:
    return percent(value) if is_share else f"{value:.4g}"


def _run(run: RunRow) -> Sequence[str]:
    return (
        run.architecture,
        run.load,
        run.stage,
        run.changes or "nothing",
        f"{run.rate_per_s:.1f}",
        f"{run.requests:,}",
        f"{run.lag_p99_ms:.1f} ms",
        f"{run.disturbed_windows} of {run.windows}",
    )
