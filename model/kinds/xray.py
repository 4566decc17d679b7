"""X-Ray: traces."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class XRayUsage(Fact):
    """What is traced in a month."""

    monthly_traces_recorded: MaybeQuantity = None
    monthly_traces_scanned: MaybeQuantity = None


class XRay(Component):
    """Sampled traces."""

    service: ClassVar[str] = "AWS X-Ray"
    category: ClassVar[Category] = "operations"

    kind: Literal["xray"]
    usage: XRayUsage | None = None
    sample_share: Quantity = 0.05
    """Share of the requests that are traced; the default rule traces 5 %."""

    def size(self) -> str:
        return f"{self.sample_share:.0%} sampled" if isinstance(self.sample_share, float) else ""
