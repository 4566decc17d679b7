"""One component, alone or with what it needs, priced as a document of its own."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from model.loading import read
from model.sizing import SizedGraph
from pricing.bill import Bill
from pricing.metering.site import Usage
from pricing.price import price
from pricing.usage import usage

Sized = Callable[..., SizedGraph]


def sized(component: dict[str, Any], **more: Any) -> SizedGraph:
    """The only stage of a document with `component` as `it`; `more` are top-level keys, components added to it."""
    document = {
        "architecture": "alone",
        "title": "One component",
        "document": {"title": "One component", "id": "alone"},
        **more,
        "components": {"it": component, **more.get("components", {})},
        "stages": [{"name": "now"}],
    }
    return read(json.dumps(document)).at("now")


@pytest.fixture(scope="session")
def document() -> Sized:
    """Builds the sized graph of a component and what stands around it."""
    return sized


@pytest.fixture(scope="session")
def bill_of() -> Callable[..., Bill]:
    """Prices a component alone, without free allowances unless they are asked for."""

    def priced(component: dict[str, Any], free_tier: Any = "none") -> Bill:
        return price(sized(component), free_tier=free_tier, draws=0)

    return priced


@pytest.fixture(scope="session")
def counted() -> Callable[..., list[Usage]]:
    """What a component counts, in a document of its own or in one with `more` around it."""

    def counts(component: dict[str, Any], **more: Any) -> list[Usage]:
        return [item for name, item in usage(sized(component, **more)) if name == "it"]

    return counts


@pytest.fixture(scope="session")
def meters(counted: Callable[..., list[Usage]]) -> Callable[..., dict[str, float]]:
    """Quantity by meter of what a component counts, in base units."""

    def quantities(component: dict[str, Any], **more: Any) -> dict[str, float]:
        found: dict[str, float] = {}
        for item in counted(component, **more):
            if hasattr(item, "quantity") and hasattr(item, "meter"):
                found[item.meter] = found.get(item.meter, 0.0) + float(item.quantity)
        return found

    return quantities
