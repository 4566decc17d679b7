"""What several pictures hold together, in a fixed order: the one thing that is laid out, so that stages do not jump."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from reports.diagrams.cardshape import CardShape, shape_of, widest
from reports.diagrams.metrics import LABEL, clean, text_width, wrap
from reports.diagrams.picture import DASHED_STYLES, Arrow, Card, Group, Picture, PictureError

LABEL_WIDTH, LABEL_WORD, LABEL_LINE = 84, 130, 11.5
"""Where the text on a line wraps, how long one word may be, and the height of one of at most two lines, in points."""
Room = tuple[float, float]
CardKey = tuple[str, str]
"""A card's place in the layout: its id and its group. A card that changes group between stages has two places."""


@dataclass(frozen=True, order=True)
class LineKey:
    """A drawn line; arrows of one direction between the same cards share it unless one is dashed and one is not."""

    source: CardKey
    target: CardKey
    dashed: bool


@dataclass(frozen=True)
class Topology:
    """The union of all pictures: card places with the room they need, lines, and groups with their parents.

    `labels` has the room in points, width and height, of the largest label of each line that has one.
    """

    cards: dict[CardKey, CardShape]
    lines: tuple[LineKey, ...]
    groups: dict[str, Group]
    labels: dict[LineKey, Room]

    @property
    def parents(self) -> dict[str, str]:
        """Each group's parent."""
        return {name: group.parent for name, group in self.groups.items()}

    def members(self, group: str) -> list[CardKey]:
        """The cards that lie directly in the group."""
        return [key for key in self.cards if key[1] == group]

    def children(self, group: str) -> list[str]:
        """The groups that lie directly in the group."""
        return [name for name, child in self.groups.items() if child.parent == group]

    @property
    def digest(self) -> str:
        """Names the shape of the graph whatever the texts say: the key of a lock file."""
        facts = {
            "cards": sorted(self.cards),
            "lines": sorted((line.source, line.target, line.dashed) for line in self.lines),
            "groups": sorted((group.id, group.style, group.parent) for group in self.groups.values()),
        }
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def card_key(card: Card) -> CardKey:
    """Where the card stands in a layout."""
    return card.id, card.group


def drawn_lines(picture: Picture) -> dict[LineKey, str]:
    """The lines of one picture with their labels; several arrows on one line join their labels."""
    places = {card.id: card_key(card) for card in picture.cards}
    labels: dict[LineKey, list[str]] = {}
    for arrow in picture.visible_arrows:
        texts = labels.setdefault(_line_key(arrow, places), [])
        label = clean(arrow.label)
        if label and label not in texts:
            texts.append(label)
    return {key: " · ".join(texts) for key, texts in labels.items()}


def label_lines(label: str) -> tuple[str, ...]:
    """A line's text as it is set."""
    return wrap(label, LABEL, LABEL_WIDTH, 2, LABEL_WORD)


def _line_key(arrow: Arrow, places: dict[str, CardKey]) -> LineKey:
    return LineKey(places[arrow.source], places[arrow.target], arrow.style in DASHED_STYLES)


def unite(pictures: Sequence[Picture]) -> Topology:
    """The union of the pictures, sorted, so that it does not depend on the order in which things were declared.

    Raises `PictureError` when two pictures put the same group into different parents or give it different styles.
    """
    groups: dict[str, Group] = {}
    shapes: dict[CardKey, CardShape] = {}
    lines: dict[LineKey, Room] = {}
    problems: set[str] = set()
    for picture in pictures:
        for group in picture.filled_groups():
            first = groups.setdefault(group.id, group)
            if (first.parent, first.style) != (group.parent, group.style):
                problems.add(f"groups.{group.id}: {group.style!r} in {group.parent!r} differs from an earlier stage")
        for card in picture.cards:
            key, shape = card_key(card), shape_of(card)
            shapes[key] = widest(shapes[key], shape) if key in shapes else shape
        for line, label in drawn_lines(picture).items():
            room, before = _room(label), lines.get(line, (0.0, 0.0))
            lines[line] = max(room[0], before[0]), max(room[1], before[1])
    if problems:
        raise PictureError("\n  ".join(["stages do not fit on one layout", *sorted(problems)]))
    labels = {line: room for line, room in sorted(lines.items()) if room[0]}
    return Topology(dict(sorted(shapes.items())), tuple(sorted(lines)), dict(sorted(groups.items())), labels)


def _room(label: str) -> Room:
    lines = label_lines(label)
    return max((text_width(line, LABEL) for line in lines), default=0.0), LABEL_LINE * len(lines)
