"""Which picture each component kind has."""

from __future__ import annotations

from importlib import import_module
from xml.etree import ElementTree

import pytest

from model.kinds.registry import KINDS
from reports.diagrams.icons import icon_id, icon_of, icon_symbol, icon_table, png_bytes

BADGES = {"clerk", "mapbox", "supabase", "openai", "stripe"}


@pytest.mark.parametrize("kind", sorted(icon_table()))
def test_every_icon_of_the_table_exists(kind: str) -> None:
    """Its class can be imported and its PNG is there; a badge has one to three letters and a colour."""
    icon = icon_table()[kind]
    if icon.style == "badge":
        assert not icon.source
        assert 1 <= len(icon.monogram) <= 3
    else:
        module, _, name = icon.source.rpartition(".")
        assert hasattr(import_module(f"diagrams.{module}"), name)
        assert png_bytes(icon.source).startswith(b"\x89PNG")
    assert len(icon.colour) == 7
    ElementTree.fromstring(icon_symbol(kind))  # noqa: S314 - our own text


def test_every_kind_of_the_model_has_an_icon() -> None:
    """No component of any architecture is shown as a grey badge."""
    assert sorted(set(KINDS) - set(icon_table())) == []


def test_brands_without_a_true_picture_have_badges() -> None:
    """The package has none of these, or not the brand's own."""
    assert {kind for kind in BADGES if icon_of(kind).style == "badge"} == BADGES


def test_an_unknown_kind_has_a_badge_with_its_letters() -> None:
    """A drawing never fails for want of a picture, and the symbol's id is one that XML accepts."""
    assert icon_of("quantum_ledger").initials == "QL"
    assert icon_of("«»").initials == "?"
    assert icon_id("a b<") == "sp-icon-a-20b-3c"
