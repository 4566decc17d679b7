"""AWS Amplify Hosting: builds, stored artifacts, bytes served, rendered pages."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.amplify import Amplify
from model.units import SECONDS_PER_HOUR
from pricing.metering.site import Metered, Site, Usage


def meter_amplify(site: Site[Amplify]) -> Iterator[Usage]:
    """Build minutes, GB stored and served; server-side rendering by the request and the GB-hour.

    Source: AWS Amplify pricing page.
    """
    app = site.component
    yield Metered("amplify.build_minutes", site.value(app.monthly_build_minutes))
    yield Metered("amplify.storage", site.value(app.storage_gb))
    yield Metered("amplify.served", site.usage("monthly_transfer_gb", site.load.response_gb))
    if app.server_side_rendering or site.is_stated("monthly_ssr_requests"):
        rendered = site.usage("monthly_ssr_requests", site.load.monthly_calls)
        busy_hours = rendered * site.usage("ssr_duration_ms", site.load.mean_busy_ms) / 1000 / SECONDS_PER_HOUR
        yield Metered("amplify.ssr.requests", rendered)
        yield Metered("amplify.ssr.gb_hours", busy_hours * site.value(app.ssr_memory_gb))
