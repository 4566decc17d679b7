"""Which stages of several architectures do the same work, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.graph import Architecture
from studies.scaling import likely_users, same_work


def counterparts(architectures: Sequence[Architecture]) -> Iterator[dict[str, str]]:
    """{architecture: stage} for every stage of the first one whose users and requests another one serves too.

    Of several stages with the same work the one of the same name is taken, else the first; stages without users and
    architectures without a counterpart are left out.
    """
    first, *others = architectures
    for name in first.stage_names:
        if likely_users(first.at(name)) <= 0:
            continue
        found = {other.name: stage for other in others if (stage := _counterpart(first, name, other)) is not None}
        if found:
            yield {first.name: name, **found}


def _counterpart(first: Architecture, name: str, other: Architecture) -> str | None:
    graph = first.at(name)
    same = [stage for stage in other.stage_names if same_work(graph, other.at(stage))]
    return name if name in same else next(iter(same), None)
