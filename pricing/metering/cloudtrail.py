"""AWS CloudTrail: copies of management events, data events, insights."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.cloudtrail import CloudTrail
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Usage


def meter_cloudtrail(site: Site[CloudTrail]) -> Iterator[Usage]:
    """The first copy of management events is free; further copies, data events and insights are billed.

    Source: AWS CloudTrail pricing page.
    """
    yield Included("management events", "the first copy in each region is free")
    if site.is_stated("monthly_management_events"):
        yield Metered("cloudtrail.management", site.usage("monthly_management_events", 0.0), "further copies")
    elif site.component.trails > 1:
        yield DependsOnUsage("cloudtrail.management", "events that the further trails copy are not stated")
    for usage, meter in (("monthly_data_events", "data"), ("monthly_insights_events", "insights")):
        if site.is_stated(usage):
            yield Metered(f"cloudtrail.{meter}", site.usage(usage, 0.0))
