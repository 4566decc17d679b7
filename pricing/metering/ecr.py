"""Amazon ECR: stored images."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.ecr import Ecr
from pricing.metering.site import Included, Metered, Site, Usage


def meter_ecr(site: Site[Ecr]) -> Iterator[Usage]:
    """Images stored by the GB; pulls within the region are free, others are data transfer.

    Source: Amazon ECR pricing page.
    """
    yield Metered("ecr.storage", site.value(site.component.storage_gb))
    if site.is_stated("monthly_transfer_out_gb"):
        yield Metered("transfer.internet", site.usage("monthly_transfer_out_gb", 0.0), "images pulled from outside")
    else:
        yield Included("pulls", "free within the region")
