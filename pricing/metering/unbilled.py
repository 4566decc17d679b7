"""What nobody bills: clients, tools, people, external services that are free."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from model.component import Component
from pricing.metering.site import Included, Site, Usage

if TYPE_CHECKING:
    from model.kinds.external import FreeApi


def meter_nothing(site: Site[Component]) -> Iterator[Usage]:
    """Clients, tools and people have no bill, and no line on it."""
    yield from ()


def meter_free_api(site: Site[FreeApi]) -> Iterator[Usage]:
    """Sign-in providers, social networks and challenges whose interfaces are free at these volumes."""
    yield Included("calls", "the provider does not charge for this interface")
