"""Logs, keys, secrets, users, traces, audit, backups: known answers."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import DependsOnUsage, Unpriced, Usage

Meters = Callable[..., dict[str, float]]
Counted = Callable[..., list[Usage]]
SERVICE = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}}


def app(**components: dict[str, Any]) -> dict[str, Any]:
    """A million requests to a service, 10 million to a function."""
    return {
        "components": {
            "web": {"kind": "web_client"},
            "service": SERVICE,
            "function": {"kind": "lambda"},
            **components,
        },
        "connections": [
            {"from": "web", "to": "service", "kind": "request"},
            {"from": "web", "to": "function", "kind": "request"},
        ],
        "endpoints": {
            "slow": {"client": "web", "monthly_calls": 1e6, "calls": [{"to": "service"}]},
            "fast": {"client": "web", "monthly_calls": 1e7, "calls": [{"to": "function"}]},
        },
        "workload": {"monthly_active_users": 20_000},
    }


def test_logs_of_functions_have_their_own_tiers(meters: Meters) -> None:
    """1.048576 KB a request: a GB from the service, ten from the function; 15 % of it is kept for two months."""
    watch = {"kind": "cloudwatch", "log_kb_per_request": 1.048576, "retention_days": 730 / 12}
    assert meters(watch, **app()) == {
        "cloudwatch.logs.ingest": pytest.approx(1),
        "cloudwatch.logs.ingest.lambda": pytest.approx(10),
        "cloudwatch.logs.storage": pytest.approx(11 * 0.15 * 2),
    }


def test_stated_logs_replace_the_derived_ones(meters: Meters) -> None:
    """100 GB of which 30 from functions; flow logs of the VPC come on top, on the tiers of vended logs."""
    usage = {"monthly_log_gb": 100, "monthly_lambda_log_gb": 30, "stored_log_gb": 5}
    flows = {"kind": "vpc", "flow_logs": True, "flow_log_gb": 7}
    found = meters({"kind": "cloudwatch", "usage": usage}, **app(network=flows))
    assert found == {
        "cloudwatch.logs.ingest": 70,
        "cloudwatch.logs.ingest.lambda": 37,
        "cloudwatch.logs.storage": 5,
    }


def test_an_anomaly_alarm_is_three_metrics(meters: Meters) -> None:
    """Two plain alarms and one with a band: five alarm metrics; dashboards and custom metrics by count."""
    watch = {"kind": "cloudwatch", "alarms": 2, "anomaly_alarms": 1, "dashboards": 4, "metrics": 6}
    more = {"container_insights_metrics": 10, "composite_alarms": 1}
    assert meters({**watch, **more}) == {
        "cloudwatch.alarms.standard": 5,
        "cloudwatch.alarms.composite": 1,
        "cloudwatch.dashboards": 4,
        "cloudwatch.metrics": 16,
    }


def test_uncalled_secrets_are_refreshed_by_the_hour(meters: Meters) -> None:
    """Three secrets in memory of their callers: 2,190 reads a month, as assumed; called ones count their calls."""
    assert meters({"kind": "secrets_manager", "secrets": 3}) == {
        "secretsmanager.secrets": 3,
        "secretsmanager.requests": 2190,
    }
    around = app()
    around["connections"].append({"from": "function", "to": "it", "kind": "read"})
    around["endpoints"]["fast"]["calls"][0]["calls"] = [{"to": "it"}]
    assert meters({"kind": "secrets_manager"}, **around)["secretsmanager.requests"] == 1e7


def test_an_uncalled_key_leaves_its_requests_open(counted: Counted, meters: Meters) -> None:
    """The key is billed; RSA 2048 requests cost what symmetric ones do."""
    assert any(isinstance(item, DependsOnUsage) for item in counted({"kind": "kms"}))
    usage = {"monthly_requests": 10, "monthly_rsa_2048_requests": 5, "monthly_asymmetric_requests": 2}
    found = meters({"kind": "kms", "keys": 2, "usage": usage})
    assert found == {"kms.keys": 2, "kms.requests": 15, "kms.requests.asymmetric": 2}


@pytest.mark.parametrize(
    ("pool", "expected"),
    [
        ({"tier": "lite"}, {"cognito.lite": 20_000}),
        ({"federated_share": 0.1}, {"cognito.essentials": 18_000, "cognito.federated": 2_000}),
        ({"tier": "plus", "advanced_security": True}, {"cognito.plus": 20_000}),
        (
            {"tier": "legacy", "advanced_security": True},
            {"cognito.legacy": 20_000, "cognito.legacy.advanced_security": 20_000},
        ),
        ({"usage": {"monthly_active_users": 7}}, {"cognito.essentials": 7}),
    ],
)
def test_users_count_by_tier(pool: dict[str, Any], expected: dict[str, float], meters: Meters) -> None:
    """The month's users of the workload, those of other sign-in systems apart."""
    assert meters({"kind": "cognito", **pool}, **app()) == pytest.approx(expected)


def test_advanced_security_needs_the_plus_tier(counted: Counted) -> None:
    """On another tier it has no price, and says so."""
    assert any(isinstance(item, Unpriced) for item in counted({"kind": "cognito", "advanced_security": True}))


def test_traces_are_a_share_of_the_requests(meters: Meters) -> None:
    """5 % of eleven million."""
    assert meters({"kind": "xray"}, **app()) == {"xray.traces.recorded": pytest.approx(550_000)}


def test_the_first_trail_is_free(meters: Meters, counted: Counted) -> None:
    """A second one copies events whose number nobody states; data events are billed."""
    assert meters({"kind": "cloudtrail"}) == {}
    assert any(isinstance(item, DependsOnUsage) for item in counted({"kind": "cloudtrail", "trails": 2}))
    assert meters({"kind": "cloudtrail", "usage": {"monthly_data_events": 9}}) == {"cloudtrail.data": 9}


def test_backups_cost_what_they_protect(meters: Meters, counted: Counted) -> None:
    """Copies of an Aurora cluster at Aurora's rate, and what goes to another region as transfer."""
    backup = {"kind": "backup", "storage_gb": 50, "protects": "aurora", "monthly_copied_gb": 5}
    assert meters(backup) == {"aurora.backup": 50, "transfer.inter_region": 5}
    assert any(isinstance(item, DependsOnUsage) for item in counted({"kind": "backup"}))


def test_health_options_go_with_their_checks(meters: Meters) -> None:
    """Four options over three checks of AWS endpoints and one of another: three and one."""
    dns = {"kind": "route53", "health_checks_aws": 3, "health_checks_other": 1, "health_check_optional_features": 4}
    assert meters(dns) == {
        "route53.zones": 1,
        "route53.health_checks.aws": 3,
        "route53.health_options.aws": 3,
        "route53.health_checks.other": 1,
        "route53.health_options.other": 1,
    }
