"""Sentry: error tracking."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage


class Sentry(Component):
    """Error tracking by plan."""

    service: ClassVar[str] = "Sentry"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "sentry"

    kind: Literal["sentry"]
    usage: NoUsage | None = None
    plan: Literal["developer", "team", "business"] = "developer"

    def size(self) -> str:
        return self.plan
