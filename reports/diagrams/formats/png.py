"""PNG through `vl-convert-python`, which brings its own fonts: the same on a machine without any."""

from typing import Literal

from reports.diagrams.layout import Layout
from reports.diagrams.picture import Picture
from reports.diagrams.svg import draw_svg


def draw_png(picture: Picture, layout: Layout, theme: Literal["light", "dark"] = "light", scale: float = 2.0) -> bytes:
    """The picture as PNG; `scale` is pixels per point."""
    import vl_convert

    png: bytes = vl_convert.svg_to_png(draw_svg(picture, layout, theme), scale=scale)
    return png
