"""The stand-in's description of itself, as OpenAPI 3.1."""

from __future__ import annotations

import re
from typing import Any, Final

from loadtests.standin.routes import WITH_BODY, Served, openapi_path

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
    return {"openapi": "3.1.0", "info": {"title": title, "version": "1", "description": notice}, "paths": paths}


def _operation(path: str, method: str, found: list[Served]) -> dict[str, Any]:
    first = found[0]
    answers = {"200": {"description": "the modelled answer", "content": {"application/json": {"schema": _ANSWER}}}}
    errors = {
        code: {"description": text, "content": {"application/json": {"schema": _PROBLEM}}}
        for code, text in _ERRORS.items()
    }
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}
    return {
        "operationId": f"{first.name}_{method.lower()}",
        "summary": " or ".join(one.endpoint.purpose or one.name for one in found),
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
            for name in re.findall(r"\{(\w+)", path)
        ],
        "responses": answers | errors,
    } | (body if method in WITH_BODY else {})


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
