"""The time that a call takes in its callee: the document's mean, with the document's shape or that of the kind."""

from __future__ import annotations

import math

from model.component import Component
from simulations.compiling.facts import Parameters
from simulations.distributions import Constant, Distribution, constant, exponential, lognormal, with_scv

__all__ = ["cpu_time", "own_time"]

_SIGMA = {
    "api_gateway": "api_gateway_sigma",
    "alb": "alb_sigma",
    "nlb": "alb_sigma",
    "clb": "alb_sigma",
    "cloudfront": "cloudfront_sigma",
    "elasticache": "elasticache_sigma",
    "rds": "database_sigma",
    "rds_proxy": "database_sigma",
    "aurora": "database_sigma",
    "supabase": "database_sigma",
    "opensearch": "database_sigma",
    "dynamodb": "dynamodb_sigma",
    "s3": "s3_sigma",
    "openai": "openai_sigma",
    "bedrock": "bedrock_sigma",
}
"""Kind to the fact that holds its spread; other external services have `external_sigma`, other kinds are constant."""


def own_time(
    component: Component, mean_ms: float, shape: str | None, variation: float | None, parameters: Parameters
) -> Distribution:
    """The distribution of `time_ms` in seconds, of that mean."""
    mean_s = mean_ms / 1000
    if mean_s == 0:
        return constant(0.0)
    if shape == "exponential":
        return exponential(mean_s)
    if shape == "constant":
        return constant(mean_s)
    if variation is not None:
        return lognormal(mean_s, variation**2) if variation > 0 else constant(mean_s)
    sigma = _sigma(component, shape, parameters)
    return lognormal(mean_s, math.expm1(sigma**2)) if sigma > 0 else constant(mean_s)


def _sigma(component: Component, shape: str | None, parameters: Parameters) -> float:
    if component.kind in _SIGMA:
        return parameters.value(_SIGMA[component.kind])
    external = component.category == "external" or shape == "lognormal"
    return parameters.value("external_sigma") if external else 0.0


def cpu_time(mean_ms: float, parameters: Parameters) -> Distribution:
    """The distribution of `cpu_ms` in seconds, of that mean."""
    if mean_ms == 0:
        return Constant(0.0)
    return with_scv(mean_ms / 1000, parameters.value("cpu_scv"))
