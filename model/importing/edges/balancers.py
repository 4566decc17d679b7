"""From load balancers to what they balance over: listeners, rules, target groups, attachments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.importing.edges.walking import BALANCERS, COMPUTE, beyond
from model.importing.found import Edge, Found, Scene

_LINKS: Final = frozenset(
    {
        "aws_lb_listener", "aws_alb_listener", "aws_lb_listener_rule", "aws_alb_listener_rule", "aws_lb_target_group",
        "aws_alb_target_group", "aws_lb_target_group_attachment", "aws_autoscaling_attachment",
    }
)  # fmt: skip


def balancer_edges(scene: Scene) -> Iterator[Edge]:
    """A balancer calls the targets of its listeners; a user pool of a listener signs its callers in."""
    for balancer in scene.of_type(*BALANCERS):
        for end in [*beyond(balancer, _LINKS, scene), *_direct(balancer, scene)]:
            if end.type in COMPUTE or (end.type in BALANCERS and end.address != balancer.address):
                yield Edge(balancer.address, end.address, "request", "certain", "listener and target group")
            elif end.type == "aws_cognito_user_pool":
                yield Edge(balancer.address, end.address, "auth", "certain", "listener's authentication")


def _direct(balancer: Found, scene: Scene) -> list[Found]:
    """Targets that name the balancer without a target group between them: classic balancers."""
    named = scene.pointing_to(balancer, COMPUTE, "load_balancer", "load_balancers", "load_balancer_names")
    own = [item for item in scene.targets(balancer, "instances") if item.type in COMPUTE]
    return [*named, *own]
