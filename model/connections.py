"""Connections: the directed edges of the graph, and arrows that a document draws but that are not flows."""

from typing import Literal

from pydantic import Field

from model.base import Name, Stated

ConnectionKind = Literal["request", "event", "read", "write", "auth", "origin", "telemetry", "replication"]


class Connection(Stated):
    """A directed edge: who calls, feeds, reads, writes or reports to whom."""

    source: Name = Field(alias="from")
    target: Name = Field(alias="to")
    kind: ConnectionKind
    label: str | None = None
    """A few words on the arrow."""
    inferred: bool = False
    """Needed by the design but neither drawn nor written in the document."""
    stages: tuple[Name, ...] = ()
    """The stages that have it, where both ends are there; all when empty."""
    hidden: bool = False
    """Left out of the overview picture."""


class DrawnArrow(Stated):
    """An arrow that the document draws although the flow is another one, or none."""

    source: Name = Field(alias="from")
    target: Name = Field(alias="to")
    why: str = Field(min_length=10)
    """What really happens, and which connections stand for it."""
