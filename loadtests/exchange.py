"""Sending one request over connections that stay open: nothing is followed, no cookie is kept."""

from __future__ import annotations

import time
from typing import Any

from gevent import ssl
from geventhttpclient.client import HTTPClient
from locust.contrib.fasthttp import FAILURE_EXCEPTIONS

from loadtests.replies import Address, Reply
from loadtests.safety import Origin


class Wire:
    """Connections to the hosts of a run: so many at once to each, with TLS verified."""

    def __init__(self, connections: int, timeout_s: float) -> None:
        self._options: dict[str, Any] = {
            "concurrency": connections,
            "connection_timeout": timeout_s,
            "network_timeout": timeout_s,
            "ssl_context_factory": ssl.create_default_context,
        }
        self._clients: dict[Origin, HTTPClient] = {}

    def ask(self, method: str, address: Address, body: bytes | None, headers: dict[str, str]) -> Reply:
        """Send a request and read the answer to its end."""
        begun_s = time.perf_counter()
        try:
            response = self._client(address.origin).request(method, address.uri, body=body, headers=headers)
            content = response.read()
            return Reply(begun_s, time.perf_counter(), response.get_code(), response.info(), content)
        except (*FAILURE_EXCEPTIONS, ValueError) as error:
            return Reply(begun_s, time.perf_counter(), error=error)

    def _client(self, origin: Origin) -> HTTPClient:
        client = self._clients.get(origin)
        if client is None:
            scheme, host, port = origin
            tls: dict[str, Any] = {"ssl": True} if scheme == "https" else {}
            client = self._clients[origin] = HTTPClient(host, port, **tls, **self._options)
        return client
