"""Blocks with several ways: choices, forks, look-ups, what users ask for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulations.building.assembly import Assembly
from simulations.program import (
    Code,
    Entry,
    Op,
)

__all__ = ["Choice", "LookUp", "Parallel", "Users"]


class Choice:
    """The ways of a choice, in the order of their probabilities."""

    def __init__(self, builder: Assembly, probabilities: tuple[float, ...]) -> None:
        self._builder = builder
        self._probabilities = probabilities
        self._next = 0
        self.after = builder._label()

    @contextmanager
    def way(self) -> Iterator[None]:
        """The next way."""
        build, k = self._builder, self._next
        self._next += 1
        rest = sum(self._probabilities[k:])
        following = build._label()
        if k < len(self._probabilities) - 1:
            build._emit(Op(Code.BRANCH, x=1.0 - self._probabilities[k] / rest if rest else 1.0, jump=following))
        yield
        build._jump(self.after)
        build._place(following)


class Users:
    """What users of a closed load may ask for; each endpoint has an entry of its own, which no open arrival reaches."""

    def __init__(self, builder: Assembly, chosen: Choice, begin: int) -> None:
        self._builder, self._chosen, self._begin = builder, chosen, begin

    @contextmanager
    def calling(self, endpoint: str) -> Iterator[None]:
        """The next endpoint; done or failed, its user thinks again."""
        build = self._builder
        build._check_name(endpoint, [entry.name for entry in build._entries], "endpoint")
        with self._chosen.way():
            build._entries.append(Entry(endpoint, len(build._ops), 0.0))
            build._emit(Op(Code.BEGIN, count=len(build._entries) - 1))
            with build._scope() as failed:
                yield
                build._emit(Op(Code.COMPLETE, count=0))
                build._jump(self._begin)
                build._place(failed)
                build._emit(Op(Code.COMPLETE, count=1))
                build._jump(self._begin)


class LookUp:
    """The two ways of a look-up, the miss first."""

    def __init__(self, builder: Assembly) -> None:
        self._builder = builder
        self.there, self.after = builder._label(), builder._label()

    @contextmanager
    def miss(self) -> Iterator[None]:
        """The key was not there, or too old: it is filled now."""
        yield
        self._builder._jump(self.after)

    @contextmanager
    def hit(self) -> Iterator[None]:
        """The key was there."""
        self._builder._place(self.there)
        yield


class Parallel:
    """The branches of a fork."""

    def __init__(self, builder: Assembly, after: int) -> None:
        self._builder = builder
        self._after = after
        self.targets: list[int] = []

    @contextmanager
    def branch(self) -> Iterator[None]:
        """One branch; it ends by itself and fails by itself."""
        build = self._builder
        self.targets.append(build._here())
        with build._scope() as failed:
            yield
            build._emit(Op(Code.END))
            build._place(failed)
            build._emit(Op(Code.FAILED))
