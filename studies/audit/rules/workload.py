"""Stated volumes against those that the model's traffic comes to: requests, users, bytes delivered, volume stored."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from model.claims import Claim
from model.kinds.s3 import S3
from studies.amounts import plain, span
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import at, bounds, stated
from studies.audit.finding import Finding, about

NAME = "workload"
APART = 1.5
"""A volume that differs by this factor is told; the model's own may be an assumption."""


@dataclass(frozen=True)
class Volume:
    """One kind of volume: the unit that names it, and the model's figure in that unit."""

    unit: str
    """A regular expression over the claim's unit."""
    subject: str
    of: Callable[[Claim, StageCase], float | None]


def _calls(claim: Claim, stage: StageCase) -> float | None:
    names = [name for name in claim.components if name in stage.graph.components]
    return sum(float(stage.likely.load(name).monthly_calls) for name in names) if names else None


def _users(claim: Claim, stage: StageCase) -> float | None:
    return float(stage.graph.likely["monthly_active_users"])


def _delivered_gb(claim: Claim, stage: StageCase) -> float | None:
    names = [name for name in claim.components if name in stage.graph.components]
    return sum(float(stage.likely.load(name).response_gb) for name in names) if names else None


def _delivered_tb(claim: Claim, stage: StageCase) -> float | None:
    gigabytes = _delivered_gb(claim, stage)
    return None if gigabytes is None else gigabytes / 1024


def _stored_gb(claim: Claim, stage: StageCase) -> float | None:
    buckets = [item for name in claim.components if isinstance(item := stage.graph.components.get(name), S3)]
    return sum(stage.value(item.storage_gb) for item in buckets) if buckets else None


VOLUMES: Final[tuple[Volume, ...]] = (
    Volume("^requests/month", "requests", _calls),
    Volume("^MAU", "users", _users),
    Volume("^GB/month", "transfer", _delivered_gb),
    Volume("^TB/month", "transfer", _delivered_tb),
    Volume("^GB", "stored", _stored_gb),
)


def check(case: Case) -> Iterator[Finding]:
    """The volume that the model serves at a stage is the one that the document states for it."""
    for claim in case.claims("capacity"):
        said = bounds(claim)
        volume = next((item for item in VOLUMES if _is_about(claim, item)), None)
        if said is None or volume is None or not claim.stages:
            continue
        for stage in case.stages_of(claim.stages):
            ours = volume.of(claim, stage)
            if ours is not None and (ours * APART < said.low or ours > said.high * APART):
                yield about(
                    NAME,
                    "note",
                    [claim],
                    claim=f"{at(claim)}",
                    stated=stated(claim),
                    computed=span(ours, ours, claim.unit),
                    calculation=f"the model's traffic at {stage.name}: {plain(ours)}, with every assumption likely",
                    components=claim.components,
                    stages=[stage.name],
                )


def _is_about(claim: Claim, volume: Volume) -> bool:
    return bool(re.search(volume.unit, claim.unit) and re.search(volume.subject, claim.subject, re.IGNORECASE))
