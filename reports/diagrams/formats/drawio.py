"""draw.io (diagrams.net): the layout's own coordinates, icons inside the file, everything still movable."""

from base64 import b64encode
from html import escape
from xml.sax.saxutils import quoteattr

from reports.diagrams.cardshape import ICON, card_text
from reports.diagrams.formats.names import safe_names
from reports.diagrams.geometry import Box, Point
from reports.diagrams.icons import badge_svg, icon_of, png_bytes
from reports.diagrams.layout import Layout
from reports.diagrams.metrics import clean
from reports.diagrams.picture import Card, Group, Picture, ancestors
from reports.diagrams.strokes import number
from reports.diagrams.theme import SOLID, box_colours, light, name_paint
from reports.diagrams.topology import LineKey, card_key, drawn_lines

_ORIGIN = Box(0, 0, 0, 0)


def draw_drawio(picture: Picture, layout: Layout) -> str:
    """The picture as an uncompressed draw.io file."""
    names, groups = safe_names(picture)
    extent = layout.extent
    rows = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        "<mxfile>",
        f'<diagram id="stageplan" name={quoteattr(clean(picture.stage or picture.title) or "diagram")}>',
        f'<mxGraphModel grid="1" gridSize="10" page="0" pageWidth="{number(extent.width)}" '
        f'pageHeight="{number(extent.height)}"><root><mxCell id="0"/><mxCell id="1" parent="0"/>',
        _title(picture, extent),
        *_groups(picture, layout, groups),
        *(_card(card, layout, names, groups) for card in picture.cards),
        *(
            _line(f"e_{index}", line, label, layout, names)
            for index, (line, label) in enumerate(drawn_lines(picture).items())
        ),
        "</root></mxGraphModel></diagram></mxfile>",
    ]
    return "\n".join(rows) + "\n"


def _title(picture: Picture, extent: Box) -> str:
    title, subtitle = escape(clean(picture.title)), escape(clean(picture.subtitle))
    value = f"<b>{title}</b><br><font style='font-size:12px'>{subtitle}</font>"
    box = Box(extent.left, extent.top - 60, extent.right, extent.top - 10)
    return _cell("title", value, "text;html=1;align=left;verticalAlign=top;fontSize=18;", "1", box)


def _groups(picture: Picture, layout: Layout, groups: dict[str, str]) -> list[str]:
    parents = layout.topology.parents
    ordered = sorted(picture.filled_groups(), key=lambda group: (len(ancestors(group.id, parents)), group.id))
    rows = []
    for group in ordered:
        outer = layout.placement.groups.get(group.parent, _ORIGIN)
        box = layout.placement.groups[group.id].moved(-outer.left, -outer.top)
        parent = groups[group.parent] if group.parent else "1"
        rows.append(_cell(groups[group.id], escape(clean(group.label)), _box_style(group), parent, box))
    return rows


def _box_style(group: Group) -> str:
    if group.style == "clients":
        return "rounded=0;fillColor=none;strokeColor=none;noLabel=1;container=1;collapsible=0;"
    paint = box_colours(group.style)
    dash = "" if group.style in SOLID else "dashed=1;"
    return (
        f"rounded=1;absoluteArcSize=1;arcSize=18;html=1;container=1;collapsible=0;align=left;verticalAlign=top;"
        f"spacingLeft=8;fontSize=11;fillColor={paint['fill']};strokeColor={paint['stroke']};"
        f"fontColor={name_paint(group.style)[1]};{dash}"
    )


def _card(card: Card, layout: Layout, names: dict[str, str], groups: dict[str, str]) -> str:
    outer = layout.placement.groups.get(card.group, _ORIGIN)
    box = layout.placement.icon_boxes[card_key(card)].moved(-outer.left, -outer.top)
    style = (
        f"shape=image;html=1;imageAspect=1;aspect=fixed;verticalLabelPosition=bottom;verticalAlign=top;"
        f"labelBackgroundColor=none;spacingTop=2;image={_image(card.icon)};"
    )
    if card.implied:
        style += f"imageBorder={light('sp-implied')};dashed=1;"
    return _cell(names[card.id], _label(card), style, groups[card.group] if card.group else "1", box)


def _image(kind: str) -> str:
    """A data URI as draw.io wants it inside a style: without ';base64'."""
    icon = icon_of(kind)
    if icon.style == "badge":
        return f"data:image/svg+xml,{b64encode(badge_svg(icon).encode()).decode()}"
    return f"data:image/png,{b64encode(png_bytes(icon.source)).decode()}"


def _label(card: Card) -> str:
    text = card_text(card)
    rows = [f"<b style='font-size:12px;color:{light('sp-name')}'>{escape(line)}</b>" for line in text.name]
    rows += [f"<span style='font-size:10px;color:{light('sp-size')}'>{escape(line)}</span>" for line in text.size]
    rows += [f"<b style='font-size:11px;color:{light('sp-cost')}'>{escape(line)}</b>" for line in text.cost]
    if card.implied:
        rows.append(f"<i style='font-size:9px;color:{light('sp-tag-text')}'>implied</i>")
    return "<br>".join(rows)


def _line(id_: str, line: LineKey, label: str, layout: Layout, names: dict[str, str]) -> str:
    points = layout.routes[line].points
    start = _share(points[0], layout.placement.icon_boxes[line.source])
    end = _share(points[-1], layout.placement.icon_boxes[line.target])
    style = (
        f"edgeStyle=orthogonalEdgeStyle;rounded=1;html=1;endArrow=block;endFill=1;endSize=4;fontSize=10;"
        f"strokeColor={light('sp-line')};fontColor={light('sp-label')};labelBackgroundColor=default;"
        f"exitX={number(start[0])};exitY={number(start[1])};exitPerimeter=0;"
        f"entryX={number(end[0])};entryY={number(end[1])};entryPerimeter=0;{'dashed=1;' if line.dashed else ''}"
    )
    corners = "".join(f'<mxPoint x="{number(x)}" y="{number(y)}"/>' for x, y in points[1:-1])
    via = f'<Array as="points">{corners}</Array>' if corners else ""
    return (
        f'<mxCell id="{id_}" value={quoteattr(escape(label))} style="{style}" edge="1" parent="1" '
        f'source="{names[line.source[0]]}" target="{names[line.target[0]]}">'
        f'<mxGeometry relative="1" as="geometry">{via}</mxGeometry></mxCell>'
    )


def _share(point: Point, box: Box) -> Point:
    """Where a point lies in a box: 0 at its left or top, 1 at its right or bottom."""
    return (point[0] - box.left) / ICON, (point[1] - box.top) / ICON


def _cell(id_: str, value: str, style: str, parent: str, box: Box) -> str:
    """A vertex; draw.io reads `value` as HTML."""
    return (
        f'<mxCell id="{id_}" value={quoteattr(value)} style={quoteattr(style)} vertex="1" parent="{parent}">'
        f'<mxGeometry x="{number(box.left)}" y="{number(box.top)}" width="{number(box.width)}" '
        f'height="{number(box.height)}" as="geometry"/></mxCell>'
    )
