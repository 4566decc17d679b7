"""Amazon SNS: publishes by 64 KB, and deliveries by protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.sns import Sns
from model.quantity import per, some_positive
from model.units import KB_PER_GB
from pricing.metering.rounding import steps
from pricing.metering.site import Metered, Site, StatedPrice, Unpriced, Usage

STEP_KB: Final = 64
KB_PER_PAYLOAD_GB: Final = 1_000_000
"""The payload of FIFO topics is counted in decimal gigabytes."""


def meter_sns(site: Site[Sns]) -> Iterator[Usage]:
    """A request per begun 64 KB published; deliveries to queues and functions are free, others by protocol.

    FIFO topics bill publishes, deliveries and the payload of both. Source: Amazon SNS pricing page.
    """
    if site.component.fifo:
        yield from _fifo(site)
        return
    publishes = site.usage("monthly_publishes", site.load.monthly_calls)
    message_kb = site.usage("message_kb", per(site.load.request_gb * KB_PER_GB, site.load.monthly_calls))
    yield Metered("sns.requests", publishes * steps(message_kb, STEP_KB))
    to_aws = sum(
        (flow.monthly_calls for _, target, flow in site.neighbours_out() if target.kind in ("lambda", "sqs")),
        start=0.0,
    )
    delivered = {
        "sqs_lambda": site.usage("monthly_sqs_deliveries", 0.0) + site.usage("monthly_lambda_deliveries", to_aws),
        "email": site.usage("monthly_email_deliveries", publishes * site.value(site.component.email_share)),
        "http": site.usage("monthly_http_deliveries", 0.0),
        "push": site.usage("monthly_push_deliveries", 0.0),
        "firehose": site.usage("monthly_firehose_deliveries", 0.0),
    }
    for protocol, deliveries in delivered.items():
        if some_positive(deliveries):
            yield Metered(f"sns.deliveries.{protocol}", deliveries)
    yield from _text_messages(site)


def _text_messages(site: Site[Sns]) -> Iterator[Usage]:
    topic = site.component
    if not site.is_stated("monthly_sms_deliveries"):
        return
    if topic.sms_usd is None:
        yield Unpriced("text messages", "their price depends on the country and the carrier; state `sms_usd`")
    else:
        messages = site.usage("monthly_sms_deliveries", 0.0)
        source = topic.sms_price_source or "stated in the document"
        yield StatedPrice("text messages", messages, "message", site.value(topic.sms_usd), source)


def _fifo(site: Site[Sns]) -> Iterator[Usage]:
    publishes = site.usage("monthly_fifo_publishes", site.usage("monthly_publishes", site.load.monthly_calls))
    to_queues = sum((flow.monthly_calls for _, _, flow in site.neighbours_out()), start=0.0)
    deliveries = site.usage("monthly_fifo_deliveries", site.usage("monthly_sqs_deliveries", to_queues))
    message_kb = site.usage("message_kb", per(site.load.request_gb * KB_PER_GB, site.load.monthly_calls))
    yield Metered("sns.fifo.requests", publishes)
    yield Metered("sns.fifo.payload", publishes * message_kb / KB_PER_PAYLOAD_GB)
    yield Metered("sns.fifo.deliveries", deliveries)
    yield Metered("sns.fifo.delivery_payload", deliveries * message_kb / KB_PER_PAYLOAD_GB)
