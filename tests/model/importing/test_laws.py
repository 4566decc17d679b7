"""Laws of every import: nothing stops it, every resource has one fate, and the draft is a valid document."""

from __future__ import annotations

import time
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.importing.drafting import document_text, draft
from model.importing.mapping.registry import FOLDED, IGNORED, OWN, SHARED
from model.importing.template_types import TYPES, terraform_type
from model.importing.terraform_plan import terraform_plan
from model.loading import read
from tests.model.importing.plans import plan, resource

NAMES = (
    "id", "arn", "name", "subnet_ids", "vpc_id", "security_groups", "role", "policy", "environment", "instance_type",
    "memory_size", "engine", "instance_class", "allocated_storage", "node_type", "desired_count", "min_capacity",
    "target_group_arn", "load_balancer_arn", "function_name", "event_source_arn", "ingress", "rule", "definition",
    "redrive_policy", "billing_mode", "read_capacity", "serverlessv2_scaling_configuration", "launch_type", "origin",
    "root_block_device", "cpu", "memory", "schedule_expression", "http_method", "iops", "internal",
    "backup_retention_period",
)  # fmt: skip
IDS = [f"id-{i:04}" for i in range(6)]
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-5, 10**7), st.floats(allow_nan=False), st.sampled_from(IDS),
    st.sampled_from(["", "t3.medium", "db.t3.micro", "FARGATE", "Enabled", "{", '{"Statement": [{"Action": "s3:*"}]}']),
    st.text(max_size=8),
)  # fmt: skip
blocks = st.dictionaries(st.sampled_from(NAMES), scalars, max_size=3)
values = st.one_of(scalars, blocks, st.lists(scalars, max_size=3), st.lists(blocks, max_size=3))
types = st.sampled_from([*OWN, *SHARED, *FOLDED, *IGNORED, "aws_unheard_of", "azurerm_thing"])


@st.composite
def plans(draw: st.DrawFn) -> dict[str, Any]:
    """A plan of resources that point at each other at random, with settings of any form."""
    made = []
    for i in range(draw(st.integers(1, 7))):
        settings_ = draw(st.dictionaries(st.sampled_from(NAMES), values, max_size=6))
        made.append(resource(f"{draw(types)}.r{i}", **{"id": IDS[i % len(IDS)], **settings_}))
    return plan(*made)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plans())
def test_whatever_a_plan_holds_its_draft_is_valid_and_every_resource_has_one_fate(raw: dict[str, Any]) -> None:
    """Mapped, folded, ignored or unpriced: each exactly once."""
    made = draft(terraform_plan(raw, "plan.json", "any"))
    report = made.report
    told = [item.address for fate in (report.mapped, report.folded, report.ignored, report.unpriced) for item in fate]
    assert sorted(told) == sorted(item["address"] for item in raw["planned_values"]["root_module"]["resources"])
    if made.document.get("components"):
        read(document_text(made.document))


def test_a_plan_of_thousands_of_resources_is_drafted_in_seconds() -> None:
    """Three thousand, wired in chains of queue, mapping, function."""
    resources = []
    for i in range(1000):
        queue, function = f"arn:aws:sqs:us-east-1:1:q{i}", f"arn:aws:lambda:us-east-1:1:function:f{i}"
        resources += [
            resource(f"aws_sqs_queue.q{i}", arn=queue),
            resource(f"aws_lambda_function.f{i}", arn=function, memory_size=256),
            resource(f"aws_lambda_event_source_mapping.m{i}", event_source_arn=queue, function_name=function),
        ]
    started = time.process_time()
    made = draft(terraform_plan(plan(*resources), "plan.json", "large"))
    assert time.process_time() - started < 20
    assert sum(link.why == "event source mapping" for link in made.report.connections) == 1000


def test_every_type_of_a_template_has_a_fate_in_terraforms_words() -> None:
    """No type of the table falls through to 'no kind' for want of a spelling."""
    from model.importing.mapping.registry import ignored_because

    known = {*OWN, *SHARED, *FOLDED}
    assert [type_ for type_ in TYPES.values() if type_ not in known and ignored_because(type_) is None] == []
    assert terraform_type("Custom::Thing") == "aws_cloudformation_custom_resource"
