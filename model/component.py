"""A component: one node of the graph, an AWS service as configured, an external API, or a client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import ValidationInfo, field_validator

from model.base import Fact, MaybeName, MaybeText, Stated
from model.catalog.limits import Sold
from model.problems import below_sibling
from model.quantity import Quantity

Category = Literal[
    "client",
    "edge",
    "network",
    "compute",
    "data",
    "integration",
    "security",
    "operations",
    "external",
    "development",
]


class Component(Stated):
    """What every component has; each kind adds its own fields and says what it is called."""

    service: ClassVar[str]
    """The provider's name of the service, as on the bill."""
    category: ClassVar[Category]
    provider: ClassVar[str] = "aws"
    """Who bills it: 'aws', an external provider, or '' when nobody does."""

    kind: str
    label: MaybeText = None
    """Name on diagrams and tables; the component's key when absent."""
    group: MaybeName = None
    """The group of the diagram that holds it."""
    implied: bool = False
    """Billed by the provider although the document never mentions it."""
    why: MaybeText = None
    """Why it is implied."""

    @field_validator("why")
    @classmethod
    def _only_reasons(cls, why: str | None) -> str | None:
        if why is not None and len(why) < 10:
            raise ValueError(f"'{why}' is too short for a reason")
        return why

    def sold(self) -> Iterator[Sold]:
        """Its fields that the provider sells in bounds."""
        return iter(())

    def size(self) -> str:
        """A few words on how it is sized, for a card of a diagram."""
        return ""


class InVpc(Fact):
    """A component that may stand in a subnet of the VPC; traffic that leaves a private one passes the NAT gateway."""

    subnet: Literal["public", "private"] | None = None


class Scaling(Fact):
    """Bounds of an automatically scaled count."""

    min: int
    max: int

    @field_validator("max")
    @classmethod
    def _not_below_min(cls, high: int, info: ValidationInfo) -> int:
        if "min" in info.data and high < info.data["min"]:
            raise below_sibling(high, "min", info.data["min"])
        return high


class NoUsage(Fact):
    """A kind that counts nothing by the month."""


def shown(quantity: Quantity, unit: str = "") -> str:
    """A quantity on a card: three digits of the number, or its formula's text.

    >>> shown(3.90625, "GB"), shown(1907.35, "GB"), shown(2.0)
    ('3.91 GB', '1,907 GB', '2')
    """
    if not isinstance(quantity, float):
        return f"{quantity} {unit}".strip()
    digits = f"{quantity:,.0f}" if quantity >= 1000 else f"{quantity:.3g}"
    return f"{digits} {unit}".strip()


def counted(quantity: Quantity, noun: str) -> str:
    """A count of things on a card.

    >>> counted(1.0, "alarm"), counted(8.0, "alarm")
    ('1 alarm', '8 alarms')
    """
    return shown(quantity, noun if quantity == 1 else f"{noun}s")
