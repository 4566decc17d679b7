"""A component that a fault may hit: every call passes a switch, which can refuse, stall, or slow it down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulations.compiling.compilation import Compilation, Part, Visit

__all__ = ["Breakable", "switch_of"]


def switch_of(component: str) -> str:
    """The name of the component's switch among the stations."""
    return f"{component}.switch"


class Breakable:
    """A part behind its switch, a station without a limit."""

    def __init__(self, at: Compilation, name: str, part: Part) -> None:
        self.at, self.part = at, part
        self.switch = at.build.station(switch_of(name))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """What is under way when the component breaks is lost."""
        with self.at.build.hold(self.switch, breakable=True), self.part.serving(visit):
            yield
