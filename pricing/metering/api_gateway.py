"""Amazon API Gateway: REST requests, HTTP requests by 512 KB, WebSocket messages by 32 KB and connection minutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.api_gateway import ApiGateway
from model.quantity import per, some_positive
from model.units import HOURS_PER_MONTH, KB_PER_GB
from pricing.metering.rounding import steps
from pricing.metering.site import Metered, Site, Usage

HTTP_STEP_KB: Final = 512
MESSAGE_STEP_KB: Final = 32
_MINUTES_PER_MONTH: Final = HOURS_PER_MONTH * 60


def meter_api_gateway(site: Site[ApiGateway]) -> Iterator[Usage]:
    """Requests received, cached answers included; a cache by the hour of its size.

    An HTTP API counts each begun 512 KB as a request, a WebSocket API each begun 32 KB as a message; WebSocket
    connections pay by the minute. Answers to clients are data transfer. Source: Amazon API Gateway pricing page.
    """
    api = site.component
    if api.api == "rest":
        yield Metered("apigw.rest.requests", site.usage("monthly_requests", site.load.monthly_calls))
    elif api.api == "http":
        requests = site.usage("monthly_requests", site.load.monthly_calls)
        request_kb = site.usage("mean_request_kb", site.load.mean_kb)
        yield Metered("apigw.http.requests", requests * steps(request_kb, HTTP_STEP_KB), "each begun 512 KB")
    if api.cache_gb is not None:
        yield Metered(f"apigw.cache.{api.cache_gb:g}gb", float(HOURS_PER_MONTH))
    yield from _websocket(site)


def _websocket(site: Site[ApiGateway]) -> Iterator[Usage]:
    connections = site.value(site.component.websocket_connections)
    beside = connections * site.value(site.component.websocket_messages_per_minute) * _MINUTES_PER_MONTH
    messages = beside
    if site.component.api == "websocket":
        load = site.load
        for volume_gb in (load.request_gb, load.response_gb):
            mean_kb = per(volume_gb * KB_PER_GB, load.monthly_calls)
            if some_positive(mean_kb):
                messages = messages + load.monthly_calls * steps(mean_kb, MESSAGE_STEP_KB)
    if site.is_stated("monthly_messages"):
        messages = site.usage("monthly_messages", messages) * steps(site.usage("mean_message_kb", 0.0), MESSAGE_STEP_KB)
    minutes = site.usage("monthly_connection_minutes", connections * _MINUTES_PER_MONTH)
    if site.component.api == "websocket" or some_positive(messages) or some_positive(minutes):
        yield Metered("apigw.websocket.messages", messages, "each begun 32 KB")
        yield Metered("apigw.websocket.minutes", minutes)
