"""SQS, SNS, EventBridge, Step Functions, SES: known answers."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import Included, StatedPrice, Unpriced, Usage

Meters = Callable[..., dict[str, float]]
Counted = Callable[..., list[Usage]]


def published(call: dict[str, Any] | None = None, **components: dict[str, Any]) -> dict[str, Any]:
    """A million requests to a function that sends a message to `it`, which delivers it to `components`."""
    plan = {"to": "it", "delivers": [{"to": name} for name in components], **(call or {})}
    return {
        "components": {"web": {"kind": "web_client"}, "api": {"kind": "lambda"}, **components},
        "connections": [
            {"from": "web", "to": "api", "kind": "request"},
            {"from": "api", "to": "it", "kind": "event"},
            *({"from": "it", "to": name, "kind": "event"} for name in components),
        ],
        "endpoints": {"use": {"client": "web", "share": 1, "calls": [{"to": "api", "calls": [plan]}]}},
        "workload": {"monthly_requests": 1e6},
    }


def test_a_message_is_sent_received_and_deleted(meters: Meters) -> None:
    """A million messages of 2 KB are three million requests; in batches of ten, 1.2 million."""
    assert meters({"kind": "sqs"}, **published()) == {"sqs.standard.requests": 3e6}
    assert meters({"kind": "sqs", "fifo": True, "mean_batch": 10}, **published()) == {"sqs.fifo.requests": 1.2e6}


def test_a_payload_counts_by_64_kb(meters: Meters) -> None:
    """100 KB are two requests to send and two to receive, one to delete."""
    assert meters({"kind": "sqs", "message_kb": 100}, **published())["sqs.standard.requests"] == 5e6


def test_pollers_receive_nothing_every_20_seconds(meters: Meters) -> None:
    """131,400 empty receives a month each; the event source of a function has five pollers."""
    assert meters({"kind": "sqs", "pollers": 2})["sqs.standard.requests"] == 2 * 131_400
    by_function = meters({"kind": "sqs"}, **published(worker={"kind": "lambda"}))
    assert by_function["sqs.standard.requests"] == 3e6 + 5 * 131_400


def test_stated_requests_replace_the_derived_ones(meters: Meters) -> None:
    """65 KB each count twice."""
    usage = {"monthly_requests": 1000, "message_kb": 65}
    assert meters({"kind": "sqs", "usage": usage}, **published()) == {"sqs.standard.requests": 2000}


def test_a_topic_counts_publishes_by_64_kb_and_deliveries_by_protocol(meters: Meters) -> None:
    """A million messages of 70 KB to a function; a tenth goes out as mail."""
    topic = {"kind": "sns", "email_share": 0.1, "usage": {"message_kb": 70}}
    assert meters(topic, **published(worker={"kind": "lambda"})) == {
        "sns.requests": 2e6,
        "sns.deliveries.sqs_lambda": 1e6,
        "sns.deliveries.email": 1e5,
    }


def test_text_messages_need_a_stated_price(counted: Counted) -> None:
    """Without one they are unpriced, with one they cost what it says."""
    usage = {"monthly_sms_deliveries": 100}
    assert any(isinstance(item, Unpriced) for item in counted({"kind": "sns", "usage": usage}))
    stated = [
        item for item in counted({"kind": "sns", "sms_usd": 0.01, "usage": usage}) if isinstance(item, StatedPrice)
    ]
    assert [(item.quantity, item.usd_per_unit) for item in stated] == [(100, 0.01)]


def test_custom_events_count_by_64_kb(meters: Meters) -> None:
    """100 KB are two events."""
    assert meters({"kind": "eventbridge"}, **published({"request_kb": 100})) == {"eventbridge.events": 2e6}


def test_events_of_aws_services_are_free(counted: Counted) -> None:
    """What a bucket reports costs nothing, and says why."""
    around = {
        "components": {"web": {"kind": "web_client"}, "files": {"kind": "s3"}},
        "connections": [
            {"from": "web", "to": "files", "kind": "write"},
            {"from": "files", "to": "it", "kind": "event"},
        ],
        "endpoints": {"use": {"client": "web", "share": 1, "calls": [{"to": "files", "calls": [{"to": "it"}]}]}},
        "workload": {"monthly_requests": 1e6},
    }
    (only,) = counted({"kind": "eventbridge"}, **around)
    assert isinstance(only, Included)


def test_schedules_count_their_invocations(meters: Meters) -> None:
    """An hourly schedule makes 730 of them."""
    around = {
        "components": {"job": {"kind": "lambda"}},
        "connections": [{"from": "it", "to": "job", "kind": "event"}],
        "endpoints": {"hourly": {"client": "it", "method": "SCHEDULE", "monthly_calls": 730, "calls": [{"to": "job"}]}},
    }
    assert meters({"kind": "eventbridge"}, **around) == {"eventbridge.scheduler": 730}


def test_standard_workflows_count_transitions_with_retries(meters: Meters) -> None:
    """A million executions of five states, a tenth of them again."""
    machine = {"kind": "step_functions", "states": 5, "retry_share": 0.1}
    assert meters(machine, **published())["stepfunctions.standard.transitions"] == pytest.approx(5.5e6)


def test_express_workflows_round_up_to_100_ms_and_64_mb(meters: Meters) -> None:
    """101 ms on 65 MB are 200 ms on 128 MB."""
    usage = {"monthly_executions": 1e6, "duration_ms": 101, "memory_mb": 65}
    found = meters({"kind": "step_functions", "type": "express", "usage": usage})
    assert found == {
        "stepfunctions.express.requests": 1e6,
        "stepfunctions.express.gb_hours": pytest.approx(1e6 * 0.2 * 0.125 / 3600),
    }


def test_mails_count_with_their_attachments(meters: Meters) -> None:
    """A million mails with a GB in all."""
    mail = {"kind": "ses", "attachment_kb": 1.048576, "dedicated_ips": 1}
    found = meters(mail, **published())
    assert found == {"ses.emails": 1e6, "ses.attachments": pytest.approx(1), "ses.dedicated_ips": 1}
