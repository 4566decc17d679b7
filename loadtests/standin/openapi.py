"""The stand-in's description of itself, as OpenAPI 3.1."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, Final

from loadtests.standin.giving import SIGNATURE
from loadtests.standin.routes import WITH_BODY, Served, openapi_path
from model.carrying import header, pointer

_ERRORS: Final = {
    "400": "the body is not a JSON object",
    "404": "no such path",
    "413": "the body is too large",
    "415": "the body is not JSON",
    "429": "throttled: a limit of the modelled service",
    "503": "rejected: no connection left in the modelled service",
    "504": "a modelled call timed out",
}


def openapi(title: str, notice: str, routes: list[tuple[str, dict[str, list[Served]]]]) -> dict[str, Any]:
    """The whole description; every operation is one endpoint of the model."""
    paths: dict[str, Any] = {}
    for path, methods in routes:
        shown = openapi_path(path)
        operations = {method.lower(): _operation(path, method, found) for method, found in methods.items()}
        paths.setdefault(shown, {}).update(operations)
    tokens = {one.endpoint.takes.bearer for _, methods in routes for found in methods.values() for one in found} - {
        None
    }
    about = {"openapi": "3.1.0", "info": {"title": title, "version": "1", "description": notice}}
    return about | {"paths": paths} | ({"components": {"securitySchemes": _schemes(tokens)}} if tokens else {})


def _schemes(tokens: set[str | None]) -> dict[str, Any]:
    """A scheme for each token that an answer gives."""
    return {str(token): {"type": "http", "scheme": "bearer"} for token in sorted(tokens, key=str)}


def _operation(path: str, method: str, found: list[Served]) -> dict[str, Any]:
    first, takes = found[0], found[0].endpoint.takes
    good = {"description": "the modelled answer", "content": {"application/json": {"schema": _answer(found)}}}
    answers = {"200": good | _given_headers(found)}
    errors = {
        code: {"description": text, "content": {"application/json": {"schema": _PROBLEM}}}
        for code, text in (_ERRORS | _refusals(found)).items()
    }
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
    return (
        {
            "operationId": f"{first.name}_{method.lower()}",
            "summary": " or ".join(one.endpoint.purpose or one.name for one in found),
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
                for name in re.findall(r"\{(\w+)", path)
            ]
            + [
                {"name": name, "in": "query", "required": True, "schema": {"type": "string", "minLength": 1}}
                for name in _queries(path, first)
            ],
            "responses": answers | errors,
        }
        | (body if method in WITH_BODY else {})
        | ({"security": [{takes.bearer: []}]} if takes.bearer else {})
    )


def _queries(path: str, one: Served) -> list[str]:
    """Fields of the query that a request needs: the signature of its address, values that were given."""
    takes = one.endpoint.takes
    signed = [SIGNATURE] if takes.url is not None else []
    return signed + [hole for hole in takes.path if f"{{{hole}" not in path]


def _refusals(found: list[Served]) -> dict[str, str]:
    """What is refused for lack of what the stand-in gave."""
    takes = [one.endpoint.takes for one in found]
    told = {
        "401": ("not with the token that was given here", any(one.bearer for one in takes)),
        "403": ("not by an address that was given here", any(one.url for one in takes)),
    }
    return {code: text for code, (text, applies) in told.items() if applies}


def _answer(found: list[Served]) -> dict[str, Any]:
    """The shape of an answer, with the values that it gives; where endpoints share a path, what all of them give."""
    shape: dict[str, Any] = deepcopy(_ANSWER)
    for path in _places(found):
        inner = shape
        for key in path:
            inner.setdefault("required", [])
            inner["required"] = sorted({*inner["required"], key})
            inner = inner.setdefault("properties", {}).setdefault(key, {"type": "object"})
        inner["type"] = "string"
    return shape


def _places(found: list[Served]) -> list[tuple[str, ...]]:
    each = [{pointer(expression) for expression in one.endpoint.gives.values()} - {()} for one in found]
    return sorted(set.intersection(*each))


def _given_headers(found: list[Served]) -> dict[str, Any]:
    each = [{header(expression) for expression in one.endpoint.gives.values()} - {None} for one in found]
    names = sorted(str(name) for name in set.intersection(*each))
    return {"headers": {name: {"schema": {"type": "string"}} for name in names}} if names else {}


_ANSWER: Final = {
    "type": "object",
    "required": ["stand_in", "endpoint"],
    "properties": {"stand_in": {"type": "string"}, "endpoint": {"type": "string"}, "pad": {"type": "string"}},
}
_PROBLEM: Final = {
    "type": "object",
    "required": ["stand_in", "error"],
    "properties": {"stand_in": {"type": "string"}, "error": {"type": "string"}},
}
