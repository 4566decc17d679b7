"""The studies that a report adds to the bills: the audit, a forecast of the document's growth, the comparisons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from model.graph import Architecture
from pricing.allowances import FreeTier
from pricing.price import DRAWS
from studies.audit.audit import Audit, audit
from studies.audit.case import siblings_of
from studies.compare import Comparison, compare
from studies.counterparts import counterparts
from studies.document_growth import DocumentGrowth, document_growth
from studies.forecast import Forecast, forecast

FORECAST_DRAWS = 400
"""At most: a forecast prices several stages in each of its months."""


@dataclass(frozen=True)
class Settings:
    """What all figures of a report rest on."""

    free_tier: FreeTier = "always"
    prices_date: str | None = None
    draws: int = DRAWS
    seed: int = 0


@dataclass(frozen=True)
class GrowthReport:
    """What the months cost if the users grow evenly from the first stage's to the last's."""

    growth: DocumentGrowth
    forecast: Forecast


def audited(architecture: Architecture, group: Sequence[Architecture], settings: Settings) -> Audit:
    """The audit beside every other architecture of the document that is known, those of `group` before bundled ones."""
    others = {item.name: item for item in (*siblings_of(architecture), *group) if item.name != architecture.name}
    return audit(
        architecture, others.values(), prices_date=settings.prices_date, draws=settings.draws, seed=settings.seed
    )


def grown(architecture: Architecture, settings: Settings) -> GrowthReport | None:
    """The forecast of the document's own growth; None where it shows none, or one stage serves all of it."""
    growth = document_growth(architecture)
    if growth is None:
        return None
    months = forecast(
        architecture,
        growth.users,
        stages=growth.stages,
        free_tier=settings.free_tier,
        prices_date=settings.prices_date,
        draws=min(settings.draws, FORECAST_DRAWS),
        seed=settings.seed,
    )
    return GrowthReport(growth, months) if len(months.handovers) > 1 else None


def compared(group: Sequence[Architecture], settings: Settings) -> Iterator[Comparison]:
    """The architectures of a document side by side, at each work that the first one shares with others."""
    by_name = {item.name: item for item in group}
    for stages in counterparts(group):
        yield compare(
            [by_name[name] for name in stages],
            list(stages.values()),
            free_tier=settings.free_tier,
            prices_date=settings.prices_date,
            draws=settings.draws,
            seed=settings.seed,
        )
