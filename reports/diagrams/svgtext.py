"""Texts of an SVG: cleaned, escaped, set in a style of the theme."""

from xml.sax.saxutils import escape

from reports.diagrams.geometry import Point
from reports.diagrams.metrics import Font, clean
from reports.diagrams.strokes import number


def words(style: str, text: str, at: Point, font: Font, anchor: str = "start", halo: bool = False) -> str:
    """One line of text at the anchor point of its baseline; a halo keeps it readable on a line."""
    look = f' font-size="{number(font.size)}"' + (' font-weight="bold"' if font.bold else "")
    if anchor != "start":
        look += f' text-anchor="{anchor}"'
    if halo:
        look += ' stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"'
    return f'<text class="{style}" x="{number(at[0])}" y="{number(at[1])}"{look}>{xml_text(text)}</text>'


def xml_text(text: str) -> str:
    """The text as XML content."""
    return escape(clean(text))
