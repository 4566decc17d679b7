"""What a picture may hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.diagrams.picture import Arrow, Card, Group, Picture, PictureError


def test_a_picture_names_all_its_problems_at_once() -> None:
    """Every unknown or doubled name is told with its place and the nearest name that is known."""
    with pytest.raises(PictureError) as caught:
        Picture(
            "t",
            cards=(Card("api", "lambda", "API", group="vcp"), Card("db", "rds", "DB"), Card("db", "rds", "DB")),
            arrows=(Arrow("api", "dbs"), Arrow("api", "db", "evnt")),  # type: ignore[arg-type]
            groups=(Group("vpc", "VPC"), Group("a", "A", parent="b"), Group("b", "B", parent="a")),
        )
    assert str(caught.value).splitlines() == [
        "6 problems in the picture 't'",
        "  arrows[0].target: 'dbs' is not a card (did you mean 'db'?)",
        "  arrows[1].style: 'evnt' is not an arrow style (did you mean 'event'?)",
        "  cards.api.group: 'vcp' is not a group (did you mean 'vpc'?)",
        "  cards: 'db' is used twice",
        "  groups.a.parent: 'b' lies inside 'a' itself",
        "  groups.b.parent: 'a' lies inside 'b' itself",
    ]


def test_telemetry_is_kept_and_not_drawn(platform: Picture) -> None:
    """Telemetry, secret and image arrows stay in the picture and are not among the visible ones."""
    hidden = {arrow.style for arrow in platform.arrows} - {arrow.style for arrow in platform.visible_arrows}
    assert hidden == {"telemetry", "secret", "image"}


def test_a_group_counts_as_filled_through_the_groups_inside_it(platform: Picture) -> None:
    """A VPC that only holds subnets is drawn; without cards in any of them it is not."""
    assert "vpc" in {group.id for group in platform.filled_groups()}
    outside = tuple(card for card in platform.cards if card.group not in ("public", "app", "data"))
    names = {card.id for card in outside}
    arrows = tuple(arrow for arrow in platform.arrows if {arrow.source, arrow.target} <= names)
    emptied = replace(platform, cards=outside, arrows=arrows)
    assert not {"vpc", "public", "app", "data"} & {group.id for group in emptied.filled_groups()}
