"""Supabase: a project with database, sign-in, storage and realtime."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class Supabase(Component):
    """A project with database, sign-in, storage and realtime."""

    service: ClassVar[str] = "Supabase"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "supabase"

    class Usage(Fact):
        """What a project counts in a month."""

        monthly_active_users: MaybeQuantity = None
        monthly_egress_gb: MaybeQuantity = None

    kind: Literal["supabase"]
    usage: Usage | None = None
    plan: Literal["free", "pro", "team"] = "pro"
    part: Literal["project", "database", "auth", "storage", "realtime", "functions"] = "project"
    """A part of a project is billed with the component that is the project."""
    database_gb: Quantity = 0.5
    storage_gb: Quantity = 0.0
    max_connections: int = 60

    def size(self) -> str:
        return self.plan if self.part == "project" else self.part
