"""D2, which terrastruct's tool lays out."""

from reports.diagrams.formats.names import safe_names
from reports.diagrams.icons import icon_of
from reports.diagrams.metrics import clean
from reports.diagrams.picture import Card, Group, Picture, ancestors
from reports.diagrams.theme import SOLID, box_colours
from reports.diagrams.topology import drawn_lines


def draw_d2(picture: Picture) -> str:
    """The picture as D2; `d2` lays it out."""
    names, groups = safe_names(picture)
    filled = picture.filled_groups()
    title = f"title: {_quoted(picture.title)} {{near: top-center; shape: text; style.font-size: 24}}"
    rows = ["direction: right", title]
    rows += _inside("", picture, filled, names, groups, "")
    parents = {group.id: group.parent for group in picture.groups}
    paths = {
        card.id: ".".join([*(groups[group] for group in reversed(ancestors(card.group, parents))), names[card.id]])
        for card in picture.cards
    }
    for line, label in drawn_lines(picture).items():
        dash = " {style.stroke-dash: 4}" if line.dashed else ""
        text = f": {_quoted(label)}" if label else ":" if dash else ""
        rows.append(f"{paths[line.source[0]]} -> {paths[line.target[0]]}{text}{dash}")
    return "\n".join(rows) + "\n"


def _inside(
    parent: str, picture: Picture, filled: tuple[Group, ...], names: dict[str, str], groups: dict[str, str], indent: str
) -> list[str]:
    cards = [card for card in picture.cards if card.group == parent]
    rows = [f"{indent}{names[card.id]}: {_label(card)} {{{_look(card)}}}" for card in cards]
    for group in filled:
        if group.parent == parent:
            rows.append(f"{indent}{groups[group.id]}: {_quoted(group.label)} {{")
            rows.append(f"{indent}  {_box(group)}")
            rows += _inside(group.id, picture, filled, names, groups, indent + "  ")
            rows.append(f"{indent}}}")
    return rows


def _label(card: Card) -> str:
    return _quoted(card.name, card.size, card.cost, "implied" if card.implied else "")


def _quoted(*lines: str) -> str:
    r"""A double-quoted D2 string, one line of source.

    >>> _quoted('a "b" ${c}')
    '"a \\"b\\" \\${c}"'
    """
    cleaned = [line for line in map(clean, lines) if line]
    escaped = [line.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$") for line in cleaned]
    return '"' + "\\n".join(escaped) + '"'


def _look(card: Card) -> str:
    dash = "; style.stroke-dash: 3" if card.implied else ""
    return f'style.fill: "#ffffff"; style.stroke: "{icon_of(card.icon).colour}"; style.border-radius: 8{dash}'


def _box(group: Group) -> str:
    if group.style == "clients":
        return "style.opacity: 0.99; style.stroke-width: 0; style.fill: transparent"
    paint = box_colours(group.style)
    fill = "transparent" if paint["fill"] == "none" else paint["fill"]
    dash = "" if group.style in SOLID else "; style.stroke-dash: 4"
    return f'style.fill: "{fill}"; style.stroke: "{paint["stroke"]}"; style.border-radius: 8{dash}'
