"""Public infrastructure files, where there are any: every one becomes a draft that loads and prices."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.importing.cloudformation import read_cloudformation
from model.importing.compose import read_compose
from model.importing.draft_overlay import laid_over
from model.importing.drafting import document_text, draft
from model.importing.found import Inventory
from model.importing.terraform_plan import read_terraform_plan
from model.loading import read
from pricing.bill import Bill
from pricing.price import price

FATES = ("mapped", "folded", "ignored", "unpriced")
COUNTS: dict[str, tuple[Callable[[Path], Inventory], tuple[int, int, int, int]]] = {
    "tfplan-infracost-example.json": (read_terraform_plan, (5, 0, 0, 0)),
    "tfplan-tfstride-ecs-fargate.json": (read_terraform_plan, (6, 15, 0, 0)),
    "tfplan-checkov-nested-modules.json": (
        read_terraform_plan,
        (4, 0, 5, 0),
    ),
    "cfn-webapp.yaml": (read_cloudformation, (13, 20, 9, 0)),
    "sam-ecommerce-orders.yaml": (read_cloudformation, (22, 0, 5, 1)),
    "compose-retail-store.yml": (read_compose, (5, 0, 0, 0)),
}
"""How many resources of each file meet each fate."""

USAGE: dict[str, Any] = {
    "resize": {
        "zero_cost_instance_ec2": {"usage": {"instance_hours": 0}},
        "hello_world_lambda": {"usage": {"monthly_requests": 100_000_000, "duration_ms": 250}},
        "zero_cost_lambda": {"usage": {"monthly_requests": 0, "duration_ms": 0}},
        "usage_s3": {"storage_gb": 0, "usage": {"monthly_put_requests": 0, "monthly_get_requests": 0}},
    }
}
"""The usage file beside the plan: its reserved instance is paid up front, its hours cost nothing by the month."""


def bill_of(document: dict[str, Any]) -> Bill:
    return price(read(document_text(document)).at("imported"), free_tier="none", draws=0)


@pytest.mark.parametrize("name", COUNTS)
def test_every_public_file_becomes_a_draft_that_loads_and_prices(public_infrastructure: Path, name: str) -> None:
    """Each resource is mapped, folded, ignored with a reason, or kept without a price."""
    reader, counts = COUNTS[name]
    made = draft(reader(public_infrastructure / name))
    report = made.report
    assert tuple(len(getattr(report, fate)) for fate in FATES) == counts
    bill = bill_of(made.document)
    assert all(line.cost.likely > 0 or line.state != "priced" or not line.quantity for line in bill.lines)


def test_the_plan_with_an_independent_total_comes_to_it(public_infrastructure: Path) -> None:
    """$1,361.31, line by line: 560.64 + 2 x (5 + 125 + 52) for the instances, 20 + 416.67 for the function."""
    made = draft(read_terraform_plan(public_infrastructure / "tfplan-infracost-example.json"))
    document, missing = laid_over(made.document, USAGE)
    assert missing == []
    bill = bill_of(document)
    costs = {(line.component, line.meter): line.cost.likely for line in bill.lines if line.cost.likely > 0}
    assert costs == pytest.approx(
        {
            ("web_app_ec2", "ec2.m5.4xlarge"): 560.64,
            ("web_app_ec2", "ebs.gp2"): 5.0,
            ("web_app_ec2", "ebs.io1"): 125.0,
            ("web_app_ec2", "ebs.iops.io1"): 52.0,
            ("zero_cost_instance_ec2", "ebs.gp2"): 5.0,
            ("zero_cost_instance_ec2", "ebs.io1"): 125.0,
            ("zero_cost_instance_ec2", "ebs.iops.io1"): 52.0,
            ("hello_world_lambda", "lambda.requests"): 20.0,
            ("hello_world_lambda", "lambda.duration.x86"): 416.67,
        },
        abs=0.006,
    )
    assert bill.total.likely == pytest.approx(1361.31, abs=0.005)


def test_a_plan_without_configuration_is_wired_by_its_security_groups(public_infrastructure: Path) -> None:
    """Balancer to service to database, each likely; the service's secret by its role."""
    made = draft(read_terraform_plan(public_infrastructure / "tfplan-tfstride-ecs-fargate.json"))
    assert {(link.source, link.target, link.certainty) for link in made.report.connections} == {
        ("users", "web_alb", "certain"),
        ("web_alb", "app_fargate", "likely"),
        ("app_fargate", "app_rds", "likely"),
        ("app_fargate", "secrets_manager", "likely"),
    }


def test_sam_events_of_a_public_template_are_edges(public_infrastructure: Path) -> None:
    """Its API, its table's stream, its bus, and the dead letters in a nested stack."""
    made = draft(read_cloudformation(public_infrastructure / "sam-ecommerce-orders.yaml"))
    certain = {(link.source, link.target) for link in made.report.connections if link.certainty == "certain"}
    assert certain >= {
        ("api", "get_order_function"),
        ("table", "table_update_function"),
        ("event_rules", "on_events_function"),
        ("table_update_function", "dead_letter_queue"),
        ("create_order_function", "table"),
    }
