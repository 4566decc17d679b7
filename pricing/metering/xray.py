"""AWS X-Ray: traces recorded and scanned."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.xray import XRay
from pricing.metering.site import Metered, Site, Usage


def meter_xray(site: Site[XRay]) -> Iterator[Usage]:
    """A trace for each sampled request, and traces that queries scan. Source: AWS X-Ray pricing page."""
    sampled = site.traffic.monthly_arrivals * site.value(site.component.sample_share)
    yield Metered("xray.traces.recorded", site.usage("monthly_traces_recorded", sampled))
    if site.is_stated("monthly_traces_scanned"):
        yield Metered("xray.traces.retrieved", site.usage("monthly_traces_scanned", 0.0))
