"""Amazon SQS: requests by 64 KB: sends, receives, deletes, and empty receives of pollers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.sqs import Sqs
from model.quantity import Num, some_positive
from model.units import SECONDS_PER_MONTH
from pricing.metering.rounding import steps
from pricing.metering.site import Included, Metered, Site, Usage

STEP_KB: Final = 64
LONG_POLL_S: Final = 20
LAMBDA_POLLERS: Final = 5.0


def meter_sqs(site: Site[Sqs]) -> Iterator[Usage]:
    """Each message is sent, received and deleted; a request counts once per begun 64 KB of payload.

    Receives and deletes share a request per batch. A poller makes a receive every 20 s when nothing comes; an event
    source of Lambda has five. Source: Amazon SQS pricing page; AWS Lambda developer guide, SQS event sources.
    """
    queue = site.component
    message_kb = site.usage("message_kb", site.value(queue.message_kb))
    meter = f"sqs.{'fifo' if queue.fifo else 'standard'}.requests"
    if site.is_stated("monthly_requests"):
        yield Metered(meter, site.usage("monthly_requests", 0.0) * steps(message_kb, STEP_KB))
        return
    messages = site.load.monthly_calls
    batches = messages / site.value(queue.mean_batch)
    received = batches * steps(message_kb * site.value(queue.mean_batch), STEP_KB)
    yield Metered(meter, messages * steps(message_kb, STEP_KB) + received + batches, "send, receive, delete")
    idle = pollers(site) * SECONDS_PER_MONTH / LONG_POLL_S
    if some_positive(idle):
        yield Metered(meter, idle, "empty receives")
    if queue.dead_letter is not None:
        yield Included("dead letters", "too few requests to count beside the queue's own")


def pollers(site: Site[Sqs]) -> Num:
    """Consumers that poll: as stated, else five when a Lambda function consumes the queue."""
    stated = site.value(site.component.pollers)
    by_lambda = any(target.kind == "lambda" for _, target, _ in site.neighbours_out())
    return LAMBDA_POLLERS if by_lambda and not some_positive(stated) else stated
