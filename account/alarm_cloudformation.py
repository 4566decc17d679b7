"""A stage's alarms as a CloudFormation template, in YAML. Source: AWS::CloudWatch::Alarm of the template reference."""

from __future__ import annotations

from typing import Any

import yaml

from account.alarms import Alarm, AlarmPlan, Metric, Parameter


def cloudformation(plan: AlarmPlan) -> str:
    """The template; what the document states and no metric can watch is said in comments above it."""
    topic = {"Type": "String", "Default": "", "Description": "The SNS topic that is told; nobody when empty"}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Alarms that the design of {plan.architecture} promises for its stage {plan.stage}",
        "Parameters": {
            "AlarmTopicArn": topic,
            **{_camel(item.name): {"Type": "String", "Description": item.description} for item in plan.parameters},
        },
        "Conditions": {"HasTopic": {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlarmTopicArn"}, ""]}]}},
        "Resources": {_camel(alarm.name): _resource(plan, alarm) for alarm in plan.alarms},
    }
    comments = "".join(f"# not made: {name}: {why}\n" for name, why in plan.not_made.items())
    return comments + yaml.dump(template, Dumper=_Dumper, sort_keys=False, width=110, allow_unicode=True)


class _Dumper(yaml.SafeDumper):
    """YAML without aliases: CloudFormation refuses them."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _resource(plan: AlarmPlan, alarm: Alarm) -> dict[str, Any]:
    told = {"Fn::If": ["HasTopic", {"Ref": "AlarmTopicArn"}, {"Ref": "AWS::NoValue"}]}
    properties: dict[str, Any] = {
        "AlarmName": plan.full_name(alarm),
        "AlarmDescription": alarm.description,
        "ComparisonOperator": alarm.comparison,
        "Threshold": alarm.threshold,
        "EvaluationPeriods": alarm.periods,
        "TreatMissingData": "notBreaching",
        "AlarmActions": [told],
        "OKActions": [told],
    }
    if alarm.expression is None:
        (metric,) = alarm.metrics.values()
        properties |= {**_metric(metric), "Period": alarm.period_s, **_statistic(metric)}
    else:
        properties["Metrics"] = [
            {"Id": "watched", "Expression": alarm.expression, "Label": alarm.name, "ReturnData": True},
            *(_query(identifier, metric, alarm.period_s) for identifier, metric in alarm.metrics.items()),
        ]
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}


def _query(identifier: str, metric: Metric, period_s: int) -> dict[str, Any]:
    stat = {"Metric": _metric(metric), "Period": period_s, "Stat": metric.statistic}
    return {"Id": identifier, "MetricStat": stat, "ReturnData": False}


def _metric(metric: Metric) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": _value(value)} for name, value in metric.dimensions.items()]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}


def _statistic(metric: Metric) -> dict[str, str]:
    return {"ExtendedStatistic" if metric.statistic.startswith("p") else "Statistic": metric.statistic}


def _value(value: Parameter | str) -> Any:
    return {"Ref": _camel(value.name)} if isinstance(value, Parameter) else value


def _camel(name: str) -> str:
    """A logical identifier: letters and digits alone.

    >>> _camel("ecs-backend_cluster")
    'EcsBackendCluster'
    """
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))
