"""Line charts over the time of a run, as SVG whose colours follow the page, light or dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

WIDTH: Final = 460
HEIGHT: Final = 190
LEFT, RIGHT, TOP, BOTTOM = 58, 14, 12, 30
TICKS: Final = 4

Points = Sequence[tuple[float, float | None]]


@dataclass(frozen=True)
class Line:
    """One series: (second, value) pairs, a gap where a value is None; `style` is its class on the page."""

    name: str
    points: Points
    style: str
    dashed: bool = False


@dataclass(frozen=True)
class Span:
    """A stretch of time that is shaded, with the reason."""

    start_s: float
    end_s: float
    why: str


@dataclass(frozen=True)
class Scale:
    """From values to pixels."""

    low: float
    high: float
    first: float
    last: float

    def at(self, value: float) -> float:
        """The pixel of a value."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.0
        return self.first + share * (self.last - self.first)


def line_chart(title: str, unit: str, lines: Sequence[Line], spans: Sequence[Span], end_s: float) -> str:
    """A chart from zero to a round number above the highest value, time in seconds along it."""
    values = [value for line in lines for _, value in line.points if value is not None]
    steps = ticks(max(values, default=0.0))
    across, up = Scale(0.0, end_s, LEFT, WIDTH - RIGHT), Scale(0.0, steps[-1], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">',
        *(_span(span, across) for span in spans),
        *(_grid(step, up, unit) for step in steps),
        *(_second(second, across) for second in ticks(end_s, most=6) if second <= end_s),
        *(_line(line, across, up, unit) for line in lines),
        "</svg>",
    ]
    return "".join(parts)


def ticks(highest: float, most: int = TICKS) -> list[float]:
    """Round steps from zero to at least the highest value.

    >>> ticks(87), ticks(0)
    ([0.0, 25.0, 50.0, 75.0, 100.0], [0.0, 1.0])
    """
    if highest <= 0:
        return [0.0, 1.0]
    raw = highest / most
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * size for factor in (1, 2, 2.5, 5, 10) if factor * size >= raw * (1 - 1e-9))
    return [step * k for k in range(math.ceil(highest / step - 1e-9) + 1)]


def _span(span: Span, across: Scale) -> str:
    left, right = across.at(span.start_s), across.at(span.end_s)
    return (
        f'<rect class="disturbed" x="{left:.1f}" y="{TOP}" width="{max(right - left, 1):.1f}" '
        f'height="{HEIGHT - TOP - BOTTOM}"><title>{escape(span.why)}</title></rect>'
    )


def _grid(step: float, up: Scale, unit: str) -> str:
    y = up.at(step)
    return (
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{step:g}{unit}</text>'
    )


def _second(second: float, across: Scale) -> str:
    return f'<text class="tick" x="{across.at(second):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{second:g} s</text>'


def _line(line: Line, across: Scale, up: Scale, unit: str) -> str:
    """A path with gaps, and a point with its words for each value."""
    path, pen = "", "M"
    dots = ""
    for second, value in line.points:
        if value is None:
            pen = "M"
            continue
        x, y = across.at(second), up.at(value)
        path, pen = f"{path}{pen}{x:.1f} {y:.1f}", "L"
        if not line.dashed:
            words = f"{line.name} at {second:g} s: {value:.4g} {unit.strip()}".rstrip()
            dots += f'<circle class="{line.style}" cx="{x:.1f}" cy="{y:.1f}" r="3"><title>{escape(words)}</title>'
            dots += "</circle>"
    dash = " dashed" if line.dashed else ""
    return f'<path class="line {line.style}{dash}" d="{path}"/>{dots}' if path else ""
