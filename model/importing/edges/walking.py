"""Walking over what only links: listeners, target groups, integrations, permissions."""

from __future__ import annotations

from collections.abc import Collection

from model.importing.found import Found, Scene

COMPUTE = frozenset(
    {"aws_ecs_service", "aws_instance", "aws_spot_instance_request", "aws_autoscaling_group", "aws_lambda_function"}
)
BALANCERS = frozenset({"aws_lb", "aws_alb", "aws_elb"})


def beyond(start: Found, links: Collection[str], scene: Scene) -> list[Found]:
    """What is reached from `start` over resources of the types in `links` alone, either way; links left out."""
    reached: dict[str, Found] = {}
    waiting, seen = [start], {start.address}
    while waiting:
        for found in scene.neighbours(waiting.pop(0)):
            if found.address in seen:
                continue
            seen.add(found.address)
            if found.type in links:
                waiting.append(found)
            else:
                reached[found.address] = found
    direct = {found.address for found in scene.neighbours(start) if found.type not in links}
    return [found for address, found in reached.items() if address not in direct]
