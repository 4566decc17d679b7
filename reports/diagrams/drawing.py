"""One door to every format: the name of a format and a picture in, the file's bytes out."""

from collections.abc import Callable
from typing import Literal

from reports.diagrams.formats.d2 import draw_d2
from reports.diagrams.formats.dot import draw_dot
from reports.diagrams.formats.drawio import draw_drawio
from reports.diagrams.formats.mermaid import draw_mermaid
from reports.diagrams.formats.png import draw_png
from reports.diagrams.layout import Layout
from reports.diagrams.picture import Picture
from reports.diagrams.svg import draw_svg
from reports.diagrams.theme import Theme

Format = Literal["svg", "png", "mermaid", "d2", "dot", "drawio"]
SUFFIXES: dict[Format, str] = {
    "svg": ".svg", "png": ".png", "mermaid": ".mmd", "d2": ".d2", "dot": ".dot", "drawio": ".drawio",
}  # fmt: skip
"""The formats, and how their files are called."""


def draw(picture: Picture, file_format: Format, layout: Callable[[], Layout], theme: Theme = "auto") -> bytes:
    """The picture in a format; `layout` is called only by formats that hold coordinates.

    A PNG has one theme: light, unless `dark` is asked for.
    """
    match file_format:
        case "svg":
            return draw_svg(picture, layout(), theme).encode()
        case "png":
            return draw_png(picture, layout(), "dark" if theme == "dark" else "light")
        case "drawio":
            return draw_drawio(picture, layout()).encode()
        case "dot":
            return draw_dot(picture).encode()
        case "mermaid":
            return draw_mermaid(picture).encode()
        case "d2":
            return draw_d2(picture).encode()
