"""What the stand-in's answers give, and how it holds later requests to it: 401, 403, 404 for what it never gave."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request

from loadtests.mix import route
from loadtests.standin.routes import Served
from loadtests.standin.vouchers import Vouchers
from model.carrying import filled_hole, header, pointer
from model.sizing import SizedGraph

SIGNATURE: Final = "signature"
"""The query's field that makes an address one that the stand-in gave."""


class Giving:
    """The values of one stage's endpoints."""

    def __init__(self, graph: SizedGraph, seed: int) -> None:
        self.vouchers = Vouchers(seed)
        self.paths = {
            one.takes.url: re.sub(r"\{[^}]*\}|\*", "1", route(name, one)).partition("?")[0]
            for name, one in graph.endpoints.items()
            if one.takes.url is not None
        }
        """By value that is an address: the path that it leads to."""
        self.given = {
            value
            for one in graph.endpoints.values()
            for value, expression in one.gives.items()
            if filled_hole(expression) is None
        }
        """By an answer; what a client chose itself, nobody can check."""

    def check(self, request: Request, one: Served) -> None:
        """Raise HTTPException for a request without what the stand-in gave to it."""
        takes = one.endpoint.takes
        if takes.bearer is not None:
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            if scheme.lower() != "bearer" or not self.vouchers.knows(takes.bearer, token):
                what = f"{takes.bearer}: no token that was given here"
                raise HTTPException(401, what, {"www-authenticate": "Bearer"})
        if takes.url is not None and not self.vouchers.knows(takes.url, request.query_params.get(SIGNATURE, "")):
            raise HTTPException(403, f"{takes.url}: no address that was given here")
        for hole, value in takes.path.items():
            text = request.path_params.get(hole) or request.query_params.get(hole, "")
            if value in self.given and not self.vouchers.knows(value, text):
                raise HTTPException(404, f"{value}: no {hole} that was given here")

    def answer(self, request: Request, one: Served, plain: dict[str, str]) -> tuple[bytes, dict[str, str]]:
        """The body of an answer that gives something, as long as it is modelled, and its headers."""
        body: dict[str, Any] = dict(plain)
        headers: dict[str, str] = {}
        for value, expression in one.endpoint.gives.items():
            name, path = header(expression), pointer(expression)
            if name is not None:
                headers[name] = self._new(value, request)
            elif path:
                inner = body
                for key in path[:-1]:
                    inner = inner.setdefault(key, {})
                inner[path[-1]] = self._new(value, request)
        return padded(body, one.answer_bytes), headers

    def _new(self, value: str, request: Request) -> str:
        voucher = self.vouchers.issue(value)
        path = self.paths.get(value)
        return voucher if path is None else f"{str(request.base_url).rstrip('/')}{path}?{SIGNATURE}={voucher}"


def padded(body: dict[str, Any], length: int) -> bytes:
    """JSON of a length, or longer where the fields take more."""
    head = json.dumps(body | {"pad": ""})
    return head[:-2].encode() + b"x" * max(length - len(head), 0) + b'"}'
