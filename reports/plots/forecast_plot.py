"""A forecast as a curve: cost by month within its range, the stages that serve it, the budgets that it meets."""

from __future__ import annotations

from collections.abc import Mapping

from reports.plots.plot import BAND, INK, LIKELY, SAID, SOFT, Plot, dollars_on, new_axes
from studies.amounts import dollars
from studies.forecast import Forecast


def forecast_plot(forecast: Forecast, titles: Mapping[str, str] | None = None) -> Plot:
    """The likely cost of each month and its 90 % range; `titles` are those of the stages by name."""
    months = forecast.months
    numbers = [month.number for month in months]
    figure, axes = new_axes(f"{forecast.architecture}: USD a month over {len(months)} months", height_in=4.0)
    low, high = [month.cost.low for month in months], [month.cost.high for month in months]
    axes.fill_between(numbers, low, high, color=BAND, alpha=0.6, linewidth=0, label="90 % range")
    axes.plot(numbers, [month.cost.likely for month in months], color=LIKELY, linewidth=2.2, label="likely")
    top = max(*high, *(line.usd for line in forecast.budgets)) * 1.12
    for place, line in enumerate(forecast.budgets):
        name = "budgets" if place == 0 else None
        axes.axhline(line.usd, color=SAID, linewidth=1.2, linestyle=(0, (4, 3)), label=name)
        text = dollars(line.usd).removesuffix(".00")
        axes.annotate(text, (numbers[-1], line.usd), xytext=(4, 0), textcoords="offset points", va="center",
                      color=SAID, fontsize=8, annotation_clip=False)  # fmt: skip
    for number, stage in forecast.handovers:
        axes.axvline(number, color=SOFT, linewidth=0.8)
        axes.annotate((titles or {}).get(stage, stage), (number, top), xytext=(4, -4), textcoords="offset points",
                      va="top", color=INK, fontsize=9)  # fmt: skip
    axes.set(xlim=(numbers[0], numbers[-1]), ylim=(0, top), xlabel="month")
    axes.set_xticks([number for number in numbers if number == 1 or number % 3 == 0])
    axes.xaxis.label.set_color(SOFT)
    dollars_on(axes, "y")
    axes.legend(loc="upper left", bbox_to_anchor=(0, 0.9), frameon=False, fontsize=9, labelcolor=INK)
    first, last = months[0].cost.likely, months[-1].cost.likely
    return Plot(figure, f"Cost from {dollars(first)} in month 1 to {dollars(last)} in month {numbers[-1]}")
