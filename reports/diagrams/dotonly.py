"""The `diagrams` package used for what it is good at, naming nodes and clusters, without its rendering.

`diagrams` 0.25.1 renders a file when its `with` block ends, gives nodes random ids, and merges clusters of one name;
here nothing is rendered or written, and every node and cluster is named by the caller.
"""

import types
from collections.abc import Mapping
from typing import Self

import diagrams

GROUP_PREFIX = "cluster_"


class DotDiagram(diagrams.Diagram):  # type: ignore[misc]
    """A `Diagram` that only builds DOT: read `.dot.source` after the block."""

    def __init__(self, direction: str, graph: Mapping[str, str], node: Mapping[str, str], edge: Mapping[str, str]):
        super().__init__(name="", direction=direction, show=False)
        for attributes, wanted in (
            (self.dot.graph_attr, {"rankdir": direction, **graph}),
            (self.dot.node_attr, node),
            (self.dot.edge_attr, edge),
        ):
            attributes.clear()
            attributes.update(wanted)

    def __enter__(self) -> Self:
        diagrams.setdiagram(self)
        diagrams.setcluster(None)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        diagrams.setcluster(None)
        diagrams.setdiagram(None)


class DotCluster(diagrams.Cluster):  # type: ignore[misc]
    """A `Cluster` whose DOT name comes from an id, not from its label."""

    def __init__(self, name: str, attributes: Mapping[str, str]):
        super().__init__(label="")
        self.dot.name = GROUP_PREFIX + name
        self.dot.graph_attr.clear()
        self.dot.graph_attr.update(attributes)


class DotEdge(diagrams.Edge):  # type: ignore[misc]
    """A forward `Edge` with the caller's attributes and none of the package's own."""

    def __init__(self, **attributes: str):
        super().__init__(forward=True)
        self._attrs = dict(attributes)
