"""The PNG, pixel by pixel: an engine that leaves icons out would also exit with 0."""

from __future__ import annotations

import struct
import zlib
from typing import Literal

import numpy as np
import numpy.typing as npt
import pytest

from reports.diagrams.formats.png import draw_png
from reports.diagrams.icons import icon_of, icon_table
from reports.diagrams.layout import Layout, lay_out
from reports.diagrams.picture import Card, Picture
from reports.diagrams.svg import draw_svg
from reports.diagrams.topology import card_key

SCALE = 0.5
Pixels = npt.NDArray[np.int64]


def _pixels(png: bytes) -> Pixels:
    """Rows x columns x RGB of an 8-bit RGBA PNG."""
    at, data, width, height = 8, b"", 0, 0
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", body[:10])
            assert (depth, colour) == (8, 6)
        elif kind == b"IDAT":
            data += body
        at += 12 + length
    raw = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, 1 + width * 4)
    rows = np.zeros((height + 1, width, 4), np.int64)
    for y in range(height):
        rows[y + 1] = _unfiltered(int(raw[y, 0]), raw[y, 1:].reshape(width, 4).astype(np.int64), rows[y])
    return rows[1:, :, :3]


def _unfiltered(kind: int, line: Pixels, above: Pixels) -> Pixels:
    """One row without its PNG filter."""
    if kind == 0:
        return line
    if kind == 1:
        return np.asarray(np.cumsum(line, axis=0) % 256)
    if kind == 2:
        return (line + above) % 256
    done = np.zeros_like(line)
    left, corner = np.zeros(4, np.int64), np.zeros(4, np.int64)
    for x in range(len(line)):
        up = above[x]
        guess = (left + up) // 2 if kind == 3 else _paeth(left, up, corner)
        done[x] = left = (line[x] + guess) % 256
        corner = up
    return done


def _paeth(left: Pixels, up: Pixels, corner: Pixels) -> Pixels:
    a, b, c = abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)
    return np.where((a <= b) & (a <= c), left, np.where(b <= c, up, corner))


def _page(picture: Picture, layout: Layout) -> tuple[float, float]:
    """The corner of the page in the layout's coordinates."""
    view = draw_svg(picture, layout, icons="linked").split('viewBox="')[1].split('"')[0].split()
    return float(view[0]), float(view[1])


@pytest.fixture(scope="module")
def every_kind() -> tuple[Picture, Layout]:
    """A card of every kind, all unconnected."""
    picture = Picture("Kinds", cards=tuple(Card(kind, kind, kind[:9]) for kind in icon_table()))
    return picture, lay_out(picture, candidates=3)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_card_shows_its_icon(every_kind: tuple[Picture, Layout], theme: Literal["light", "dark"]) -> None:
    """In the box of every icon there are coloured pixels; line art in dark ink stands out from a light plate."""
    picture, layout = every_kind
    pixels = _pixels(draw_png(picture, layout, theme, scale=SCALE))
    left, top = _page(picture, layout)
    for card in picture.cards:
        box = layout.placement.icon_boxes[card_key(card)].moved(-left, -top).grown(-8)
        sides = [round(side * SCALE) for side in (box.top, box.bottom, box.left, box.right)]
        inside = pixels[sides[0] : sides[1], sides[2] : sides[3]]
        bright = inside.max(axis=2)
        coloured = bright - inside.min(axis=2)
        if icon_of(card.icon).style == "line-dark":
            assert (bright < 110).mean() > 0.03, card.id
            assert (bright > 200).mean() > 0.3, card.id
        else:
            assert (coloured > 60).mean() > 0.04, card.id


def test_the_ground_is_light_or_dark(small: Picture, small_layout: Layout) -> None:
    """A PNG has one theme, light unless asked for dark."""
    assert _pixels(draw_png(small, small_layout, scale=0.25))[0, 0].min() > 240
    assert _pixels(draw_png(small, small_layout, "dark", scale=0.25))[0, 0].max() < 50
