"""A simulated day as a picture: load, tasks and what waits, one above the other over 24 hours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.plots.plot import BAND, INK, LIKELY, LINE, PAPER, SOFT, Plot

if TYPE_CHECKING:
    from simulations.usage import DayUsage

__all__ = ["day_plot"]


def day_plot(day: DayUsage, title: str = "The day") -> Plot:
    """Requests a second, tasks of each service (paid for as an area, open as a line), calls that wait."""
    import numpy as np
    from matplotlib.figure import Figure

    strips: list[tuple[str, Any, Any]] = [("requests a second", day.per_s, None)]
    strips += [(f"tasks of {name}", item.tasks, item.ready) for name, item in day.tasks.items()]
    strips.append(("calls that wait", day.waiting, None))
    figure = Figure(figsize=(7.6, 0.7 + 1.15 * len(strips)), facecolor=PAPER, layout="constrained")
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK, fontweight="bold")
    hours = np.arange(len(day.per_s)) / 60
    for place, (name, values, inside) in enumerate(strips, start=1):
        axes = figure.add_subplot(len(strips), 1, place)
        axes.fill_between(hours, values, step="post", color=BAND, alpha=0.7, linewidth=0)
        axes.step(hours, values if inside is None else inside, where="post", color=LIKELY, linewidth=1.6)
        axes.set_title(name, loc="left", fontsize=8, color=SOFT, pad=3)
        axes.set(xlim=(0, 24), ylim=(0, max(float(np.max(values)), 1e-9) * 1.12))
        axes.set_xticks(range(0, 25, 6), [f"{hour:02d}:00" for hour in range(0, 25, 6)])
        axes.tick_params(colors=SOFT, labelsize=8, length=0, labelbottom=place == len(strips))
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.spines["bottom"].set_color(SOFT)
        axes.yaxis.grid(visible=True, color=LINE, linewidth=0.8)
        axes.locator_params(axis="y", nbins=3)
        axes.set_axisbelow(True)
    told = [f"{name} between {values.min():,.3g} and {values.max():,.3g}" for name, values, _ in strips]
    return Plot(figure, f"Over the day: {'; '.join(told)}")
