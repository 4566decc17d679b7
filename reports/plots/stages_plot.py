"""Bills side by side: one bar per stage, its services stacked, its range as a line."""

from __future__ import annotations

from collections.abc import Sequence

from pricing.bill import Bill
from reports.plots.plot import INK, SERVICES, SOFT, Plot, dollars_on, new_axes
from studies.amounts import dollars

OTHERS = "all others"


def stages_plot(bills: Sequence[Bill]) -> Plot:
    """The dearest services with a colour of their own, the rest together."""
    services = sorted({name for bill in bills for name in bill.services}, key=lambda name: (-_most(bills, name), name))
    own = [name for name in services if _most(bills, name) > 0][: len(SERVICES) - 1]
    title = f"{bills[0].architecture}: USD a month by service"
    figure, axes = new_axes(title, height_in=1.5 + 0.6 * len(bills))
    places = [len(bills) - 1 - place for place in range(len(bills))]
    start = [0.0] * len(bills)
    for name, colour in zip([*own, OTHERS], SERVICES, strict=False):
        costs = [_cost(bill, name, own) for bill in bills]
        if any(costs):
            axes.barh(places, costs, left=start, height=0.6, color=colour, label=name)
        start = [before + cost for before, cost in zip(start, costs, strict=True)]
    for place, bill in zip(places, bills, strict=True):
        axes.plot([bill.total.low, bill.total.high], [place, place], color=INK, linewidth=1.4, marker="|", markersize=9)
        axes.annotate(dollars(bill.total.likely), (bill.total.high, place), xytext=(6, 0), textcoords="offset points",
                      va="center", color=INK, fontsize=9, fontweight="bold")  # fmt: skip
    axes.set_yticks(places, [bill.stage for bill in bills], color=INK)
    axes.set_xlim(0, max(bill.total.high for bill in bills) * 1.12)
    dollars_on(axes, "x")
    figure.legend(loc="outside lower left", ncols=3, frameon=False, fontsize=8, labelcolor=SOFT)
    told = ", ".join(f"{bill.stage} {dollars(bill.total.likely)}" for bill in bills)
    return Plot(figure, f"Cost by service with the 90 % range: {told}")


def _most(bills: Sequence[Bill], name: str) -> float:
    return max(bill.services[name].likely for bill in bills if name in bill.services)


def _cost(bill: Bill, name: str, own: Sequence[str]) -> float:
    if name != OTHERS:
        return bill.services[name].likely if name in bill.services else 0.0
    return sum(cost.likely for service, cost in bill.services.items() if service not in own)
