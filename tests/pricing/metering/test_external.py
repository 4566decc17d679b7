"""External services: tokens, users, messages, payments, plans, stated prices."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import DependsOnUsage, Included, StatedPrice, Unpriced, Usage

Meters = Callable[..., dict[str, float]]
Counted = Callable[..., list[Usage]]


def called(users: float = 1000, op: str = "read") -> dict[str, Any]:
    """A thousand calls by a function, for so many users."""
    return {
        "components": {"web": {"kind": "web_client"}, "api": {"kind": "lambda"}},
        "connections": [
            {"from": "web", "to": "api", "kind": "request"},
            {"from": "api", "to": "it", "kind": "request"},
        ],
        "endpoints": {
            "use": {
                "client": "web",
                "share": 1,
                "calls": [{"to": "api", "calls": [{"to": "it", "op": op, "response_kb": 1048.576, "cpu_ms": 3600}]}],
            }
        },
        "workload": {"monthly_requests": 1000, "monthly_active_users": users},
    }


def test_tokens_count_per_call_and_model(meters: Meters) -> None:
    """A thousand calls of 800 and 200 tokens, a quarter on the larger model."""
    api = {"kind": "openai", "models": {"gpt_4o": 0.25, "gpt_4o_mini": 0.75}, "input_tokens": 800, "output_tokens": 200}
    assert meters(api, **called()) == {
        "openai.gpt-4o.input": 200_000,
        "openai.gpt-4o.output": 50_000,
        "openai.gpt-4o-mini.input": 600_000,
        "openai.gpt-4o-mini.output": 150_000,
    }
    found = meters({"kind": "bedrock", "model": "claude_3_haiku", "usage": {"monthly_input_tokens": 5}}, **called())
    assert found == {"bedrock.claude-3-haiku.input": 5, "bedrock.claude-3-haiku.output": 500_000}


def test_an_embedding_has_no_output(meters: Meters) -> None:
    """Only what is read is billed."""
    assert set(meters({"kind": "bedrock", "model": "titan_embeddings"})) == {"bedrock.titan-embed-text-v2.input"}


def test_clerk_counts_the_users_of_the_workload(meters: Meters, counted: Counted) -> None:
    """Each plan has its own meter; the free one ends at 50,000 users."""
    assert meters({"kind": "clerk"}, **called()) == {"clerk.plan.pro": 1, "clerk.mru": 1000}
    assert meters({"kind": "clerk", "plan": "pro_2024"}, **called())["clerk.mau.before_2026"] == 1000
    beyond = counted({"kind": "clerk", "plan": "free"}, **called(users=60_000))
    assert any(isinstance(item, Unpriced) for item in beyond)


def test_payments_need_a_mean_amount(meters: Meters, counted: Counted) -> None:
    """2.9 % of 50 dollars and 30 cents, a thousand times; without an amount both fees are open."""
    assert meters({"kind": "stripe", "mean_payment_usd": 50}, **called()) == {
        "stripe.card.fixed": 1000,
        "stripe.card.percentage": 50_000,
    }
    items = counted({"kind": "stripe"}, **called())
    assert [item.meter for item in items if isinstance(item, DependsOnUsage)] == [
        "stripe.card.fixed",
        "stripe.card.percentage",
    ]


def test_a_supabase_project_bills_its_parts(meters: Meters, counted: Counted) -> None:
    """Users, database, files, and the bytes that its parts send; a part has no bill of its own."""
    around = called()
    around["components"]["files"] = {"kind": "supabase", "part": "storage"}
    around["connections"].append({"from": "api", "to": "files", "kind": "read"})
    around["endpoints"]["use"]["calls"][0]["calls"].append({"to": "files", "response_kb": 1048.576})
    found = meters({"kind": "supabase", "database_gb": 12}, **around)
    assert found["supabase.egress"] == pytest.approx(2)
    assert found["supabase.mau"] == 1000
    assert found["supabase.database.storage"] == 12
    (only,) = counted({"kind": "supabase", "part": "auth"})
    assert isinstance(only, Included)


def test_vercel_counts_seats_transfer_requests_and_functions(meters: Meters) -> None:
    """A thousand calls of a MB and 3.6 s of CPU: a GB and an hour."""
    assert meters({"kind": "vercel", "seats": 2}, **called()) == {
        "vercel.plan.pro.seats": 2,
        "vercel.transfer": pytest.approx(1),
        "vercel.edge_requests": 1000,
        "vercel.functions": 1000,
        "vercel.cpu": pytest.approx(1),
    }


def test_messages_pay_the_carrier_and_verifications_their_fee_besides(meters: Meters) -> None:
    """500 verifications send 500 messages."""
    fees = {"twilio.numbers.us": 1, "twilio.sms.us.outbound": 1000, "twilio.carrier.us": 1000}
    assert meters({"kind": "twilio"}, **called()) == fees
    found = meters({"kind": "twilio", "usage": {"monthly_verifications": 500}}, **called())
    assert found["twilio.verifications"] == 500
    assert found["twilio.sms.us.outbound"] == 500


def test_map_searches_are_not_map_loads(meters: Meters) -> None:
    """Calls that query geocode; the others load a map."""
    assert meters({"kind": "mapbox"}, **called()) == {"mapbox.loads": 1000}
    assert meters({"kind": "mapbox"}, **called(op="query")) == {"mapbox.loads": 0, "mapbox.geocoding": 1000}


def test_a_price_that_the_document_states_keeps_its_source(counted: Counted) -> None:
    """Per call and per month; a service without a price is unpriced, an included one is not billed."""
    api = {"kind": "external_api", "usd_per_call": 0.01, "usd_per_month": 5, "price_source": "the contract"}
    found = [item for item in counted(api, **called()) if isinstance(item, StatedPrice)]
    assert [(item.quantity, item.usd_per_unit, item.source) for item in found] == [
        (1000, 0.01, "the contract"),
        (1, 5, "the contract"),
    ]
    assert isinstance(counted({"kind": "external_api"})[0], Unpriced)
    assert isinstance(counted({"kind": "external_api", "included": True})[0], Included)


def test_plans_without_a_price_say_so(counted: Counted) -> None:
    """Mails beyond the Pro plan's volume have no rate here."""
    mail = {"kind": "sendgrid", "plan": "pro", "usage": {"monthly_emails": 150_000}}
    assert any(isinstance(item, Unpriced) for item in counted(mail))
