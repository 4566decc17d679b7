"""A stage's alarms as Terraform text. Source: aws_cloudwatch_metric_alarm of the AWS provider's documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator

from account.alarms import Alarm, AlarmPlan, Metric, Parameter

_TOLD = 'var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]'


def terraform(plan: AlarmPlan) -> str:
    """The text; what the document states and no metric can watch is said in comments above it."""
    lines = [f"# Alarms that the design of {plan.architecture} promises for its stage {plan.stage}"]
    lines += [f"# not made: {name}: {why}" for name, why in plan.not_made.items()]
    lines += ["", *_variable("alarm_topic_arn", "The SNS topic that is told; nobody when empty", '""')]
    for parameter in plan.parameters:
        lines += ["", *_variable(parameter.name, parameter.description)]
    for alarm in plan.alarms:
        lines += ["", *_resource(plan, alarm)]
    return "\n".join(lines) + "\n"


def _variable(name: str, description: str, default: str | None = None) -> Iterator[str]:
    yield f'variable "{name}" {{'
    yield "  type        = string"
    yield f"  description = {_text(description)}"
    if default is not None:
        yield f"  default     = {default}"
    yield "}"


def _resource(plan: AlarmPlan, alarm: Alarm) -> Iterator[str]:
    yield f'resource "aws_cloudwatch_metric_alarm" "{alarm.name.replace("-", "_")}" {{'
    yield f"  alarm_name          = {_text(plan.full_name(alarm))}"
    yield f"  alarm_description   = {_text(alarm.description)}"
    yield f'  comparison_operator = "{alarm.comparison}"'
    yield f"  threshold           = {alarm.threshold:.15g}"
    yield f"  evaluation_periods  = {alarm.periods}"
    yield '  treat_missing_data  = "notBreaching"'
    yield f"  alarm_actions       = {_TOLD}"
    yield f"  ok_actions          = {_TOLD}"
    if alarm.expression is None:
        (metric,) = alarm.metrics.values()
        kind = "extended_statistic" if metric.statistic.startswith("p") else "statistic"
        yield f"  period              = {alarm.period_s}"
        yield f'  {kind:<19} = "{metric.statistic}"'
        yield from (f"  {line}" for line in _metric(metric))
    else:
        yield ""
        yield "  metric_query {"
        yield '    id          = "watched"'
        yield f"    expression  = {_text(alarm.expression)}"
        yield f"    label       = {_text(alarm.name)}"
        yield "    return_data = true"
        yield "  }"
        for identifier, metric in alarm.metrics.items():
            yield from ("", *_query(identifier, metric, alarm.period_s))
    yield "}"


def _query(identifier: str, metric: Metric, period_s: int) -> Iterator[str]:
    yield "  metric_query {"
    yield f'    id = "{identifier}"'
    yield "    metric {"
    yield f"      period              = {period_s}"
    yield f'      stat                = "{metric.statistic}"'
    yield from (f"      {line}" for line in _metric(metric))
    yield "    }"
    yield "  }"


def _metric(metric: Metric) -> Iterator[str]:
    yield f'namespace           = "{metric.namespace}"'
    yield f'metric_name         = "{metric.name}"'
    pairs = ", ".join(f"{name} = {_value(value)}" for name, value in metric.dimensions.items())
    yield f"dimensions          = {{ {pairs} }}"


def _value(value: Parameter | str) -> str:
    return f"var.{value.name}" if isinstance(value, Parameter) else _text(value)


def _text(text: str) -> str:
    """A string literal, in which nothing is interpolated."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")
