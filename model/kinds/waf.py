"""WAF: web access control lists."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, counted
from model.quantity import MaybeQuantity, Quantity


class WafUsage(Fact):
    """What the lists count in a month."""

    monthly_requests: MaybeQuantity = None


class Waf(Component):
    """Web ACLs and their rules, in front of a distribution, a load balancer or an API."""

    service: ClassVar[str] = "AWS WAF"
    category: ClassVar[Category] = "edge"

    kind: Literal["waf"]
    usage: WafUsage | None = None
    web_acls: Quantity = 1.0
    rules: Quantity = 5.0
    """Rules and rule groups, managed ones included, over all lists."""

    def size(self) -> str:
        return counted(self.rules, "rule")
