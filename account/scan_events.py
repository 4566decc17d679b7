"""What sets off work in an account: rules of every bus, and the workflows that call on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from account.scan_work import task_definition
from account.scanned import Part, client_of, found, pages
from model.importing.values import token

if TYPE_CHECKING:
    import boto3

_DEFAULT_BUS = "default"


def rules(aws: boto3.Session) -> Iterator[Part]:
    """Buses of one's own, and the rules of every bus that are switched on, with what they set off and run."""
    for bus in pages(aws, "events", "list_event_buses", "EventBuses"):
        own = bus["Name"] != _DEFAULT_BUS
        if own:
            yield found("aws_cloudwatch_event_bus", bus["Name"], bus["Arn"], {"Name": bus["Name"]})
        for rule in pages(aws, "events", "list_rules", "Rules", EventBusName=bus["Name"]):
            if rule.get("State") == "ENABLED" and not rule.get("ManagedBy"):
                which = {"Rule": rule["Name"], "EventBusName": bus["Name"]}
                targets = list(pages(aws, "events", "list_targets_by_rule", "Targets", **which))
                arns = [target["Arn"] for target in targets]
                for task in (target["EcsParameters"] for target in targets if "EcsParameters" in target):
                    arns.append(task["TaskDefinitionArn"])
                    yield task_definition(aws, task["TaskDefinitionArn"])
                shown = {"ScheduleExpression": rule.get("ScheduleExpression", "")}
                of = {"event_bus_name": token(bus["Arn"])} if own else {}
                yield found("aws_cloudwatch_event_rule", rule["Name"], rule["Arn"], shown, targets=arns, **of)


def workflows(aws: boto3.Session) -> Iterator[Part]:
    """State machines with their definitions."""
    client = client_of(aws, "stepfunctions")
    for machine in pages(aws, "stepfunctions", "list_state_machines", "stateMachines"):
        whole = client.describe_state_machine(stateMachineArn=machine["stateMachineArn"])
        shown = {"definition": whole["definition"], "type": whole.get("type", "STANDARD"), "RoleArn": whole["roleArn"]}
        yield found("aws_sfn_state_machine", machine["name"], machine["stateMachineArn"], shown)
