"""Certificate Manager."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage
from model.quantity import Quantity


class Acm(Component):
    """Certificates: public ones are free, a private authority is not."""

    service: ClassVar[str] = "AWS Certificate Manager"
    category: ClassVar[Category] = "security"

    kind: Literal["acm"]
    usage: NoUsage | None = None
    public_certificates: Quantity = 1.0
