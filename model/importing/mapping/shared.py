"""Components that stand for several resources: secrets, keys, alarms, gateways, zones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from model.importing.found import Found, Scene

Fields = dict[str, Any]


def shared_fields(kind: str, members: Sequence[Found], scene: Scene) -> Fields:
    """The fields of a component that stands for `members`."""
    return _COMBINE[kind](members, scene)


def _counted(name: str) -> Callable[[Sequence[Found], Scene], Fields]:
    return lambda members, scene: {name: float(len(members))}


def _nothing(members: Sequence[Found], scene: Scene) -> Fields:
    return {}


def _cloudwatch(members: Sequence[Found], scene: Scene) -> Fields:
    """Alarms by their kind, dashboards, and the longest retention of the log groups."""
    fields: Fields = {}
    for found in members:
        name = _alarm_field(found) if "alarm" in found.type else "dashboards" if "dashboard" in found.type else None
        if name is not None:
            fields[name] = fields.get(name, 0.0) + _metrics_of(found, name)
    kept = [found.values.number("retention_in_days", 0) for found in members if found.type.endswith("log_group")]
    if any(kept):
        fields["retention_days"] = max(kept)
    return fields


def _alarm_field(found: Found) -> str:
    if found.type == "aws_cloudwatch_composite_alarm":
        return "composite_alarms"
    if found.values.known("threshold_metric_id"):
        return "anomaly_alarms"
    return "high_resolution_alarms" if found.values.number("period", 60) < 60 else "alarms"


def _metrics_of(found: Found, name: str) -> float:
    """How many metrics an alarm counts: each of its query's is billed; a dashboard counts once."""
    if name != "alarms":
        return 1.0
    queries = found.values.blocks("metric_query") or found.values.blocks("metrics")
    counted = sum(1 for query in queries if query.block("metric") or query.block("metric_stat"))
    return float(max(1, counted))


def _route53(members: Sequence[Found], scene: Scene) -> Fields:
    checks = [found for found in members if found.type.endswith("health_check")]
    fields: Fields = {"hosted_zones": float(len(members) - len(checks))}
    return {**fields, **({"health_checks_other": float(len(checks))} if checks else {})}


def _addresses(members: Sequence[Found], scene: Scene) -> Fields:
    """Addresses that are held besides those of NAT gateways."""
    return {"count": float(len([found for found in members if not scene.pointing_to(found, ["aws_nat_gateway"])]))}


def _endpoints(members: Sequence[Found], scene: Scene) -> Fields:
    interfaces = [item for item in members if item.values.text("vpc_endpoint_type", "Gateway") == "Interface"]
    if not interfaces:
        return {"type": "gateway", "count": float(len(members))}
    zones = max(1, max(len(scene.targets(item, "subnet_ids")) for item in interfaces))
    return {"type": "interface", "count": float(len(interfaces)), "availability_zones": float(zones)}


_COMBINE: Final[Mapping[str, Callable[[Sequence[Found], Scene], Fields]]] = {
    "acm": _counted("public_certificates"),
    "cloudwatch": _cloudwatch,
    "ecr": _nothing,
    "eventbridge": _nothing,
    "internet_gateway": _nothing,
    "kms": _counted("keys"),
    "nat_gateway": _counted("count"),
    "public_ipv4": _addresses,
    "route53": _route53,
    "secrets_manager": _counted("secrets"),
    "vpc_endpoint": _endpoints,
}
