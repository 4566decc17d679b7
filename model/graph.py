"""An architecture: one graph of components and connections, with the stages it grows through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, SerializeAsAny

from model.assumptions import Assumption
from model.base import Fact, Name, Stated
from model.claims import Claim
from model.component import Component
from model.connections import Connection, DrawnArrow
from model.endpoints import Endpoint
from model.journeys import Journey
from model.problems import UnknownName
from model.stages import Stage
from model.targets import Target
from model.workload import Workload

if TYPE_CHECKING:
    import networkx as nx

    from model.sizing import SizedGraph


class Document(Fact):
    """The design document that an architecture comes from."""

    title: str
    id: Name
    """One name for all architectures of the same document."""
    version: str | None = None
    date: str | None = Field(default=None, pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")
    """Date of the document, as far as it is known: its prices are checked as of then."""
    date_note: str | None = None


class Group(Fact):
    """A frame around components on a diagram."""

    label: str
    style: Literal["region", "vpc", "public", "private", "edge", "external", "operations", "async", "clients", "plain"]
    parent: Name | None = None


class Remark(Stated):
    """Something in the document that is neither a component nor a flow, and what we made of it."""

    subject: str


class Heading(Fact):
    """What a document says of itself, before its parts."""

    architecture: Name
    title: str
    summary: str | None = None
    region: Literal["us-east-1", "eu-west-1"] = "us-east-1"


class Architecture(Heading):
    """One graph with its stages: everything that a file of `model/documents/` says.

    `at(stage)` gives the sized graph of one stage; `networkx()` the union of all stages as a networkx graph.
    """

    document: Document
    groups: dict[Name, Group] = {}
    components: dict[Name, SerializeAsAny[Component]]
    connections: tuple[Connection, ...] = ()
    drawn_arrows: tuple[DrawnArrow, ...] = ()
    endpoints: dict[Name, Endpoint] = {}
    journeys: dict[Name, Journey] = {}
    workload: Workload = Field(default_factory=Workload)
    stages: tuple[Stage, ...] = Field(min_length=1)
    targets: dict[Name, Target] = {}
    assumptions: dict[Name, Assumption] = {}
    claims: tuple[Claim, ...] = ()
    remarks: tuple[Remark, ...] = ()

    @property
    def name(self) -> str:
        return self.architecture

    @property
    def stage_names(self) -> tuple[str, ...]:
        return tuple(stage.name for stage in self.stages)

    def stage(self, name: str) -> Stage:
        """The stage of that name; raise UnknownName with the nearest."""
        for stage in self.stages:
            if stage.name == name:
                return stage
        raise UnknownName(f"a stage of {self.name}", name, self.stage_names)

    def at(self, stage: str) -> SizedGraph:
        """The graph as it is sized at that stage; raise UnknownName when there is no such stage."""
        from model.sizing import size_at

        return size_at(self, self.stage(stage))

    def every_component(self) -> dict[str, Component]:
        """The components of all stages, in the order they appear."""
        found = dict(self.components)
        for stage in self.stages:
            for name, component in stage.add.items():
                found.setdefault(name, component)
        return found

    def networkx(self) -> nx.MultiDiGraph[str]:
        """All stages' components as nodes and connections as edges, with their fields as attributes."""
        import networkx

        graph: nx.MultiDiGraph[str] = networkx.MultiDiGraph(name=self.name)
        for name, component in self.every_component().items():
            graph.add_node(name, **component.model_dump())
        for edge in self.connections:
            graph.add_edge(edge.source, edge.target, key=edge.kind, **edge.model_dump(exclude={"source", "target"}))
        return graph

    def _repr_html_(self) -> str:
        """The components as a table in a notebook."""
        rows = "".join(
            f"<tr><td>{name}</td><td>{component.service}</td><td>{component.size()}</td></tr>"
            for name, component in self.every_component().items()
        )
        head = "<tr><th>component</th><th>service</th><th>size</th></tr>"
        return f"<h4>{self.title}</h4><table>{head}{rows}</table>"
