"""What the gallery holds: an SVG for every bundled architecture."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from model.loading import bundled_names, load
from pricing.price import price
from reports.diagrams.from_architecture import pictures
from reports.diagrams.layout import lay_out
from reports.diagrams.svg import draw_svg

FOLDER: Final = Path(__file__).parent


def gallery() -> dict[str, str]:
    """File name to SVG, one per architecture at its last stage."""
    return {f"{name}.svg": gallery_svg(name) for name in bundled_names()}


def gallery_svg(name: str) -> str:
    """The last stage of a bundled architecture."""
    architecture = load(name)
    bills = {stage: price(architecture.at(stage), draws=0, explain=False) for stage in architecture.stage_names}
    drawn = pictures(architecture, bills)
    return draw_svg(drawn[-1], lay_out(drawn, name))
