"""The charts of one run: percentiles, rates, errors and lag over time; and every endpoint measured over predicted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log
from operator import itemgetter
from typing import Any, Final

from loadtests.page.chart import Line, Scale, Span, line_chart

Window = Mapping[str, Any]
PERCENTILES: Final = (50, 95, 99)
ROW, LABEL, WIDTH = 24, 200, 960
LEAST, MOST = 0.25, 4.0
"""Ratios beyond are drawn at the edge, and say so."""


@dataclass(frozen=True)
class Chart:
    """A picture with its title, its legend and what it says."""

    title: str
    svg: str
    legend: tuple[tuple[str, str], ...]
    says: str = ""
    whole: bool = False
    """As wide as the page."""


def charts_of(told: Mapping[str, Any]) -> list[Chart]:
    """The charts of a run's JSON; one without a window, or without a prediction, has fewer."""
    windows: Sequence[Window] = told["windows"]
    every: list[Chart | None] = [ratio_chart(told["endpoints"])]
    if windows:
        end_s = float(told["duration_s"] + told["warm_up_s"])
        every = [*(chart(windows, end_s) for chart in (_percentiles, _rates, _errors, _lag)), *every]
    return [chart for chart in every if chart is not None]


def _percentiles(windows: Sequence[Window], end_s: float) -> Chart:
    lines = [
        Line(f"p{p}", _of(windows, end_s, itemgetter(f"p{p}_ms")), f"s{number}") for number, p in enumerate(PERCENTILES)
    ]
    return _chart("Response times of successes, from the intended start", " ms", lines, windows, end_s)


def _rates(windows: Sequence[Window], end_s: float) -> Chart:
    def answered(window: Window) -> float:
        return float(window["requests"] - window["errors"]) / _length(window, windows, end_s)

    lines = [
        Line("answered", _of(windows, end_s, answered), "s1"),
        Line("offered, dashed", _of(windows, end_s, itemgetter("offered_per_s")), "s0", dashed=True),
    ]
    return _chart("Requests per second", "", lines, windows, end_s)


def _errors(windows: Sequence[Window], end_s: float) -> Chart:
    def share(window: Window) -> float | None:
        return 100 * window["errors"] / window["requests"] if window["requests"] else None

    return _chart("Failed requests", " %", [Line("failed", _of(windows, end_s, share), "s2")], windows, end_s)


def _lag(windows: Sequence[Window], end_s: float) -> Chart:
    line = Line("latest arrival", _of(windows, end_s, lambda w: w["most_lag_ms"]), "s3")
    return _chart("How late the generator was, at most", " ms", [line], windows, end_s)


def _chart(title: str, unit: str, lines: Sequence[Line], windows: Sequence[Window], end_s: float) -> Chart:
    spans = [
        Span(w["start_s"], w["start_s"] + _length(w, windows, end_s), w["contaminated"])
        for w in windows
        if w["contaminated"]
    ]
    legend = [(line.style, line.name) for line in lines]
    says = "Shaded: the machine was disturbed." if spans else ""
    return Chart(title, line_chart(title, unit, lines, spans, end_s), tuple(legend), says)


def _of(
    windows: Sequence[Window], end_s: float, value: Callable[[Window], float | None]
) -> list[tuple[float, float | None]]:
    return [(w["start_s"] + _length(w, windows, end_s) / 2, value(w)) for w in windows]


def _length(window: Window, windows: Sequence[Window], end_s: float) -> float:
    """Seconds of a window: all are as long as the first, but for the last."""
    usual = windows[1]["start_s"] - windows[0]["start_s"] if len(windows) > 1 else end_s - window["start_s"]
    return float(min(usual, end_s - window["start_s"])) or 1.0


def ratio_chart(endpoints: Sequence[Mapping[str, Any]]) -> Chart | None:
    """A row per endpoint: each percentile as a dot at measured over predicted; None without a prediction."""
    rows = [(row["endpoint"], ratios(row)) for row in endpoints if ratios(row)]
    if not rows:
        return None
    height = ROW * len(rows) + 34
    across = Scale(log(LEAST), log(MOST), LABEL, WIDTH - 20)
    low, high = across.at(log(0.9)), across.at(log(1.1))
    title = "Measured over predicted"
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{title}">',
        f'<rect class="aim" x="{low:.1f}" y="4" width="{high - low:.1f}" height="{ROW * len(rows)}">'
        "<title>within 10 %</title></rect>",
    ]
    for mark in (0.25, 0.5, 1, 2, 4):
        x = across.at(log(mark))
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="4" y2="{ROW * len(rows) + 4}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 10}" text-anchor="middle">{mark:g}</text>')
    for place, (name, found) in enumerate(rows):
        y = ROW * place + ROW / 2 + 4
        parts.append(f'<text class="name" x="{LABEL - 10}" y="{y + 4:.1f}" text-anchor="end">{escape(name)}</text>')
        for number, p in enumerate(PERCENTILES):
            if p in found:
                parts.append(_dot(across, y, f"s{number}", f"{name} p{p}", found[p]))
    parts.append("</svg>")
    legend = tuple((f"s{k}", f"p{p}") for k, p in enumerate(PERCENTILES))
    return Chart(title, "".join(parts), legend, "1 is agreement; the band is 10 % to either side.", whole=True)


def ratios(row: Mapping[str, Any]) -> dict[int, float]:
    """Percentile to measured over predicted, where both are known."""
    pairs = {p: (row.get(f"p{p}_ms"), row["predicted"].get(f"p{p}_ms")) for p in PERCENTILES}
    return {p: measured / told for p, (measured, told) in pairs.items() if measured and told}


def _dot(across: Scale, y: float, style: str, name: str, ratio: float) -> str:
    x = across.at(log(min(max(ratio, LEAST), MOST)))
    beyond = "" if LEAST <= ratio <= MOST else " (beyond the edge)"
    words = f"{escape(name)}: {ratio:.2f}{beyond}"
    return f'<circle class="{style}" cx="{x:.1f}" cy="{y:.1f}" r="4.5"><title>{words}</title></circle>'
