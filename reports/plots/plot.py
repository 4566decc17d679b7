"""A plot: a figure that a notebook shows as a picture and a reader who sees none as a sentence."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from reports.files import write_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100
INK, SOFT, LINE, PAPER = "#17202b", "#566170", "#dfe3e8", "#ffffff"
BAND, LIKELY, SAID = "#a9c3e8", "#17407f", "#b4471d"
LOW, HIGH = "#3f8f9f", "#c9722b"
SERVICES = ("#3566ad", "#d0762c", "#3f8f63", "#a9528a", "#7b6cc0", "#9a8021", "#35889c", "#b9534f", "#7d8896")
"""Colours as on the report's page; the last one is shared by all other services."""


@dataclass(frozen=True, repr=False)
class Plot:
    """A drawn figure; the same bytes on every run with the same matplotlib."""

    figure: Figure
    says: str
    """What it shows, in a sentence."""

    @cached_property
    def png(self) -> bytes:
        """The picture, without the date and the name of the program in it.

        Drawn once: a layout that is drawn again moves by a fraction of a point.
        """
        data = io.BytesIO()
        self.figure.savefig(data, format="png", dpi=DPI, metadata={"Software": None})
        return data.getvalue()

    def save(self, path: str) -> None:
        """Write the picture; raise BadInput when it cannot be written."""
        write_file(path, self.png)

    def __repr__(self) -> str:
        return self.says

    def _repr_png_(self) -> bytes:
        return self.png


def new_axes(title: str, width_in: float = 7.6, height_in: float = 3.6) -> tuple[Figure, Axes]:
    """One empty plot with its title; nothing global is touched."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width_in, height_in), facecolor=PAPER, layout="constrained")
    axes = figure.subplots()
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, color=INK, fontweight="bold")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(SOFT)
    axes.tick_params(colors=SOFT, labelsize=9, length=0)
    axes.set_axisbelow(True)
    return figure, axes


def dollars_on(axes: Axes, axis: str) -> None:
    """Dollars with thousands set apart on the x or y axis, with light lines through the plot."""
    from matplotlib.ticker import StrMethodFormatter

    chosen = axes.xaxis if axis == "x" else axes.yaxis
    chosen.set_major_formatter(StrMethodFormatter("${x:,.7g}"))
    chosen.grid(visible=True, color=LINE, linewidth=0.8)
