"""What moves a bill: the total with one assumption at its low and at its high end, the greatest swing on top."""

from __future__ import annotations

from pricing.bill import Bill
from reports.formats import number, words
from reports.plots.plot import HIGH, INK, LOW, SOFT, Plot, dollars_on, new_axes
from studies.amounts import dollars


def influences_plot(bill: Bill, most: int = 7) -> Plot:
    """The assumptions that move the total by a cent or more, at most so many."""
    shown = [item for item in bill.influences if item.swing >= 0.01][:most][::-1]
    title = f"{bill.architecture}, {bill.stage}: the total with one assumption changed, USD a month"
    figure, axes = new_axes(title, height_in=1.3 + 0.42 * max(len(shown), 1))
    likely = bill.total.likely
    for place, item in enumerate(shown):
        for usd, colour, name in ((item.at_low, LOW, "low"), (item.at_high, HIGH, "high")):
            label = f"at its {name} value" if place == 0 else None
            axes.barh(place, usd - likely, left=likely, height=0.6, color=colour, label=label)
    axes.axvline(likely, color=INK, linewidth=1)
    facts = [item.assumption for item in shown]
    axes.set_yticks(
        range(len(shown)),
        [f"{words(item.name)}\n{number(fact.low)} to {number(fact.high)} {fact.unit}"
         for item, fact in zip(shown, facts, strict=True)],
        fontsize=8,
        color=INK,
    )  # fmt: skip
    dollars_on(axes, "x")
    if shown:
        figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=8, labelcolor=SOFT)
    first = words(shown[-1].name) if shown else "no assumption"
    return Plot(figure, f"{first} moves the total of {dollars(likely)} most")
