"""What the builder hands out, and how it says what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from simulations.distributions import Distribution
from simulations.program import (
    Group,
)

__all__ = ["InvalidProgram", "Patience", "Slots", "Task"]

Patience = float | Distribution
"""Seconds one waits at most: a number, or drawn for each wait."""


class InvalidProgram(ValueError):
    """Everything that is wrong with a program, one line each."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = sorted(set(problems))
        count = len(self.problems)
        head = f"{count} problem{'s' if count > 1 else ''} in program {name}"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


@dataclass(frozen=True)
class Slots:
    """A station as the builder hands it out: its index, or that of task 0 with the register that says which task."""

    station: int
    member: int = -1


@dataclass(frozen=True)
class Task:
    """The task a balancer chose: its resources by name."""

    group: Group
    member: int

    def __getitem__(self, resource: str) -> Slots:
        return Slots(dict(self.group.resources)[resource], self.member)
