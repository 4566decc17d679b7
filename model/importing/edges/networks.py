"""Who may reach whom: security groups that let each other in, and compute that shares a network with a store."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.importing.components import Components
from model.importing.edges.walking import COMPUTE
from model.importing.found import Edge, Found, Scene
from model.importing.mapping.places import subnets_of

_INGRESS: Final = ("aws_security_group_rule", "aws_vpc_security_group_ingress_rule")
_STORES: Final = frozenset(
    {"aws_db_instance", "aws_rds_cluster", "aws_elasticache_cluster", "aws_elasticache_replication_group",
     "aws_elasticache_serverless_cache", "aws_db_proxy", "aws_opensearch_domain", "aws_elasticsearch_domain"}
)  # fmt: skip


def network_edges(scene: Scene, made: Components) -> Iterator[Edge]:
    """Likely edges where a security group lets another in; guessed ones for stores that nobody leads to."""
    members = {group.address: _members(group, scene, made) for group in scene.of_type("aws_security_group")}
    reached: set[str] = set()
    for group in scene.of_type("aws_security_group"):
        for allowed in _let_in(group, scene):
            for source in members.get(allowed.address, []):
                for end in members[group.address]:
                    if source.address != end.address:
                        reached.add(end.address)
                        kind = "read" if end.type in _STORES else "request"
                        why = f"{group.address} lets {allowed.address} in"
                        yield Edge(source.address, end.address, kind, "likely", why)  # type: ignore[arg-type]
    computes = [found for found in scene.of_type(*COMPUTE) if found.address in made.owner]
    for store in scene.of_type(*sorted(_STORES)):
        if store.address not in reached and store.address in made.owner:
            for source in _in_same_network(store, computes, scene):
                yield Edge(source.address, store.address, "read", "guessed", "they share a network")


def _members(group: Found, scene: Scene, made: Components) -> list[Found]:
    """The components' resources that a group is put on, through a launch template too."""
    direct = scene.pointing_to(group)
    templates = [item for item in direct if item.type in ("aws_launch_template", "aws_launch_configuration")]
    groups = [item for template in templates for item in scene.pointing_to(template)]
    return [item for item in (*direct, *groups) if item.address in made.owner]


def _let_in(group: Found, scene: Scene) -> list[Found]:
    """The groups from which a group takes traffic: by its own rules, or by rules that are resources."""
    inside = scene.targets(group, "ingress", "security_group_ingress")
    for rule in scene.pointing_to(group, _INGRESS, "security_group_id", "group_id"):
        if rule.values.text("type", "ingress") == "ingress":
            inside += scene.targets(
                rule, "source_security_group_id", "referenced_security_group_id", "source_security_group"
            )
    return [item for item in inside if item.type == "aws_security_group" and item.address != group.address]


def _in_same_network(store: Found, computes: list[Found], scene: Scene) -> list[Found]:
    own = _networks(store, scene)
    return [item for item in computes if own & _networks(item, scene)]


def _networks(found: Found, scene: Scene) -> set[str]:
    """The networks of a resource, by its subnets and security groups."""
    places = [*subnets_of(found, scene), *(item for item in scene.targets(found) if item.type == "aws_security_group")]
    return {end.address for place in places for end in scene.targets(place) if end.type == "aws_vpc"}
