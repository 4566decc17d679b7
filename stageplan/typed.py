"""What several commands make of the options that they share, each said once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import get_args

from model.problems import BadInput, UnknownName
from pricing.allowances import FreeTier
from pricing.staleness import day_of

__all__ = ["free_tier_of", "tags_of", "today_of"]


def free_tier_of(text: str) -> FreeTier:
    """The free-tier option as typed; raise UnknownName for another word."""
    for kind in get_args(FreeTier):
        if text == kind:
            return kind  # type: ignore[no-any-return]
    raise UnknownName("a kind of free tier", text, get_args(FreeTier))


def tags_of(texts: Iterable[str]) -> dict[str, str]:
    """`K=V` as typed; raise BadInput for what is not of that form."""
    tags = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not key or not equals:
            raise BadInput(f"--tag {text!r} is not KEY=VALUE")
        tags[key] = value
    return tags


def today_of(text: str | None) -> date:
    """The day that counts as today; raise BadInput for what is no date."""
    return day_of(text) if text else date.today()
