"""Shield: protection against floods."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage


class Shield(Component):
    """Standard is part of every account; Advanced is a yearly commitment billed by the month."""

    service: ClassVar[str] = "AWS Shield"
    category: ClassVar[Category] = "edge"

    kind: Literal["shield"]
    usage: NoUsage | None = None
    tier: Literal["standard", "advanced"] = "standard"

    def size(self) -> str:
        return self.tier
