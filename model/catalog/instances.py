"""Instance classes that the provider sells, with vCPU and memory: RDS, Aurora, ElastiCache, OpenSearch, EC2.

Source: the providers' pages of instance types (Amazon RDS, ElastiCache, OpenSearch Service and EC2 instance types).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from model.nearest import did_you_mean

Offer = Literal["rds", "aurora", "elasticache", "opensearch", "ec2"]


@dataclass(frozen=True)
class InstanceClass:
    """What one class offers."""

    name: str
    vcpu: int
    memory_gb: float
    burstable: bool
    baseline_share: float
    """Share of each vCPU that a burstable class may use for ever; 1 for the others."""
    credits_per_hour: float
    """CPU credits earned per hour (one credit is one vCPU for one minute); 0 for the others."""


_SIZES: Final[Mapping[str, int]] = {
    "large": 2, "xlarge": 4, "2xlarge": 8, "3xlarge": 12, "4xlarge": 16, "8xlarge": 32, "9xlarge": 36,
    "10xlarge": 40, "12xlarge": 48, "16xlarge": 64, "18xlarge": 72, "24xlarge": 96, "32xlarge": 128,
}  # fmt: skip

_BURSTABLE: Final[Mapping[str, tuple[int, float, float]]] = {
    "nano": (2, 0.5, 0.05),
    "micro": (2, 1, 0.10),
    "small": (2, 2, 0.20),
    "medium": (2, 4, 0.20),
    "large": (2, 8, 0.30),
    "xlarge": (4, 16, 0.40),
    "2xlarge": (8, 32, 0.40),
}
"""Size to (vCPU, GiB, baseline per vCPU), for t3, t3a and t4g."""

_T2: Final[Mapping[str, tuple[int, float, float]]] = {
    "micro": (1, 1, 0.10),
    "small": (1, 2, 0.20),
    "medium": (2, 4, 0.20),
    "large": (2, 8, 0.30),
    "xlarge": (4, 16, 0.225),
    "2xlarge": (8, 32, 0.17),
}

_COMMON: Final = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
_M5: Final = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge")
_M4: Final = ("large", "xlarge", "2xlarge", "4xlarge", "10xlarge", "16xlarge")
_C5: Final = ("large", "xlarge", "2xlarge", "4xlarge", "9xlarge", "12xlarge", "18xlarge", "24xlarge")

_FAMILIES: Final[Mapping[str, tuple[float, tuple[str, ...]]]] = {
    "m4": (4, _M4), "m5": (4, _M5), "m5d": (4, _M5), "m6g": (4, _COMMON[:-1]), "m6gd": (4, _COMMON[:-1]),
    "m6i": (4, (*_COMMON, "32xlarge")), "m7g": (4, _COMMON[:-1]), "m7i": (4, _COMMON), "m8g": (4, _COMMON),
    "r4": (7.625, ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge")),
    "r5": (8, _M5), "r5b": (8, _M5), "r6g": (8, _COMMON[:-1]), "r6gd": (8, _COMMON[:-1]),
    "r6i": (8, (*_COMMON, "32xlarge")), "r7g": (8, _COMMON[:-1]), "r7i": (8, _COMMON), "r8g": (8, _COMMON),
    "x2g": (16, _COMMON[:-1]), "c4": (1.875, ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge")),
    "c5": (2, _C5), "c6g": (2, _COMMON[:-1]), "c6i": (2, _COMMON), "c7g": (2, _COMMON[:-1]),
    "i3": (7.625, ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge")),
}  # fmt: skip

_OFFERS: Final[Mapping[Offer, tuple[str, str, tuple[str, ...], tuple[str, ...]]]] = {
    "rds": (
        "db.", "", ("micro", "small", "medium", "large", "xlarge", "2xlarge"),
        ("m4", "m5", "m5d", "m6g", "m6gd", "m6i", "m7g", "m7i", "m8g", "r4", "r5", "r5b", "r6g", "r6gd", "r6i",
         "r7g", "r7i", "r8g", "x2g"),
    ),
    "aurora": ("db.", "", ("medium", "large"), ("r4", "r5", "r6g", "r6i", "r7g", "r7i", "r8g", "x2g")),
    "elasticache": (
        "cache.", "", ("micro", "small", "medium"),
        ("m4", "m5", "m6g", "m7g", "r4", "r5", "r6g", "r6gd", "r7g"),
    ),
    "opensearch": (
        "", ".search", ("small", "medium"),
        ("m4", "m5", "m6g", "m7g", "c4", "c5", "c6g", "c7g", "r4", "r5", "r6g", "r6gd", "r7g", "i3"),
    ),
    "ec2": (
        "", "", ("nano", "micro", "small", "medium", "large", "xlarge", "2xlarge"),
        tuple(_FAMILIES),
    ),
}  # fmt: skip
"""Offer to (prefix, suffix, burstable sizes, families)."""

_MEMORY_GB: Final[Mapping[str, float]] = {
    "cache.t3.micro": 0.5, "cache.t3.small": 1.37, "cache.t3.medium": 3.09, "cache.t4g.micro": 0.5,
    "cache.t4g.small": 1.37, "cache.t4g.medium": 3.09, "cache.t2.micro": 0.555, "cache.t2.small": 1.55,
    "cache.t2.medium": 3.22, "cache.m5.large": 6.38, "cache.m6g.large": 6.38, "cache.r5.large": 13.07,
    "cache.r6g.large": 13.07, "cache.r6g.xlarge": 26.32, "cache.r7g.large": 13.07, "cache.r7g.xlarge": 26.32,
}  # fmt: skip
"""Memory usable for data where the service reserves a part of the instance's."""


@cache
def instance_classes(offer: Offer) -> Mapping[str, InstanceClass]:
    """Every class that the service sells, by name."""
    prefix, suffix, burst_sizes, families = _OFFERS[offer]
    sold: dict[str, InstanceClass] = {}
    for family, sizes in (("t2", _T2), ("t3", _BURSTABLE), ("t4g", _BURSTABLE)):
        for size in burst_sizes:
            if size in sizes:
                vcpu, memory_gb, baseline = sizes[size]
                name = f"{prefix}{family}.{size}{suffix}"
                memory = _MEMORY_GB.get(name, memory_gb)
                sold[name] = InstanceClass(name, vcpu, memory, True, baseline, baseline * vcpu * 60)
    for family in families:
        memory_per_vcpu, family_sizes = _FAMILIES[family]
        for size in family_sizes:
            name = f"{prefix}{family}.{size}{suffix}"
            memory = _MEMORY_GB.get(name, memory_per_vcpu * _SIZES[size])
            sold[name] = InstanceClass(name, _SIZES[size], memory, False, 1.0, 0.0)
    return sold


def check_class(offer: Offer, name: str) -> str:
    """Return `name` when the service sells it, else raise ValueError with the nearest class."""
    sold = instance_classes(offer)
    if name not in sold:
        raise ValueError(f"'{name}' is not a class that the service sells{did_you_mean(name, sold)}")
    return name


def max_connections(name: str) -> int:
    """PostgreSQL's default `max_connections` on an RDS class: memory in bytes / 9,531,392, at most 5,000.

    Source: Amazon RDS user guide, quotas and constraints.

    >>> max_connections("db.t3.micro")
    112
    """
    memory_bytes = instance_classes("rds")[name].memory_gb * 2**30
    return min(5000, int(memory_bytes / 9_531_392))
