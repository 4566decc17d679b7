"""Stations that are held and waited for in a circle: such a program can deadlock."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["circles"]


def circles(waits_for: Mapping[int, set[int]], names: list[str]) -> list[str]:
    """A sentence for every circle; `waits_for` are the stations that are waited for while one is held."""
    found: list[str] = []

    def walk(path: list[int]) -> None:
        for following in sorted(waits_for.get(path[-1], ())):
            if following in path:
                circle = path[path.index(following) :]
                if min(circle) == circle[0]:
                    ring = " -> ".join(names[s] for s in [*circle, following])
                    found.append(f"stations.{names[following]}: held and waited for in a circle ({ring})")
            else:
                walk([*path, following])

    for start in sorted(waits_for):
        walk([start])
    return found
