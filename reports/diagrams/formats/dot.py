"""DOT for Graphviz, built from `diagrams` objects: coloured cards, clusters, a strip for operations."""

from collections.abc import Mapping
from html import escape
from itertools import pairwise

import diagrams

from reports.diagrams.cardshape import COST, ICON, NAME, SIZE, CardText, card_text
from reports.diagrams.dotonly import DotCluster, DotDiagram, DotEdge
from reports.diagrams.formats.names import safe_names
from reports.diagrams.icons import icon_of
from reports.diagrams.metrics import clean
from reports.diagrams.picture import Card, Group, Picture
from reports.diagrams.strokes import number
from reports.diagrams.theme import SOLID, box_colours, light, name_paint
from reports.diagrams.topology import drawn_lines

_FONT = "Arial"
_GRAPH = {
    "splines": "spline", "ranksep": "0.65", "nodesep": "0.32", "pad": "0.3", "outputorder": "edgesfirst",
    "labelloc": "t", "fontname": _FONT, "fontsize": "16",
}  # fmt: skip


def draw_dot(picture: Picture) -> str:
    """The picture as DOT; Graphviz lays it out, so coordinates are its own."""
    names, groups = safe_names(picture)
    title, subtitle = _literal(clean(picture.title)), escape(clean(picture.subtitle))
    graph = {**_GRAPH, "label": f"{title[:-1]}<BR/>{subtitle}>" if title and subtitle else title}
    edge = {"color": light("sp-line"), "fontname": _FONT, "fontsize": "10", "fontcolor": light("sp-label")}
    with DotDiagram("LR", graph, {"shape": "plain", "fontname": _FONT}, edge) as diagram:
        nodes: dict[str, diagrams.Node] = {}
        _declare("", picture, names, groups, nodes)
        for line, label in drawn_lines(picture).items():
            style = {"style": "dashed"} if line.dashed else {}
            ports = {"tailport": "i", "headport": "i"}
            text = {"label": _literal(label)} if label else {}
            nodes[line.source[0]].connect(nodes[line.target[0]], DotEdge(**ports, **style, **text))
        _chain_strips(picture, nodes)
    return str(diagram.dot.source)


def _declare(
    parent: str,
    picture: Picture,
    names: Mapping[str, str],
    groups: Mapping[str, str],
    nodes: dict[str, diagrams.Node],
) -> None:
    for card in picture.cards:
        if card.group == parent:
            nodes[card.id] = diagrams.Node(_card_label(card), nodeid=names[card.id])
    for group in picture.filled_groups():
        if group.parent == parent:
            with DotCluster(groups[group.id], _cluster(group)):
                _declare(group.id, picture, names, groups, nodes)


def _chain_strips(picture: Picture, nodes: Mapping[str, diagrams.Node]) -> None:
    """Holds the cards of an operations group in a row."""
    for group in picture.groups:
        cards = [card.id for card in picture.cards if card.group == group.id and group.style == "operations"]
        for first, second in pairwise(cards):
            nodes[first].connect(nodes[second], DotEdge(style="invis", weight="10"))


def _card_label(card: Card) -> str:
    """An HTML table: the icon's colour and initials, then the texts."""
    icon = icon_of(card.icon)
    tile = (
        f'<TR><TD PORT="i" FIXEDSIZE="TRUE" WIDTH="{ICON}" HEIGHT="{ICON}" BGCOLOR="{icon.colour}" STYLE="ROUNDED">'
        f'<FONT COLOR="#ffffff" POINT-SIZE="18"><B>{escape(icon.initials)}</B></FONT></TD></TR>'
    )
    rows = "".join(_text_rows(card_text(card)))
    implied = f'<TR><TD><FONT COLOR="{light("sp-tag-text")}" POINT-SIZE="8.5">implied</FONT></TD></TR>'
    table = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">'
    return f"<{table}{tile}{rows}{implied if card.implied else ''}</TABLE>>"


def _text_rows(text: CardText) -> list[str]:
    rows = [(line, NAME, "sp-name") for line in text.name]
    rows += [(line, SIZE, "sp-size") for line in text.size]
    rows += [(line, COST, "sp-cost") for line in text.cost]
    return [
        f'<TR><TD><FONT POINT-SIZE="{number(font.size)}" COLOR="{light(style)}">'
        f"{f'<B>{escape(line)}</B>' if font.bold else escape(line)}</FONT></TD></TR>"
        for line, font, style in rows
    ]


def _cluster(group: Group) -> dict[str, str]:
    paint = box_colours(group.style)
    border = "rounded" if group.style in SOLID else "rounded,dashed"
    look = {"style": border, "pencolor": paint["stroke"]}
    if paint["fill"] != "none":
        look |= {"style": f"{border},filled", "fillcolor": paint["fill"]}
    if group.style == "clients":
        look = {"style": "invis"}
    return {
        **look, "label": _literal(clean(group.label)), "labeljust": "l", "margin": "12", "fontname": _FONT,
        "fontsize": "11", "fontcolor": name_paint(group.style)[1],
    }  # fmt: skip


def _literal(text: str) -> str:
    """A label that DOT shows as it stands: HTML, escaped, since plain labels have escapes of their own."""
    return f"<{escape(text)}>" if text else ""
