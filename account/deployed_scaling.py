"""How an ECS service is scaled in the account: the bounds of its task count and the target of its rule.

Source: Application Auto Scaling API reference, DescribeScalableTargets and DescribeScalingPolicies.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from account.errors import AccountRefusal, NoCredentials
from account.session import told
from studies.calibration_series import Deployed

_CPU: Final = "ECSServiceAverageCPUUtilization"


def deployed_scaling(client: Any, cluster: str, service: str) -> tuple[Deployed, tuple[str, ...]]:
    """The scaling of a service, and why a part of it is not known; `client` is one of Application Auto Scaling."""
    identity = f"service/{cluster}/{service}"
    refused: list[str] = []

    def asked(action: str, call: Callable[[], Mapping[str, Any]], key: str) -> list[dict[str, Any]]:
        try:
            with told(action):
                return list(call()[key])
        except NoCredentials:
            raise
        except AccountRefusal as error:
            refused.append(str(error))
            return []

    targets = asked(
        "application-autoscaling:DescribeScalableTargets",
        lambda: client.describe_scalable_targets(ServiceNamespace="ecs", ResourceIds=[identity]),
        "ScalableTargets",
    )
    rules = asked(
        "application-autoscaling:DescribeScalingPolicies",
        lambda: client.describe_scaling_policies(ServiceNamespace="ecs", ResourceId=identity),
        "ScalingPolicies",
    )
    tracked = [
        float(settings["TargetValue"])
        for rule in rules
        if (settings := rule.get("TargetTrackingScalingPolicyConfiguration"))
        and settings.get("PredefinedMetricSpecification", {}).get("PredefinedMetricType") == _CPU
    ]
    bounds = targets[0] if targets else {}
    found = Deployed(bounds.get("MinCapacity"), bounds.get("MaxCapacity"), tracked[0] if len(tracked) == 1 else None)
    return found, tuple(refused)
