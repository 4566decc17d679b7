"""Where a resource stands: whether its subnets are public or private."""

from __future__ import annotations

from typing import Any, Final

from model.importing.found import Found, Scene
from model.importing.mapping.case import Case

_ATTRIBUTES: Final = (
    "subnet_id", "subnet_ids", "subnets", "vpc_zone_identifier", "subnet_mapping", "db_subnet_group_name",
    "subnet_group_name", "network_configuration", "vpc_subnet_ids", "vpc_config", "vpc_options",
)  # fmt: skip


def subnet_of(case: Case, otherwise: str | None = None) -> dict[str, Any]:
    """`{subnet: public|private}` of a resource, `otherwise` when it has subnets that the file does not tell."""
    place = place_of(case.found, case.scene)
    if place is None:
        has_subnets = any(case.values.get(name) for name in _ATTRIBUTES)
        place = otherwise if has_subnets or otherwise == "private" else None
    return {"subnet": place} if place else {}


def place_of(found: Found, scene: Scene) -> str | None:
    """Public or private by the routes of the subnets that the resource stands in; None when nothing tells."""
    subnets = subnets_of(found, scene)
    kinds = {is_public(subnet, scene) for subnet in subnets}
    return None if not kinds else "public" if True in kinds else "private"


def subnets_of(found: Found, scene: Scene) -> list[Found]:
    """The subnets of a resource, through a subnet group too."""
    direct = scene.targets(found, *_ATTRIBUTES)
    groups = [item for item in direct if item.type.endswith("subnet_group")]
    inner = [subnet for group in groups for subnet in scene.targets(group)]
    return [item for item in (*direct, *inner) if item.type == "aws_subnet"]


def is_public(subnet: Found, scene: Scene) -> bool:
    """Whether a subnet gives out public addresses, or its route table leads to an internet gateway."""
    if subnet.values.flag("map_public_ip_on_launch"):
        return True
    for association in scene.pointing_to(subnet, ["aws_route_table_association"]):
        for table in scene.targets(association):
            routes = [table, *scene.pointing_to(table, ["aws_route"])]
            ends = [
                end
                for route in routes
                if route.type in ("aws_route_table", "aws_route")
                for end in scene.targets(route)
            ]
            if any(end.type == "aws_internet_gateway" for end in ends):
                return True
    return False
