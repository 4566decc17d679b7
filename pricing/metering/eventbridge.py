"""Amazon EventBridge: custom events by 64 KB, schedules, pipes, archives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.eventbridge import EventBridge
from model.quantity import Num, per, some_positive
from model.units import KB_PER_GB
from pricing.metering.rounding import steps
from pricing.metering.site import Included, Metered, Site, Unpriced, Usage

STEP_KB: Final = 64
OWN_CODE: Final = ("compute", "client", "external")
"""Categories whose events are custom ones; AWS services report their own free of charge."""


def meter_eventbridge(site: Site[EventBridge]) -> Iterator[Usage]:
    """Events that own code publishes, one per begun 64 KB; invocations of schedules; deliveries are free.

    Events of AWS services on the default bus are free. Source: Amazon EventBridge pricing page.
    """
    custom, from_aws, sent_gb = _published(site)
    event_kb = site.usage("event_kb", per(sent_gb * KB_PER_GB, custom))
    events = site.usage("monthly_custom_events", custom) * steps(event_kb, STEP_KB)
    scheduled = site.usage("monthly_scheduler_invocations", schedule_calls(site))
    if some_positive(events) or not (some_positive(scheduled) or some_positive(from_aws)):
        yield Metered("eventbridge.events", events, "each begun 64 KB")
    if some_positive(scheduled):
        yield Metered("eventbridge.scheduler", scheduled)
    if some_positive(from_aws):
        yield Included("events of AWS services", "free on the default bus")
    for usage, meter in (("monthly_pipe_requests", "pipes"), ("monthly_archived_gb", "archive")):
        if site.is_stated(usage):
            yield Metered(f"eventbridge.{meter}", site.usage(usage, 0.0))
    if some_positive(site.value(site.component.archive_gb)):
        yield Metered("eventbridge.archive_storage", site.value(site.component.archive_gb))
    if site.is_stated("monthly_schema_events"):
        yield Unpriced("schema discovery", "its events are not in the price tables")


def schedule_calls(site: Site[EventBridge]) -> Num:
    """Calls of the endpoints that this component starts on a schedule."""
    total: Num = 0.0
    for name, endpoint in site.graph.endpoints.items():
        if endpoint.client == site.name and endpoint.method == "SCHEDULE":
            total = total + site.traffic.endpoint_calls[name]
    return total


def _published(site: Site[EventBridge]) -> tuple[Num, Num, Num]:
    """Events of own code, events of AWS services, and GB of the former."""
    custom: Num = 0.0
    from_aws: Num = 0.0
    sent_gb: Num = 0.0
    for _, source, flow in site.neighbours_in():
        if source.category in OWN_CODE:
            custom, sent_gb = custom + flow.monthly_calls, sent_gb + flow.request_gb
        else:
            from_aws = from_aws + flow.monthly_calls
    return custom, from_aws, sent_gb
