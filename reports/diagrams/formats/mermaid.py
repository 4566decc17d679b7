"""A Mermaid flowchart, as Markdown viewers draw it."""

from reports.diagrams.formats.names import safe_names
from reports.diagrams.icons import icon_of
from reports.diagrams.metrics import clean
from reports.diagrams.picture import Card, Group, Picture
from reports.diagrams.theme import SOLID, box_colours
from reports.diagrams.topology import drawn_lines

_PLAIN = frozenset(" .,:/()+-_$%·–—×")


def draw_mermaid(picture: Picture) -> str:
    """The picture as a Mermaid flowchart; Mermaid lays it out."""
    names, groups = safe_names(picture)
    filled = picture.filled_groups()
    rows = ["---", f"title: {_yaml(clean(picture.title))}", "---", "flowchart LR"]
    rows += _inside("", picture, filled, names, groups, "  ")
    for line, label in drawn_lines(picture).items():
        arrow = "-.->" if line.dashed else "-->"
        text = f'|"{_escaped(label)}"|' if label else ""
        rows.append(f"  {names[line.source[0]]} {arrow}{text} {names[line.target[0]]}")
    rows += [f"  style {groups[group.id]} {_box(group)}" for group in filled]
    rows += [f"  style {names[card.id]} {_look(card)}" for card in picture.cards]
    return "\n".join(rows) + "\n"


def _inside(
    parent: str, picture: Picture, filled: tuple[Group, ...], names: dict[str, str], groups: dict[str, str], indent: str
) -> list[str]:
    rows = [f'{indent}{names[card.id]}["{_label(card)}"]' for card in picture.cards if card.group == parent]
    for group in filled:
        if group.parent == parent:
            rows.append(f'{indent}subgraph {groups[group.id]}["{_escaped(group.label) or " "}"]')
            rows += _inside(group.id, picture, filled, names, groups, indent + "  ")
            rows.append(f"{indent}end")
    return rows


def _label(card: Card) -> str:
    name, size, cost = (_escaped(text) for text in (card.name, card.size, card.cost))
    rows = [f"<b>{name}</b>", size, cost, "implied" if card.implied else ""]
    return "<br/>".join(row for row in rows if row)


def _escaped(text: str) -> str:
    """The text with everything that Mermaid or its Markdown might read as its own written as a character code.

    >>> _escaped('1. "a" & b')
    '1#46; #34;a#34; #38; b'
    """
    line = clean(text)
    return "".join(_character(line, index) for index in range(len(line)))


def _character(line: str, index: int) -> str:
    letter = line[index]
    starts_list = (letter in "-+" and index == 0) or (letter == "." and line[index + 1 : index + 2] in ("", " "))
    plain = (letter.isalnum() and letter.isascii()) or (letter in _PLAIN and not starts_list)
    return letter if plain else f"#{ord(letter)};"


def _yaml(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _box(group: Group) -> str:
    if group.style == "clients":
        return "fill:none,stroke:none"
    paint = box_colours(group.style)
    dash = "" if group.style in SOLID else ",stroke-dasharray:5 3"
    return f"fill:{paint['fill']},stroke:{paint['stroke']}{dash}"


def _look(card: Card) -> str:
    dash = ",stroke-dasharray:3 3" if card.implied else ""
    return f"fill:#ffffff,color:#17202c,stroke:{icon_of(card.icon).colour},stroke-width:2px{dash}"
