"""The SVG that people see."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.diagrams.layout import Layout, lay_out
from reports.diagrams.picture import Arrow, Card, Group, Picture
from reports.diagrams.svg import draw_svg, icon_sheet
from reports.diagrams.theme import Theme

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "diagrams" / "small.svg"
NAME = "{http://www.w3.org/2000/svg}"
_quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _uses(svg: str) -> dict[str, tuple[str, str]]:
    """Where each icon stands, by the card's tooltip."""
    places = {}
    for group in ElementTree.fromstring(svg).iter(f"{NAME}g"):  # noqa: S314 - our own text
        use = group.find(f"{NAME}use")
        if use is not None:
            places[(group.findtext(f"{NAME}title") or "").split(" · ")[0]] = (use.attrib["x"], use.attrib["y"])
    return places


def test_the_small_picture_is_the_golden_one(small: Picture, small_layout: Layout) -> None:
    """The drawing without its icons is, byte for byte, the one that was looked at."""
    assert draw_svg(small, small_layout, icons="linked") == GOLDEN.read_text(encoding="utf-8")


@_quick
@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_any_text_gives_well_formed_xml(name: str, size: str, label: str) -> None:
    """Whatever a name, a size or a label holds, the SVG can be parsed and the cards are in it."""
    cards = (Card("a", "lambda", name, size, label, "g"), Card("b", "rds", size, name, note=label))
    picture = Picture(name, size, cards, (Arrow("a", "b", "event", label),), (Group("g", label),), label)
    svg = draw_svg(picture, lay_out(picture, candidates=5))
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own text
    assert len(list(root.iter(f"{NAME}use"))) == 2


def test_a_stage_keeps_the_coordinates_of_the_others(
    platform_stages: tuple[Picture, ...], platform_layout: Layout
) -> None:
    """A card stands at the same place in every stage that has it, on a page of the same size."""
    drawn = [draw_svg(picture, platform_layout, icons="linked") for picture in platform_stages]
    places = [_uses(svg) for svg in drawn]
    assert [len(one) for one in places] == [22, 31, 35]
    for one in places[:2]:
        assert one.items() <= places[2].items()
    assert len({re.search(r'viewBox="([^"]*)"', svg)[1] for svg in drawn}) == 1  # type: ignore[index]


def test_a_group_without_cards_in_a_stage_is_not_drawn(
    platform_stages: tuple[Picture, ...], platform_layout: Layout
) -> None:
    """At launch there is nothing asynchronous and nothing external, so neither box nor name appears."""
    launch, _, full = (draw_svg(picture, platform_layout, icons="linked") for picture in platform_stages)
    for name in ("Async", "External services"):
        assert f">{name}</text>" in full
        assert f">{name}</text>" not in launch
    assert launch.count('class="sp-box-') == full.count('class="sp-box-') - 2


def test_the_drawing_stands_alone(platform: Picture, platform_layout: Layout) -> None:
    """No address but the namespace, no file, no script; every reference is to something inside."""
    svg = draw_svg(platform, platform_layout)
    assert re.findall(r"https?://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"]
    links = re.findall(r'href="([^"]{0,40})', svg)
    assert all(link.startswith(("#sp-icon-", "data:image/png;base64,")) for link in links)
    assert {link[1:] for link in links if link.startswith("#")} <= set(re.findall(r'id="([^"]+)"', svg))
    assert "<script" not in svg
    assert "url(" not in svg


def test_it_says_what_it_shows(platform: Picture, platform_layout: Layout) -> None:
    """A reader who does not see it hears the title, the groups with their cards, and the connections."""
    root = ElementTree.fromstring(draw_svg(platform, platform_layout))  # noqa: S314 - our own text
    title, desc = root.findtext(f"{NAME}title"), root.findtext(f"{NAME}desc")
    assert root.attrib["role"] == "img"
    assert title == "Stage 2: 100k MAU"
    assert desc is not None
    assert "35 components, 24 connections." in desc
    assert "Private subnets · data: RDS PostgreSQL, Read replica, ElastiCache." in desc
    assert "API → ElastiCache" in desc
    assert "API → CloudWatch" not in desc


def test_one_drawing_holds_both_themes(small: Picture, small_layout: Layout) -> None:
    """It follows the system, and `data-theme` on it or around it overrules; a fixed theme has no switch."""
    both = draw_svg(small, small_layout, icons="linked")
    assert "@media (prefers-color-scheme:dark){.sp-diagram .sp-" in both
    for name in ("light", "dark"):
        assert f"[data-theme={name}] .sp-diagram .sp-page" in both
        assert f"svg.sp-diagram[data-theme={name}]" in both
    themes: tuple[tuple[Theme, str], ...] = (("light", "#ffffff"), ("dark", "#0f1720"))
    for theme, page in themes:
        fixed = draw_svg(small, small_layout, theme, "linked")
        assert f".sp-diagram .sp-page{{fill:{page}}}" in fixed
        assert "@media" not in fixed


def test_several_drawings_share_one_sheet_of_icons(
    platform_stages: tuple[Picture, ...], platform_layout: Layout
) -> None:
    """The sheet has every symbol that the linked drawings use, once, and their ids do not collide."""
    sheet = icon_sheet(platform_stages)
    symbols = re.findall(r'<symbol id="([^"]+)"', sheet)
    assert len(symbols) == len(set(symbols))
    drawn = [draw_svg(picture, platform_layout, icons="linked") for picture in platform_stages]
    assert all(set(re.findall(r'href="#([^"]+)"', svg)) <= set(symbols) for svg in drawn)
    assert len({re.search(r'aria-labelledby="([^"]+)"', svg)[1] for svg in drawn}) == 3  # type: ignore[index]
    assert max(map(len, drawn)) < 60_000


def test_what_is_implied_is_marked(small: Picture, small_layout: Layout) -> None:
    """A card that the provider bills and nobody names has a dashed frame and says so."""
    svg = draw_svg(small, small_layout)
    assert svg.count('class="sp-implied"') == 1
    named = replace(small, cards=tuple(replace(card, implied=False) for card in small.cards))
    assert "implied" not in re.sub(r"<style>.*?</style>", "", draw_svg(named, small_layout))


_DRAW = """
import sys
sys.path[:0] = [{root!r}, {tests!r}]
import conftest
from reports.diagrams.drawing import SUFFIXES, draw
from reports.diagrams.layout import lay_out
picture = conftest.small_picture()
layout = lay_out(picture, candidates=60)
for name in SUFFIXES:
    sys.stdout.buffer.write(draw(picture, name, lambda: layout))
"""


def test_the_bytes_do_not_depend_on_where_and_how_python_runs(tmp_path: Path) -> None:
    """Another working directory and another hash seed give the same bytes in every format."""
    script = _DRAW.format(root=str(ROOT), tests=str(Path(__file__).parent))
    seen = set()
    for seed, folder in (("1", tmp_path), ("77", ROOT)):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, check=True)
        seen.add(done.stdout)
    assert len(seen) == 1
    assert list(tmp_path.iterdir()) == []
