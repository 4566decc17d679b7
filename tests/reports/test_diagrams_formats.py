"""The other formats: every text arrives as it was written, whatever it holds."""

from __future__ import annotations

import html
import re
import subprocess
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.diagrams.drawing import SUFFIXES, Format, draw
from reports.diagrams.engine import EngineError, find_engine, place
from reports.diagrams.formats.d2 import draw_d2
from reports.diagrams.formats.dot import draw_dot
from reports.diagrams.formats.drawio import draw_drawio
from reports.diagrams.formats.mermaid import draw_mermaid
from reports.diagrams.formats.names import safe_names
from reports.diagrams.layout import Layout, lay_out
from reports.diagrams.metrics import clean
from reports.diagrams.picture import Arrow, Card, Group, Picture

HARD = 'A "b" & <c> | d; e\\n ${f} `g` #1 é→日本\nsecond'
WORDS = clean(HARD)
_quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _picture(text: str) -> Picture:
    cards = (Card(text or "a", "lambda", text, cost=text, group="g"), Card("b-b", "stripe", "B", text, implied=True))
    return Picture(text, text, cards, (Arrow(cards[0].id, "b-b", "event", text),), (Group("g", text, "vpc"),), text)


def test_mermaid_writes_every_odd_character_as_its_code() -> None:
    """Quotes, bars, angle brackets, backticks and other scripts cannot end a label or start Markdown."""
    text = draw_mermaid(_picture(HARD))
    coded = (
        "A #34;b#34; #38; #60;c#62; #124; d#59; e#92;n $#123;f#125; #96;g#96; #35;1 #233;#8594;#26085;#26412; second"
    )
    assert f'["<b>{coded}</b><br/>{coded}"]' in text
    assert f'-.->|"{coded}"| c_b_b' in text
    assert f'subgraph g_g["{coded}"]' in text
    decoded = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), coded)
    assert decoded == WORDS


def test_d2_escapes_quotes_backslashes_and_substitutions() -> None:
    """A string stays on one line of source and its dollars are not variables."""
    text = draw_d2(_picture(HARD))
    quoted = '"A \\"b\\" & <c> | d; e\\\\n \\${f} `g` #1 é→日本 second"'
    assert f"g_g: {quoted} {{" in text
    assert f"-> c_b_b: {quoted} {{style.stroke-dash: 4}}" in text
    assert text.count("{") == text.count("}")


def test_dot_is_accepted_by_the_engine_and_says_the_same() -> None:
    """The engine places both cards, and the label in the source is the escaped text."""
    source = draw_dot(_picture(HARD))
    assert len(place(source).centres) == 2
    assert f"label=<{html.escape(WORDS)}>" in source


def test_drawio_reads_back_as_written() -> None:
    """The XML is well formed; a value is HTML that shows the text; cards hang in their groups."""
    picture = _picture(HARD)
    root = ElementTree.fromstring(draw_drawio(picture, lay_out(picture, candidates=5)))  # noqa: S314 - our own text
    cells = {cell.attrib["id"]: cell.attrib for cell in root.iter("mxCell")}
    card = next(cell for name, cell in cells.items() if name.startswith("c_A"))
    assert html.unescape(cells["g_g"]["value"]) == WORDS
    assert html.unescape(cells["e_0"]["value"]) == WORDS
    assert card["parent"] == "g_g"
    assert (cells["e_0"]["source"], cells["e_0"]["target"]) == (card["id"], "c_b_b")
    assert "image=data:image/png," in card["style"]
    assert "image=data:image/svg+xml," in cells["c_b_b"]["style"]


def test_drawio_stands_where_the_svg_stands(platform: Picture, platform_layout: Layout) -> None:
    """A card's place, added to those of its groups, is its icon's place in the layout."""
    root = ElementTree.fromstring(draw_drawio(platform, platform_layout))  # noqa: S314 - our own text
    cells = {cell.attrib["id"]: cell for cell in root.iter("mxCell")}
    for card in platform.cards:
        x = y = 0.0
        name = f"c_{card.id}"
        while name != "1":
            place_of = cells[name].find("mxGeometry")
            assert place_of is not None
            x, y = x + float(place_of.attrib["x"]), y + float(place_of.attrib["y"])
            name = cells[name].attrib["parent"]
        box = platform_layout.placement.icon_boxes[(card.id, card.group)]
        assert (x, y) == (box.left, box.top)


@_quick
@given(st.text(max_size=20))
def test_no_text_breaks_a_format(text: str) -> None:
    """Any text gives XML that parses, Mermaid and D2 without a bare quote too many, and DOT that the engine takes."""
    picture = _picture(text)
    ElementTree.fromstring(draw_drawio(picture, lay_out(picture, candidates=2)))  # noqa: S314 - our own text
    assert all(line.count('"') % 2 == 0 for line in draw_mermaid(picture).splitlines()[3:])
    bare = re.sub(r'\\[\\"$n]', "", draw_d2(picture))
    assert all(line.count('"') % 2 == 0 for line in bare.splitlines())
    assert len(place(draw_dot(picture)).centres) == 2


def test_names_are_plain_and_all_different() -> None:
    """Ids that look alike once cleaned get numbers, and no name is a keyword of any format."""
    cards = tuple(Card(id_, "rds", "x") for id_ in ("end", "a-b", "a_b", "a b", "ä"))
    names, _ = safe_names(Picture("t", cards=cards))
    assert list(names.values()) == ["c_end", "c_a_b", "c_a_b_2", "c_a_b_3", "c__"]


@pytest.mark.parametrize("name", SUFFIXES)
def test_every_format_draws_every_visible_thing(platform: Picture, platform_layout: Layout, name: Format) -> None:
    """All card names are in every text format; hidden arrows are in none; a layout is asked for only where needed."""
    asked: list[int] = []

    def layout() -> Layout:
        asked.append(1)
        return platform_layout

    content = draw(platform, name, layout)
    assert bool(asked) == (name in ("svg", "png", "drawio"))
    if name != "png":
        text = content.decode()
        assert all(card.name.split()[0] in text for card in platform.cards)
        assert draw(platform, name, layout) == content


def test_dot_holds_the_strip_in_a_row(platform: Picture) -> None:
    """Operations are chained by invisible edges, and the engine takes the whole graph without a warning about fonts."""
    source = draw_dot(platform)
    assert source.count("style=invis weight=10") == 6
    done = subprocess.run([find_engine(), "-Tsvg"], input=source.encode(), capture_output=True, check=True)
    assert b"hard-coded metrics" not in done.stderr


def test_a_missing_engine_is_told_with_the_way_to_install_it() -> None:
    """A name that is no program is an error in one sentence."""
    with pytest.raises(EngineError, match="'no-such-dot' is not installed \\(pip install graphviz-pure\\)"):
        find_engine("no-such-dot")
