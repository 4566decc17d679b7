"""What a drawing shows, free of any model: cards with an icon and three lines of text, arrows, groups around them.

A `Picture` is one stage of one architecture. Stages that share a layout are simply several pictures laid out together:
a card or arrow that a stage lacks is not in its picture, and is then not drawn.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal, get_args

ArrowStyle = Literal[
    "request", "read", "write", "auth", "origin", "event", "replication", "telemetry", "secret", "image"
]
GroupStyle = Literal[
    "region", "vpc", "public", "private", "edge", "async", "data", "external", "clients", "operations", "plain"
]

HIDDEN_STYLES: frozenset[ArrowStyle] = frozenset({"telemetry", "secret", "image"})
DASHED_STYLES: frozenset[ArrowStyle] = frozenset({"event", "replication"})


class PictureError(ValueError):
    """A picture that cannot be drawn; the message lists every problem."""


@dataclass(frozen=True)
class Card:
    """One component as drawn: `icon` is a kind of the icon table, `size` the grey line, `cost` the green one.

    `group` is a group id ("" for none). `role` and `note` are spoken in the tooltip only.
    An `implied` card is billed by the provider and named by nobody: it is drawn dashed and marked.
    """

    id: str
    icon: str
    name: str
    size: str = ""
    cost: str = ""
    group: str = ""
    role: str = ""
    note: str = ""
    implied: bool = False


@dataclass(frozen=True)
class Arrow:
    """A connection from one card to another; telemetry, secret and image arrows are kept but not drawn."""

    source: str
    target: str
    style: ArrowStyle = "request"
    label: str = ""

    @property
    def hidden(self) -> bool:
        """True for the arrows that the overview leaves out."""
        return self.style in HIDDEN_STYLES


@dataclass(frozen=True)
class Group:
    """A box around cards and other groups. Cards of an `operations` group stand in a strip, unconnected."""

    id: str
    label: str
    style: GroupStyle = "plain"
    parent: str = ""


@dataclass(frozen=True)
class Picture:
    """One stage of one architecture, ready to be laid out and drawn.

    Raises `PictureError` when an id is used twice, or a name (group, parent, source, target, style) is not known.
    """

    title: str
    subtitle: str = ""
    cards: tuple[Card, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    groups: tuple[Group, ...] = ()
    stage: str = ""

    def __post_init__(self) -> None:
        problems = sorted(_problems(self))
        if problems:
            count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
            raise PictureError("\n  ".join([f"{count} in the picture {self.title!r}", *problems]))

    @property
    def visible_arrows(self) -> tuple[Arrow, ...]:
        """The arrows that are drawn."""
        return tuple(arrow for arrow in self.arrows if not arrow.hidden)

    def filled_groups(self) -> tuple[Group, ...]:
        """The groups that hold a card, themselves or further in, in the order given."""
        parents = {group.id: group.parent for group in self.groups}
        filled: set[str] = set()
        for card in self.cards:
            filled.update(ancestors(card.group, parents))
        return tuple(group for group in self.groups if group.id in filled)


def ancestors(group: str, parents: dict[str, str]) -> list[str]:
    """The group and all groups around it, innermost first.

    >>> ancestors("db", {"db": "vpc", "vpc": "region", "region": ""})
    ['db', 'vpc', 'region']
    """
    chain: list[str] = []
    while group and group not in chain:
        chain.append(group)
        group = parents.get(group, "")
    return chain


def _problems(picture: Picture) -> Iterable[str]:
    cards = [card.id for card in picture.cards]
    groups = [group.id for group in picture.groups]
    parents = {group.id: group.parent for group in picture.groups}
    yield from (f"cards: {name!r} is used twice" for name, count in Counter(cards).items() if count > 1)
    yield from (f"groups: {name!r} is used twice" for name, count in Counter(groups).items() if count > 1)
    yield from ("cards: an id is empty" for name in cards if not name)
    yield from ("groups: an id is empty" for name in groups if not name)
    for card in picture.cards:
        yield from _unknown(f"cards.{card.id}.group", card.group, groups, "a group", optional=True)
    for group in picture.groups:
        yield from _unknown(f"groups.{group.id}.parent", group.parent, groups, "a group", optional=True)
        yield from _unknown(f"groups.{group.id}.style", group.style, get_args(GroupStyle), "a group style")
        if parents.get(ancestors(group.id, parents)[-1]):
            yield f"groups.{group.id}.parent: {group.parent!r} lies inside {group.id!r} itself"
    for index, arrow in enumerate(picture.arrows):
        yield from _unknown(f"arrows[{index}].source", arrow.source, cards, "a card")
        yield from _unknown(f"arrows[{index}].target", arrow.target, cards, "a card")
        yield from _unknown(f"arrows[{index}].style", arrow.style, get_args(ArrowStyle), "an arrow style")


def _unknown(place: str, value: str, known: Iterable[str], noun: str, *, optional: bool = False) -> Iterable[str]:
    names = list(known)
    if value in names or (optional and not value):
        return
    near = get_close_matches(value, names, n=1)
    yield f"{place}: {value!r} is not {noun}" + (f" (did you mean {near[0]!r}?)" if near else "")
