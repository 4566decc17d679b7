"""Every percentile of the stand-in over the simulated one: a dot on the line is agreement."""

from __future__ import annotations

from collections.abc import Sequence

from reports.plots.plot import BAND, INK, LIKELY, LINE, SAID, SOFT, Plot, new_axes

from .measured_standin import AIM, FigureRow
from .standin_section import TIMES, within


def standin_plot(figures: Sequence[FigureRow]) -> Plot:
    """Ratios by architecture and load: walked and measured, with the aim as a band and single runs as bars."""
    times = [row for row in figures if row.figure in TIMES]
    keys = list(dict.fromkeys((row.architecture, row.load) for row in times))[::-1]
    places = {key: place for place, key in enumerate(keys)}
    figure, axes = new_axes("Stand-in over simulated, p50, p95 and p99", height_in=1.4 + 0.34 * len(keys))
    axes.axvspan(1 - AIM, 1 + AIM, color=LINE, zorder=0)
    axes.axvline(1, color=SOFT, linewidth=0.8)
    for number, row in enumerate(times):
        place = places[row.architecture, row.load] + 0.24 * (1 - TIMES.index(row.figure))
        axes.plot([row.low / row.predicted, row.high / row.predicted], [place] * 2, color=BAND, linewidth=3, zorder=1)
        for value, colour, mark, name in ((row.walked, LIKELY, "o", "walked"), (row.measured, SAID, "D", "measured")):
            if value is not None:
                axes.plot(value / row.predicted, place, mark, color=colour, markersize=4,
                          label=name if number == 0 else None)  # fmt: skip
    axes.set_yticks(range(len(keys)), [f"{name}, {load}" for name, load in keys], fontsize=8, color=INK)
    axes.set_xscale("log")
    axes.set_xticks([0.5, 0.8, 1, 1.25, 2], ["0.5", "0.8", "1", "1.25", "2"])
    axes.minorticks_off()
    figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=8, labelcolor=SOFT)
    met, every = within(figures, "walked")
    return Plot(figure, f"{met} of {every} percentiles of the walked stand-in lie within 10 % of the simulated ones")
