"""A simulated stage as pictures: how latencies spread, how full the places are, where the time goes."""

from __future__ import annotations

from collections.abc import Sequence

from reports.plots.plot import INK, LIKELY, LINE, SAID, SERVICES, SOFT, Plot, new_axes
from simulations.stage_result import QUANTILES, StageResult

MOST_ENDPOINTS = 7
MOST_PLACES = 10
_FULL = 0.8


def latency_plot(result: StageResult, endpoints: Sequence[str] = ()) -> Plot:
    """The share of requests answered within a time, for some endpoints (those with most requests when none are named);
    dots at p50, p95 and p99.
    """
    import numpy as np
    from matplotlib.ticker import LogLocator, NullLocator

    answered = [e for e in result.endpoints if e.quantiles_ms]
    busiest = sorted(answered, key=lambda e: (-e.requests, e.endpoint))[:MOST_ENDPOINTS]
    chosen = [e for e in answered if e.endpoint in endpoints] if endpoints else busiest
    figure, axes = new_axes(f"{result.architecture} {result.stage}: share of requests answered within a time")
    for endpoint, colour in zip(chosen, SERVICES, strict=False):
        axes.plot(endpoint.quantiles_ms, QUANTILES, color=colour, linewidth=1.8, label=endpoint.endpoint)
        marks = [np.interp(q, QUANTILES, endpoint.quantiles_ms) for q in (50, 95, 99)]
        axes.plot(marks, (50, 95, 99), "o", color=colour, markersize=4)
    axes.set(xscale="log", xlabel="milliseconds", ylim=(0, 100.5))
    axes.set_yticks([0, 25, 50, 75, 95, 100], ["0 %", "25 %", "50 %", "75 %", "95 %", "100 %"])
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter("{x:,.6g}")
    axes.xaxis.label.set_color(SOFT)
    axes.grid(visible=True, color=LINE, linewidth=0.8)
    if chosen:
        axes.legend(loc="lower right", frameon=False, fontsize=8, labelcolor=INK)
    told = ", ".join(f"{e.endpoint} p95 {e.p95_ms.value:,.0f} ms" for e in chosen)
    return Plot(figure, f"Latencies: {told}")


def utilisation_plot(result: StageResult) -> Plot:
    """The fullest places: in use, over what there is."""
    places = [place for component in result.components for place in component.places if place.utilisation > 0]
    shown = sorted(places, key=lambda p: (-p.utilisation, p.place.component, p.place.what))[:MOST_PLACES]
    figure, axes = new_axes(
        f"{result.architecture} {result.stage}: in use in the busiest hour", height_in=1.2 + 0.32 * max(len(shown), 1)
    )
    rows = list(range(len(shown)))[::-1]
    shares = [100 * place.utilisation for place in shown]
    axes.barh(rows, shares, height=0.62, color=[SAID if share > 100 * _FULL else LIKELY for share in shares])
    for row, share in zip(rows, shares, strict=True):
        axes.annotate(f"{share:.3g} %", (share, row), xytext=(4, 0), textcoords="offset points", va="center",
                      color=INK, fontsize=8)  # fmt: skip
    axes.set_yticks(rows, [f"{place.place.component}: {place.place.what}" for place in shown], color=INK)
    axes.set_xlim(0, 112)
    axes.xaxis.set_major_formatter("{x:.0f} %")
    axes.xaxis.grid(visible=True, color=LINE, linewidth=0.8)
    told = ", ".join(f"{p.place.component} {p.place.what} {p.utilisation:.0%}" for p in shown[:3]) or "nothing"
    return Plot(figure, f"Fullest in the busiest hour: {told}")


def time_plot(result: StageResult) -> Plot:
    """Where the mean time of each endpoint goes: the components that take most have a colour, the rest share one."""
    times: dict[str, dict[str, float]] = {}
    for part in result.times:
        name = part.component if part.what == "work" else f"{part.component}, {part.what}"
        row = times.setdefault(part.endpoint, {})
        row[name] = row.get(name, 0.0) + part.mean_ms
    weights = {e.endpoint: e.requests for e in result.endpoints}
    total: dict[str, float] = {}
    for endpoint, row in times.items():
        for name, ms in row.items():
            total[name] = total.get(name, 0.0) + ms * weights[endpoint]
    named = sorted(total, key=lambda name: (-total[name], name))[: len(SERVICES) - 1]
    figure, axes = new_axes(
        f"{result.architecture} {result.stage}: where the time of a request goes",
        height_in=1.6 + 0.3 * max(len(times), 1),
    )
    rows = list(range(len(times)))[::-1]
    starts = [0.0] * len(times)
    for name, colour in zip([*named, "all others"], SERVICES, strict=False):
        widths = [
            100 * (row.get(name, 0.0) if name in total else sum(ms for n, ms in row.items() if n not in named))
            / sum(row.values())
            for row in times.values()
        ]  # fmt: skip
        if any(widths):
            axes.barh(rows, widths, left=starts, height=0.66, color=colour, label=name)
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    for place, parts in zip(rows, times.values(), strict=True):
        axes.annotate(f"{sum(parts.values()):,.3g} ms", (100, place), xytext=(5, 0), textcoords="offset points",
                      va="center", color=INK, fontsize=8)  # fmt: skip
    axes.set_yticks(rows, list(times), color=INK)
    axes.set_xlim(0, 113)
    axes.xaxis.set_major_formatter("{x:.0f} %")
    axes.set_xticks([0, 25, 50, 75, 100])
    figure.legend(loc="outside lower left", ncols=3, frameon=False, fontsize=8, labelcolor=SOFT)
    return Plot(figure, f"Where the time goes: most of it in {', '.join(named[:3]) or 'nothing'}")


__all__ = ["latency_plot", "time_plot", "utilisation_plot"]
