"""The picture of each component kind: a PNG of the `diagrams` package, or a badge with initials drawn here.

`icons.csv` says which: `tile` is a filled square, `line` and `line-dark` are line art that stands on a light plate,
`badge` has no picture in the package (or one that is not the brand's) and shows its initials.
"""

import csv
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import quoteattr

from reports.diagrams.cardshape import ICON

Style = Literal["tile", "line", "line-dark", "badge"]
_TABLE = Path(__file__).with_name("icons.csv")
_PLATE_INSET = 7
_BADGE_SIZES = {1: 30, 2: 24, 3: 19}


@dataclass(frozen=True)
class Icon:
    """How one kind is shown; `source` is a class of the `diagrams` package, "" for a badge."""

    kind: str
    source: str
    style: Style
    colour: str
    monogram: str

    @property
    def initials(self) -> str:
        """The badge's text; for pictures the first letters of the kind, for formats that cannot show a picture."""
        words = self.kind.split("_")
        return self.monogram or ("".join(word[0] for word in words[:2]) if len(words) > 1 else self.kind[:2]).upper()


@cache
def icon_table() -> dict[str, Icon]:
    """All kinds of the table."""
    with _TABLE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        row["kind"]: Icon(row["kind"], row["icon"], _style(row["style"]), row["colour"], row["monogram"])
        for row in rows
    }


def icon_of(kind: str) -> Icon:
    """The kind's icon; a grey badge with its initials when the table has none."""
    return icon_table().get(kind) or Icon(kind, "", "badge", "#64748B", _letters(kind))


@cache
def png_bytes(source: str) -> bytes:
    """The PNG of a class of the `diagrams` package, byte for byte as installed."""
    module, _, name = source.rpartition(".")
    node = getattr(import_module(f"diagrams.{module}"), name)
    root = Path(str(import_module("diagrams").__file__)).parent.parent
    return Path(root, node._icon_dir, node._icon).read_bytes()


def png_uri(source: str) -> str:
    """The PNG as a data URI."""
    return f"data:image/png;base64,{b64encode(png_bytes(source)).decode()}"


@cache
def icon_symbol(kind: str) -> str:
    """An SVG `<symbol>` of 56 by 56 with the id `icon_id(kind)`."""
    return f'<symbol id="{icon_id(kind)}" viewBox="0 0 {ICON} {ICON}">{_drawing(icon_of(kind))}</symbol>'


def icon_id(kind: str) -> str:
    """The symbol's id: the same for the same picture, so that several drawings in a page can share it."""
    letters = (letter if letter.isascii() and letter.isalnum() else f"-{ord(letter):x}" for letter in kind)
    return "sp-icon-" + "".join(letters)


def badge_svg(icon: Icon) -> str:
    """A badge as an SVG of its own."""
    size = f'width="{ICON}" height="{ICON}" font-family="Arial, Helvetica, sans-serif"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{_badge(icon)}</svg>'


def _drawing(icon: Icon) -> str:
    if icon.style == "badge":
        return _badge(icon)
    inset = 0 if icon.style == "tile" else _PLATE_INSET
    side = ICON - 2 * inset
    image = f'<image x="{inset}" y="{inset}" width="{side}" height="{side}" href="{png_uri(icon.source)}"/>'
    return image if icon.style == "tile" else _plate() + image


def _plate() -> str:
    side = ICON - 1
    return f'<rect x="0.5" y="0.5" width="{side}" height="{side}" rx="7" fill="#f8fafc" stroke="#cbd5e1"/>'


def _badge(icon: Icon) -> str:
    size = _BADGE_SIZES.get(len(icon.initials), 19)
    return (
        f'<rect width="{ICON}" height="{ICON}" rx="7" fill={quoteattr(icon.colour)}/>'
        f'<text x="{ICON // 2}" y="{ICON / 2 + size * 0.36:g}" text-anchor="middle" font-size="{size}" '
        f'font-weight="bold" fill="#ffffff">{icon.initials}</text>'
    )


def _letters(kind: str) -> str:
    """Up to two plain letters of any text; a question mark when it has none."""
    words = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in kind).split()
    return "".join(word[0] for word in words[:2]).upper() or "?"


def _style(text: str) -> Style:
    styles: dict[str, Style] = {"tile": "tile", "line": "line", "line-dark": "line-dark", "badge": "badge"}
    return styles[text]
