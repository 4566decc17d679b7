"""AWS WAF: lists, rules, and requests inspected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.component import Component
from model.kinds.cloudfront import CloudFront
from model.kinds.waf import Waf
from model.quantity import Num
from pricing.metering.site import Included, Metered, Site, Usage

PROTECTED_KINDS: Final = ("cloudfront", "alb", "api_gateway", "amplify", "app_runner", "cognito")


def meter_waf(site: Site[Waf]) -> Iterator[Usage]:
    """Each list and each rule by the month, and every request that is inspected.

    Requests are those that the call plans lead through it, else all of what it protects. A flat-rate plan of
    CloudFront includes it. Source: AWS WAF pricing page.
    """
    guarded = protected(site)
    flat = [item for item in guarded.values() if isinstance(item, CloudFront) and item.pricing != "pay_as_you_go"]
    if guarded and len(flat) == len(guarded):
        yield Included("list, rules and requests", "part of CloudFront's flat-rate plan")
        return
    yield Metered("waf.acls", site.value(site.component.web_acls))
    yield Metered("waf.rules", site.value(site.component.rules))
    inspected: Num = site.load.monthly_calls
    if not site.is_called:
        inspected = sum((site.traffic.load(name).monthly_calls for name in guarded), start=0.0)
    yield Metered("waf.requests", site.usage("monthly_requests", inspected))


def protected(site: Site[Waf]) -> dict[str, Component]:
    """What the lists are attached to: the neighbours that can carry one."""
    ends = {(edge.source, edge.target) for edge in site.graph.connections if site.name in (edge.source, edge.target)}
    names = sorted({end for pair in ends for end in pair} - {site.name})
    near = {name: site.graph.components[name] for name in names}
    return {name: component for name, component in near.items() if component.kind in PROTECTED_KINDS}
