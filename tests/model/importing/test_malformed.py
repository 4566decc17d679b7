"""Files whose parts have the wrong form: a draft of the rest, or one sentence; never a fault."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from model.importing.cloudformation import read_cloudformation
from model.importing.compose import read_compose
from model.importing.drafting import draft
from model.importing.found import Inventory
from model.importing.terraform_plan import read_terraform_plan
from model.problems import BadInput
from tests.model.importing.plans import plan, resource

QUEUE = resource("aws_sqs_queue.jobs", name="jobs", redrive_policy='{"maxReceiveCount": 3}')
WORKER = resource("module.work.aws_lambda_function.worker", function_name="worker", memory_size=256)
CONFIGURED = {
    "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}},
    "root_module": {
        "resources": [{"type": "aws_sqs_queue", "name": "jobs", "expressions": {"name": {"references": ["var.name"]}}}],
        "module_calls": {
            "work": {
                "expressions": {"queue": {"references": ["aws_sqs_queue.jobs"]}},
                "module": {
                    "resources": [
                        {
                            "type": "aws_lambda_function", "name": "worker",
                            "expressions": {"environment": {"references": ["var.queue", "data.aws_iam_policy.own"]}},
                        },
                        {"type": "aws_iam_policy", "name": "own", "mode": "data", "expressions": {}},
                    ],
                    "outputs": {"arn": {"expression": {"references": ["aws_lambda_function.worker"]}}},
                },
            }
        },
    },
}  # fmt: skip
CHANGES = [{"address": "aws_sqs_queue.jobs", "change": {"after_unknown": {"arn": True}}}]
PLAN = plan(
    QUEUE,
    WORKER,
    configuration=CONFIGURED,
    resource_changes=CHANGES,
    variables={"region": {"value": "eu-west-1"}},
)
TEMPLATE = {
    "Transform": "AWS::Serverless-2016-10-31",
    "Globals": {"Function": {"MemorySize": 512, "Environment": {"Variables": {"STAGE": {"Ref": "Stage"}}}}},
    "Parameters": {"Stage": {"Type": "String", "Default": "prod"}},
    "Conditions": {"Big": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
    "Resources": {
        "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "jobs-${Stage}"}}},
        "Worker": {
            "Type": "AWS::Serverless::Function",
            "Condition": "Big",
            "Properties": {
                "Policies": [{"SQSPollerPolicy": {"QueueName": {"Fn::GetAtt": ["Jobs", "QueueName"]}}}],
                "Events": {
                    "Job": {"Type": "SQS", "Properties": {"Queue": {"Fn::GetAtt": ["Jobs", "Arn"]}}},
                    "Call": {"Type": "Api", "Properties": {"Path": "/work", "Method": "post"}},
                    "Tick": {"Type": "Schedule", "Properties": {"Schedule": "rate(1 hour)"}},
                },
            },
        },
    },
}
COMPOSE = {
    "services": {
        "web": {"build": ".", "depends_on": ["db"], "environment": {"DB": "postgres://db:5432"}, "ports": ["80:80"]},
        "db": {"image": "postgres:16", "deploy": {"replicas": 1, "resources": {"limits": {"cpus": "0.5"}}}},
    },
    "include": [{"path": "other/compose.yml"}],
}
READERS: dict[str, tuple[Callable[[Path], Inventory], Any]] = {
    "plan.json": (read_terraform_plan, PLAN),
    "template.json": (read_cloudformation, TEMPLATE),
    "compose.yml": (read_compose, COMPOSE),
}
JUNK: tuple[Any, ...] = (None, 7, -1.5, True, "text", "${", "arn:aws:x", [], [1], [[["x"]]], {}, {"a": 1}, {"Ref": 5})


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in nested data, as the steps that lead there."""
    yield at
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, item in inner:
        yield from places(item, (*at, step))


def replaced(value: Any, at: tuple[Any, ...], new: Any) -> Any:
    """The data with another value in one place."""
    if not at:
        return new
    whole = deepcopy(value)
    inner = whole
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = new
    return whole


@pytest.mark.parametrize("name", READERS)
def test_a_part_of_the_wrong_form_is_no_fault(name: str, tmp_path: Path) -> None:
    """Whatever stands in whatever place: the rest is drafted, or the file is refused in one line."""
    read, whole = READERS[name]
    path = tmp_path / name
    drafted = refused = 0
    for at, junk in product(places(whole), JUNK):
        path.write_text(json.dumps(replaced(whole, at, junk)))
        said = ""
        try:
            draft(read(path))
            drafted += 1
        except BadInput as error:
            said, refused = str(error), refused + 1
        assert "\n" not in said
    assert drafted > refused > 0
