"""Latency beside its targets: how the answers of a busiest hour spread, and how a percentile grows with the load."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from model.targets import Target
from reports.plots.plot import BAND, INK, LIKELY, LINE, SAID, SOFT, Plot, new_axes
from simulations.stage_result import StageResult
from simulations.verdicts import Verdict
from studies.amounts import plain

if TYPE_CHECKING:
    from matplotlib.axis import Axis

_POINTS = 200
_ROOM = 2.5
"""Of the axis beyond the last point, for its words."""
_LEAST_PERCENT, _MOST_PERCENT = 1.0, 99.9


def latency_plot(result: StageResult, targets: Mapping[str, Target]) -> Plot:
    """The share of answers that are slower than a time, with each target as a point that must not be passed.

    Of the endpoints of the targets, which are all of one set. Both axes are logarithmic: a tail reads as a line.
    """
    named = {name for target in targets.values() for name in target.endpoints}
    names = [item.endpoint for item in result.endpoints if not named or item.endpoint in named]
    values = np.sort(np.concatenate([run.latencies_ms[name] for run in result.runs for name in names]))
    figure, axes = new_axes(f"{result.architecture}, {result.stage}: how many answers are slower than that")
    shares = np.geomspace(100 - _LEAST_PERCENT, 100 - _MOST_PERCENT, _POINTS)
    times = np.quantile(values, 1 - shares / 100)
    axes.loglog(times, shares, color=LIKELY, linewidth=2, label="simulated")
    shown = [verdict for verdict in result.verdicts if verdict.target in targets and verdict.percentile is not None]
    slowest = max([float(times[-1]), *(verdict.threshold for verdict in shown)])
    axes.set_xlim(float(times[0]), slowest * _ROOM)
    for verdict in shown:
        slower = 100 - float(verdict.percentile or 0)
        colour = SAID if verdict.state == "missed" else INK
        axes.plot(verdict.threshold, slower, marker="o", color=colour, markersize=6, linestyle="none")
        text = f" {verdict.target}: p{verdict.percentile:g} within {plain(verdict.threshold)} ms"
        axes.annotate(text, (verdict.threshold, slower), fontsize=8, color=colour, va="bottom")
    axes.set_xlabel("milliseconds", fontsize=8, color=SOFT)
    axes.set_ylabel("% of the answers are slower", fontsize=8, color=SOFT)
    _plain_logs(axes.xaxis, axes.yaxis)
    axes.grid(visible=True, color=LINE, linewidth=0.8)
    p95 = float(np.quantile(values, 0.95))
    return Plot(
        figure, f"half of the answers come within {plain(float(np.median(values)))} ms, 95 % within {plain(p95)}"
    )


def load_plot(points: Mapping[float, Verdict], holds_until: float, title: str) -> Plot:
    """A percentile against the load, with its interval, the threshold, and the load up to which everything holds."""
    figure, axes = new_axes(title)
    first = next(iter(points.values()))
    finite = {load: verdict for load, verdict in points.items() if math.isfinite(verdict.predicted)}
    loads = list(finite)
    lows, highs = ([getattr(v, end) for v in finite.values()] for end in ("low", "high"))
    axes.fill_between(loads, lows, highs, color=BAND, label="95 % interval")
    axes.plot(loads, [v.predicted for v in finite.values()], color=LIKELY, linewidth=2, marker="o", markersize=4)
    axes.axhline(first.threshold, color=SAID, linewidth=1.2)
    axes.annotate(
        f"promised: {plain(first.threshold)} ms", (loads[0], first.threshold), fontsize=8, color=SAID, va="bottom"
    )
    axes.axvline(holds_until, color=INK, linewidth=1, linestyle="--")
    axes.annotate(" holds until here", (holds_until, first.threshold * 1.6), fontsize=8, color=INK)
    axes.set_yscale("log")
    _plain_logs(axes.yaxis)
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("users active in a month", fontsize=8, color=SOFT)
    axes.set_ylabel(f"p{first.percentile:g}, milliseconds", fontsize=8, color=SOFT)
    axes.grid(visible=True, color=LINE, linewidth=0.8)
    return Plot(figure, f"{first.target} from {plain(round(loads[0], -2))} to {plain(round(loads[-1], -2))} users")


def _plain_logs(*axes: Axis) -> None:
    """Numbers at 1, 2 and 5 of each power of ten instead of the powers."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    for axis in axes:
        axis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))
        axis.set_major_formatter(StrMethodFormatter("{x:,.7g}"))
        axis.set_minor_formatter(NullFormatter())
