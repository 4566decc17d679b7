"""Where cards, groups and lines come to stand."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.diagrams.arrangement import from_json, to_json
from reports.diagrams.geometry import Box
from reports.diagrams.layout import Layout, lay_out
from reports.diagrams.locks import FOLDER, lock_text, read_lock
from reports.diagrams.packing import strips
from reports.diagrams.picture import Arrow, Card, Group, Picture, PictureError, ancestors
from reports.diagrams.proposal import layout_dot, propose
from reports.diagrams.relock import best_layout, drawn_cost, write_lock
from reports.diagrams.search import Search
from reports.diagrams.topology import LineKey, card_key, unite

_quick = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
GROUPS = (Group("r", "Region", "region"), Group("v", "VPC", "vpc", "r"), Group("o", "Operations", "operations", "r"))


@st.composite
def pictures(draw: st.DrawFn) -> Picture:
    """Any small picture: names of any letters, any arrows, loops and double arrows too."""
    texts = st.text(max_size=24)
    count = draw(st.integers(0, 7))
    group = st.sampled_from(["", "r", "v", "o"])
    kinds = st.sampled_from(["lambda", "rds", "clerk", "none such"])
    card = st.builds(Card, st.just(""), kinds, texts, texts, texts, group, implied=st.booleans())
    cards = tuple(Card(**{**vars(draw(card)), "id": f"c{n}"}) for n in range(count))
    ends = st.integers(0, count - 1).map(lambda n: f"c{n}")
    style = st.sampled_from(["request", "event", "telemetry"])
    arrows = st.lists(st.builds(Arrow, ends, ends, style, texts), max_size=10) if count else st.just([])
    return Picture(draw(texts), draw(texts), cards, tuple(draw(arrows)), GROUPS)


def _inside(inner: Box, outer: Box) -> bool:
    across = inner.left >= outer.left and inner.right <= outer.right
    return across and inner.top >= outer.top and inner.bottom <= outer.bottom


def _check(layout: Layout) -> None:
    placement, topology = layout.placement, layout.topology
    for (first, box), (second, other) in combinations(placement.cards.items(), 2):
        assert not box.overlap(other), (first, second)
    for key, box in placement.cards.items():
        for name, border in placement.groups.items():
            if name in ancestors(key[1], topology.parents):
                assert _inside(box, border), (key, name)
            else:
                assert not box.overlap(border), (key, name)
    for (outer, border), (inner, other) in combinations(placement.groups.items(), 2):
        nested = outer in ancestors(inner, topology.parents) or inner in ancestors(outer, topology.parents)
        assert nested or not border.overlap(other), (outer, inner)


def _crossed(layout: Layout, line: LineKey) -> list[tuple[str, str]]:
    """The cards whose icon or text the line runs through."""
    placement = layout.placement
    hit = []
    for key in placement.cards:
        for box in (placement.icon_boxes[key], placement.text_boxes[key]):
            for (ax, ay), (bx, by) in pairwise(layout.routes[line].points):
                across = min(ax, bx) < box.right and max(ax, bx) > box.left
                if across and min(ay, by) < box.bottom and max(ay, by) > box.top:
                    hit.append(key)
    return hit


@_quick
@given(pictures())
def test_nothing_overlaps_whatever_the_picture(picture: Picture) -> None:
    """Cards stand inside their own groups and nowhere else; groups overlap only when one holds the other."""
    _check(lay_out(picture, candidates=40))


def test_nothing_overlaps_in_a_large_picture(platform_layout: Layout) -> None:
    """The same holds for 35 cards in three stages."""
    _check(platform_layout)


def test_lines_keep_off_every_icon_and_text(platform_layout: Layout, small_layout: Layout) -> None:
    """No line runs through a card, not even the two that it joins."""
    for layout in (platform_layout, small_layout):
        for line in layout.routes:
            assert layout.routes[line].cells, line
            assert _crossed(layout, line) == []


def test_labels_stand_off_icons_and_texts_of_a_small_picture(small_layout: Layout) -> None:
    """With room enough, the text of a line covers no icon and no other text."""
    solid = [*small_layout.placement.icon_boxes.values(), *small_layout.placement.text_boxes.values()]
    boxes = [spot.box for spot in small_layout.labels.values()]
    assert len(boxes) == 6
    assert not [box for box in boxes for other in solid if box.overlap(other)]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlap(pair[1])]


def test_the_same_pictures_give_the_same_layout(small: Picture, small_layout: Layout) -> None:
    """The search has a seed and counts candidates, so that it finds the same again; another seed may find another."""
    assert lay_out(small, candidates=300) == small_layout
    assert lay_out(small, candidates=300, seed=0) == small_layout


def test_the_order_of_declaration_does_not_matter(small: Picture, small_layout: Layout) -> None:
    """Cards, arrows and groups may be declared in any order."""
    turned = replace(small, cards=small.cards[::-1], arrows=small.arrows[::-1], groups=small.groups[::-1])
    assert lay_out(turned, candidates=300) == small_layout


def test_stages_share_one_layout(platform_stages: tuple[Picture, ...], platform_layout: Layout) -> None:
    """Every card of every stage has a place, with room for the widest text of any stage."""
    for picture in platform_stages:
        assert {card_key(card) for card in picture.cards} <= set(platform_layout.placement.icons)
    wide = replace(platform_stages[0].cards[-1], size="a much longer size line")
    longer = replace(platform_stages[0], cards=(*platform_stages[0].cards[:-1], wide))
    assert unite([longer, platform_stages[2]]).cards[card_key(wide)].text_width > 80


def test_a_card_that_changes_group_between_stages_has_two_places() -> None:
    """Moving a function into the VPC puts it somewhere else, and its lines with it."""
    groups = GROUPS[:2]
    before = Picture(
        "a", cards=(Card("f", "lambda", "F", group="r"), Card("db", "rds", "DB", group="v")), groups=groups
    )
    after = replace(before, cards=(replace(before.cards[0], group="v"), before.cards[1]))
    topology = unite([replace(one, arrows=(Arrow("f", "db"),)) for one in (before, after)])
    assert set(topology.cards) == {("f", "r"), ("f", "v"), ("db", "v")}
    assert len(topology.lines) == 2


def test_stages_that_contradict_each_other_are_refused() -> None:
    """A group cannot have another parent or another style in another stage."""
    one = Picture("a", cards=(Card("x", "rds", "X", group="v"),), groups=GROUPS[:2])
    two = replace(one, groups=(GROUPS[0], replace(GROUPS[1], parent="")))
    with pytest.raises(PictureError, match=r"groups\.v: 'vpc' in '' differs from an earlier stage"):
        unite([one, two])


def test_operations_stand_in_rows_at_the_foot_of_their_group(platform_layout: Layout) -> None:
    """The strip lies below everything else of the region, its icons on straight rows."""
    topology, placement = platform_layout.topology, platform_layout.placement
    assert strips(topology) == ["operations"]
    foot = placement.groups["operations"]
    assert all(placement.groups[name].bottom < foot.top for name in ("vpc", "async"))
    rows = {placement.icons[key][1] for key in topology.members("operations")}
    assert len(rows) <= 2


def test_graphviz_is_asked_through_the_diagrams_package(platform: Picture) -> None:
    """The DOT names nodes and clusters by number, so that neither ids nor labels can break it; strips are left out."""
    topology = unite([platform])
    keys, source = layout_dot(topology, "columns", None)
    assert source.startswith("digraph {")
    assert source.count("subgraph cluster_") == len(topology.groups) - 1
    assert len(keys) == len(topology.cards) - 7
    arrangement = propose(topology, "columns", None)
    assert from_json(json.loads(json.dumps(to_json(arrangement)))) == arrangement


def test_a_lock_keeps_the_arrangement_until_the_graph_changes(
    small: Picture, small_layout: Layout, tmp_path: Path
) -> None:
    """A lock is read back as written; another graph, another name or a path for a name finds none."""
    topology = small_layout.topology
    (tmp_path / "small.json").write_text(lock_text(topology, small_layout.arrangement, "engine 1"), encoding="utf-8")
    assert read_lock("small", topology, tmp_path) == small_layout.arrangement
    assert read_lock("other", topology, tmp_path) is None
    assert read_lock("../small", topology, tmp_path / "x") is None
    renamed = unite([replace(small, cards=tuple(replace(card, name=card.name + "!") for card in small.cards))])
    assert read_lock("small", renamed, tmp_path) == small_layout.arrangement
    assert read_lock("small", unite([replace(small, arrows=small.arrows[1:])]), tmp_path) is None


def test_published_locks_are_whole() -> None:
    """Every lock file names its engine and its graph, and holds an arrangement."""
    for path in sorted(FOLDER.glob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        assert facts["engine"].startswith("graphviz-pure version ")
        assert len(facts["topology"]) == 16
        assert "" in from_json(facts["arrangement"])


def test_a_long_search_keeps_the_best_of_several_seeds(small: Picture, tmp_path: Path) -> None:
    """What is locked costs no more, once its lines are drawn, than what any one seed finds, and is read back."""
    topology = unite([small])
    best = best_layout([small], candidates=60, seeds=(1, 2))

    def cost(layout: Layout) -> float:
        return Search(topology, 0).look(layout.arrangement).score.total + drawn_cost(layout)

    assert cost(best) == min(cost(best_layout([small], candidates=60, seeds=(seed,))) for seed in (1, 2))
    write_lock("small", best, tmp_path)
    assert read_lock("small", topology, tmp_path) == best.arrangement
