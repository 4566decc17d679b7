"""What an SVG draws around its cards: groups with their names, lines with their labels."""

from reports.diagrams.geometry import Point
from reports.diagrams.groupnames import BASELINE, INDENT
from reports.diagrams.labels import Spot
from reports.diagrams.layout import Layout
from reports.diagrams.metrics import LABEL, clean
from reports.diagrams.packing import GROUP_LABEL
from reports.diagrams.picture import Group, GroupStyle, Picture, ancestors
from reports.diagrams.strokes import Stroke, number, strokes_of
from reports.diagrams.svgtext import words, xml_text
from reports.diagrams.theme import SOLID
from reports.diagrams.topology import card_key, drawn_lines, label_lines


def draw_boxes(picture: Picture, layout: Layout) -> list[str]:
    """The boxes of groups, outer ones first; clients stand without one."""
    rows = []
    for group in _boxed(picture, layout):
        box = layout.placement.groups[group.id]
        dash = "" if group.style in SOLID else ' stroke-dasharray="5 3"'
        rows.append(
            f'<rect class="sp-box-{group.style}" x="{number(box.left)}" y="{number(box.top)}" '
            f'width="{number(box.width)}" height="{number(box.height)}" rx="9" stroke-width="1.3"{dash}/>'
        )
    return rows


def draw_names(picture: Picture, layout: Layout) -> list[str]:
    """The groups' names, over the lines that cross them."""
    rows = []
    for group in _boxed(picture, layout):
        box = layout.placement.groups[group.id]
        style = f"sp-group-{group.style} {_ground(group.id, layout)}"
        at = (box.left + INDENT, box.top + BASELINE)
        rows.append(words(style, clean(group.label), at, GROUP_LABEL, halo=True))
    return rows


def _boxed(picture: Picture, layout: Layout) -> list[Group]:
    parents = layout.topology.parents
    groups = [group for group in picture.filled_groups() if group.style != "clients"]
    return sorted(groups, key=lambda group: (len(ancestors(group.id, parents)), group.id))


def draw_lines(picture: Picture, layout: Layout) -> list[str]:
    """The lines with their arrowheads."""
    names = {card_key(card): clean(card.name) for card in picture.cards}
    labels = drawn_lines(picture)
    return [_line(stroke, names, labels[stroke.line]) for stroke in strokes_of(layout.routes, labels)]


def _line(stroke: Stroke, names: dict[tuple[str, str], str], label: str) -> str:
    line = stroke.line
    title = f"{names[line.source]} → {names[line.target]}{f': {label}' if label else ''}"
    dash = ' stroke-dasharray="5 3.5"' if line.dashed else ""
    path = f'<path class="sp-line" d="{stroke.path}" fill="none" stroke-width="1.3"{dash}/>' if stroke.path else ""
    return f'<g><title>{xml_text(title)}</title>{path}<path class="sp-head" d="{stroke.head}"/></g>'


def draw_labels(picture: Picture, layout: Layout) -> list[str]:
    """The texts of the lines."""
    labels = {line: label for line, label in drawn_lines(picture).items() if label}
    return [_label(labels[line], layout.labels[line], layout) for line in sorted(labels)]


def _label(label: str, spot: Spot, layout: Layout) -> str:
    lines = label_lines(label)
    style = f"sp-label {_ground(_group_at((spot.x, spot.y), layout), layout)}"
    return "".join(
        words(style, line, (spot.x, baseline), LABEL, anchor=spot.anchor, halo=True)
        for line, baseline in zip(lines, spot.baselines(len(lines)), strict=True)
    )


def _group_at(point: Point, layout: Layout) -> str:
    """The innermost group around a point."""
    found = [
        (box.width * box.height, name)
        for name, box in layout.placement.groups.items()
        if box.left <= point[0] <= box.right and box.top <= point[1] <= box.bottom
    ]
    return min(found)[1] if found else ""


def _ground(group: str, layout: Layout) -> str:
    """The halo's class for what a text in the group stands on: the fill of the innermost box that has one."""
    clear: set[GroupStyle] = {"region", "clients"}
    for name in ancestors(group, layout.topology.parents):
        style = layout.topology.groups[name].style
        if style not in clear:
            return f"sp-on-{style}"
    return "sp-on-page"
