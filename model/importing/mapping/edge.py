"""Edge: load balancers, APIs, distributions, firewalls, user pools, front ends."""

from __future__ import annotations

from typing import Any, Final

from model.importing.mapping.case import Case, Mapped
from model.importing.mapping.places import place_of

_CACHE_SIZES: Final = (0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118.0, 237.0)


def load_balancer(case: Case) -> Mapped:
    """An application or network balancer; public unless it is internal."""
    kind = {"network": "nlb", "application": "alb"}.get(case.values.text("load_balancer_type", "application"))
    if kind is None:
        raise ValueError("a gateway load balancer has no kind here")
    internal = case.values.flag("internal") or case.values.text("scheme") == "internal"
    rules = [
        rule
        for listener in case.scene.pointing_to(case.found, ["aws_lb_listener", "aws_alb_listener"])
        for rule in case.scene.pointing_to(listener, ["aws_lb_listener_rule", "aws_alb_listener_rule"])
    ]
    fields: dict[str, Any] = {"subnet": "private" if internal else place_of(case.found, case.scene) or "public"}
    if internal:
        fields["internet_facing"] = False
    if kind == "alb" and rules:
        fields["rules"] = float(len(rules) + 1)
    return Mapped(kind, fields)


def classic_load_balancer(case: Case) -> Mapped:
    """A balancer of the first generation, billed by the hour and by the gigabyte."""
    internal = case.values.flag("internal") or case.values.text("scheme") == "internal"
    fields: dict[str, Any] = {"subnet": "private" if internal else "public"}
    return Mapped("clb", {**fields, **({"internet_facing": False} if internal else {})})


def rest_api(case: Case) -> Mapped:
    """A REST API, with the cache of its stages."""
    stages = case.scene.pointing_to(case.found, ["aws_api_gateway_stage", "aws_api_gateway_deployment"])
    sizes = [
        stage.values.number("cache_cluster_size", 0.5)
        for stage in (*stages, case.found)
        if stage.values.flag("cache_cluster_enabled")
    ]
    fields: dict[str, Any] = {"api": "rest"}
    if sizes and max(sizes) in _CACHE_SIZES:
        fields["cache_gb"] = max(sizes)
    return Mapped("api_gateway", fields)


def http_api(case: Case) -> Mapped:
    """An HTTP or WebSocket API."""
    protocol = case.values.text("protocol_type", "HTTP").upper()
    return Mapped("api_gateway", {"api": "websocket" if protocol == "WEBSOCKET" else "http"})


def distribution(case: Case) -> Mapped:
    """A distribution; where its viewers are is not in the file."""
    config = case.values.block("distribution_config") or case.values
    behaviour = config.block("default_cache_behavior")
    ttl_s = behaviour.number("default_ttl", 0)
    case.note("its viewers' regions are not in the file: all are priced as US")
    return Mapped("cloudfront", {"ttl_s": ttl_s} if ttl_s > 0 else {})


def web_acl(case: Case) -> Mapped:
    """A web ACL with its rules; rule groups count as rules."""
    rules = case.values.blocks("rule") or case.values.blocks("rules")
    return Mapped("waf", {"rules": float(len(rules)), "web_acls": 1.0})


def user_pool(case: Case) -> Mapped:
    """A user pool on the tier that is written; on the new default when none is."""
    tier = case.values.text("user_pool_tier", "ESSENTIALS").lower()
    return Mapped("cognito", {"tier": tier if tier in ("lite", "essentials", "plus") else "essentials"})


def amplify_app(case: Case) -> Mapped:
    """A hosted front end."""
    return Mapped("amplify", {"server_side_rendering": case.values.text("platform").startswith("WEB_COMPUTE")})
