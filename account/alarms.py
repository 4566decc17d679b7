"""Alarms of CloudWatch as data: what is watched, on whose metric, above or below which threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Comparison = Literal["GreaterThanThreshold", "LessThanThreshold", "GreaterThanOrEqualToThreshold"]
PERIOD_S: Final = 300
PERIODS: Final = 2
"""Two periods of five minutes, where the document states neither."""


@dataclass(frozen=True)
class Parameter:
    """Something that only the deployed account knows: an identifier, given when the text is deployed."""

    name: str
    """snake_case; each format writes it in its own manner."""
    description: str


@dataclass(frozen=True)
class Metric:
    """One metric of a resource."""

    namespace: str
    name: str
    dimensions: Mapping[str, Parameter | str]
    statistic: str
    """Average, Sum, Maximum ..., or a percentile such as `p95`."""


@dataclass(frozen=True)
class Alarm:
    """One alarm: a metric, or an expression over several, against a threshold."""

    name: str
    """Words joined by hyphens, unique in a stage."""
    description: str
    metrics: Mapping[str, Metric]
    """By identifier; one without an expression."""
    expression: str | None
    threshold: float
    comparison: Comparison
    period_s: int
    periods: int
    """How many periods in a row must be wrong."""

    @property
    def parameters(self) -> Sequence[Parameter]:
        """What the account must tell, each once."""
        found = [value for metric in self.metrics.values() for value in metric.dimensions.values()]
        return tuple(dict.fromkeys(value for value in found if isinstance(value, Parameter)))


@dataclass(frozen=True)
class AlarmPlan:
    """The alarms of a stage, and what the document states that no metric of the account can watch."""

    architecture: str
    stage: str
    alarms: tuple[Alarm, ...]
    not_made: Mapping[str, str]
    """By claim or target: why there is no alarm."""

    @property
    def parameters(self) -> Sequence[Parameter]:
        return tuple(dict.fromkeys(item for alarm in self.alarms for item in alarm.parameters))

    def full_name(self, alarm: Alarm) -> str:
        """The name in the account: architecture and stage first."""
        return f"{self.architecture}-{self.stage}-{alarm.name}"
