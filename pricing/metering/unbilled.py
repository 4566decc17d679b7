"""What nobody bills: clients, tools, people, external services that are free."""

from __future__ import annotations

from collections.abc import Iterator

from model.component import Component
from model.kinds.external import FreeApi
from pricing.metering.site import Included, Site, Usage


def meter_nothing(site: Site[Component]) -> Iterator[Usage]:
    """Clients, tools and people have no bill, and no line on it."""
    yield from ()


def meter_free_api(site: Site[FreeApi]) -> Iterator[Usage]:
    """Sign-in providers, social networks and challenges whose interfaces are free at these volumes."""
    yield Included("calls", "the provider does not charge for this interface")
