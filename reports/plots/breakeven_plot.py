"""A break-even as curves on logarithmic axes, and the landscape of its crossing as tiles."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from pricing.bill import HIGH, LOW
from reports.plots.plot import INK, LINE, PAPER, SERVICES, SOFT, Plot, new_axes
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.landscape import Landscape
from studies.breakeven.text import requests_text, verdict_text

if TYPE_CHECKING:
    from matplotlib.patches import Rectangle

LEAST_USD = 1.0


def breakeven_plot(found: BreakEven, whole: bool = True) -> Plot:
    """Dollars over requests of both sides with their 90 % range, the crossings marked; `whole` bills or compute."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    first, second = found.sides
    what = "whole bill" if whole else "compute and its door"
    figure, axes = new_axes(f"{first.name} and {second.name}: {what}, USD a month")
    requests = found.loads.requests
    for side, colour in zip(found.sides, SERVICES, strict=False):
        cost = side.costs.total if whole else side.costs.compute
        if cost.shape[1] > 1:
            low, high = np.quantile(cost[:, 1:], [LOW, HIGH], axis=1)
            axes.fill_between(requests, low, high, color=colour, alpha=0.18, linewidth=0)
        axes.plot(requests, cost[:, 0], color=colour, linewidth=2.2, label=side.name)
    crossings = found.crossings if whole else found.compute_crossings
    for item in crossings:
        axes.axvspan(item.low, item.high, color=SOFT, alpha=0.12, linewidth=0)
        axes.axvline(item.likely, color=SOFT, linewidth=0.9)
        axes.annotate(requests_text(item.likely), (item.likely, 0.02), xycoords=("data", "axes fraction"),
                      xytext=(4, 0), textcoords="offset points", color=INK, fontsize=9)  # fmt: skip
    axes.set(xscale="log", yscale="log", xlim=(requests[0], requests[-1]), xlabel="requests a month")
    axes.set_ylim(bottom=max(LEAST_USD, axes.get_ylim()[0]))
    axes.xaxis.label.set_color(SOFT)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: requests_text(value)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"${value:,.0f}"))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_minor_locator(NullLocator())
    axes.grid(axis="y", color=LINE, linewidth=0.8)
    axes.legend(loc="upper left", frameon=False, fontsize=9, labelcolor=INK)
    return Plot(figure, "; ".join(verdict_text(found, crossings, of_compute=not whole)))


def landscape_plot(found: Landscape) -> Plot:
    """A tile for each pair of values, darker where functions stay cheaper for longer, its crossing written in."""
    title = f"Requests a month up to which {found.architectures[0]} has the cheaper compute"
    figure, axes = new_axes(title, height_in=1.3 + 0.5 * len(found.cpu))
    known = [math.log10(value) for row in found.requests for value in row if value and math.isfinite(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    for row, values in enumerate(found.requests):
        for column, value in enumerate(values):
            share, text = _tile(value, low, high)
            colour = (0.90 - 0.62 * share, 0.93 - 0.50 * share, 0.98 - 0.30 * share) if share is not None else "#eef1f4"
            axes.add_patch(_box(column, row, colour))
            ink = PAPER if share is not None and share > 0.55 else INK if share is not None else SOFT
            axes.annotate(text, (column, row), ha="center", va="center", color=ink, fontsize=9)
    axes.set_xticks(range(len(found.memory_mb)), [f"{size:,} MB" for size in found.memory_mb])
    axes.set_yticks(range(len(found.cpu)), [f"CPU x {times:g}" for times in found.cpu])
    axes.set(xlim=(-0.5, len(found.memory_mb) - 0.5), ylim=(-0.5, len(found.cpu) - 0.5), xlabel="function memory")
    axes.xaxis.label.set_color(SOFT)
    return Plot(figure, f"Crossings of compute over {len(found.cpu)} x {len(found.memory_mb)} CPU times and memories")


def _box(column: int, row: int, colour: str | tuple[float, float, float]) -> Rectangle:
    from matplotlib.patches import Rectangle

    return Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=colour, linewidth=0)


def _tile(value: float | None, low: float, high: float) -> tuple[float | None, str]:
    if value is None:
        return None, "target not held"
    if value == 0 or math.isinf(value):
        return (0.0, "never") if value == 0 else (1.0, "always")
    return (math.log10(value) - low) / (high - low or 1.0), requests_text(value)
