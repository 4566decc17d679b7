"""Which products of the AWS Price List stand behind our meters: data in `price_list.csv`, one entry a meter.

An entry's `usage_type` is a pattern without the prefix of a region (`USE1-`, `EU-`); `{db}`, `{cache}` ... stand for
the part of the meter's name of that kind, so that one entry covers every instance class; an attribute may have any
of the values between bars. The same usage types stand
on bills, so that `actuals` reads the entries backwards. `unlisted.csv` says why a meter has no entry.
Usage types and attributes: AWS Price List and Cost and Usage Reports, as quoted in public repositories, or as the
entry's `source` says.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

_HERE: Final = Path(__file__).parent
_KINDS_OF_PART: Final[Mapping[str, str]] = {
    "db": r"db\.[a-z0-9]+\.[a-z0-9]+",
    "cache": r"cache\.[a-z0-9]+\.[a-z0-9]+",
    "search": r"[a-z0-9]+\.[a-z0-9]+",
    "ec2": r"[a-z0-9-]+\.[a-z0-9]+",
    "family": r"[a-z0-9]+",
    "size": r"[0-9.]+",
    "claude": r"claude-[a-z0-9-]+",
}
"""What may stand for a part of a meter's name."""

REGION_PREFIXES: Final[Mapping[str, tuple[str, ...]]] = {
    "us-east-1": ("USE1-", ""),
    "us-east-2": ("USE2-",),
    "us-west-1": ("USW1-",),
    "us-west-2": ("USW2-",),
    "eu-west-1": ("EUW1-", "EU-"),
    "eu-west-2": ("EUW2-",),
    "eu-west-3": ("EUW3-",),
    "eu-central-1": ("EUC1-",),
    "eu-north-1": ("EUN1-",),
    "ap-southeast-1": ("APS1-",),
    "ap-southeast-2": ("APS2-",),
    "ap-northeast-1": ("APN1-",),
    "ca-central-1": ("CAN1-",),
    "sa-east-1": ("SAE1-",),
}
"""How usage types of a region begin (AWS Cost and Usage Reports user guide)."""

_PREFIX: Final = re.compile(r"(?:[A-Z]{2}[A-Z]?[0-9]|EU|Global|[a-z]{2}-[a-z]+-[0-9])-(?=.)")
"""Some services (KMS) write the region's whole name."""


@dataclass(frozen=True)
class Entry:
    """The products behind one meter, or behind all meters of one form."""

    meter: str
    service_code: str
    product_family: str
    """Empty when it does not tell products apart."""
    usage_type: str
    attributes: Mapping[str, tuple[str, ...]]
    """Each with the values that it may have."""
    base_units: Fraction
    """How many of our base units make one unit of the list."""
    own_region: bool
    """The product belongs to a region; otherwise it is the same everywhere."""
    listed: bool
    """In the Price List; otherwise on bills only."""

    def usage_types(self, region: str) -> re.Pattern[str]:
        """The usage types of the entry in a region, whole and without regard to case."""
        prefixes = (*REGION_PREFIXES.get(region, ("",)), f"{region}-") if self.own_region else ("",)
        return re.compile(f"(?:{'|'.join(map(re.escape, prefixes))})(?:{self.usage_type})", re.IGNORECASE)


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every entry, the parts of meters' names still open."""
    with (_HERE / "price_list.csv").open(newline="", encoding="utf-8") as file:
        return tuple(_entry(row) for row in csv.DictReader(file))


@lru_cache(maxsize=4096)
def entry_of(meter: str) -> Entry | None:
    """The entry of a meter with the parts of its name filled in, or None."""
    exact = next((entry for entry in entries() if entry.meter == meter), None)
    return exact or next((found for entry in entries() if (found := _filled(entry, meter)) is not None), None)


@lru_cache(maxsize=1)
def _unlisted() -> tuple[tuple[re.Pattern[str], str], ...]:
    with (_HERE / "unlisted.csv").open(newline="", encoding="utf-8") as file:
        return tuple((re.compile(row["meters"]), row["why"]) for row in csv.DictReader(file))


def why_unlisted(meter: str) -> str | None:
    """Why no product of the list stands behind a meter; None when one does, or when nobody looked."""
    entry = entry_of(meter)
    if entry is not None:
        return None if entry.listed else "sold at a market's price: on bills, not in the list"
    return next((why for pattern, why in _unlisted() if pattern.fullmatch(meter)), None)


@lru_cache(maxsize=1)
def _bill_names() -> Mapping[str, frozenset[str]]:
    """By name on a bill: the service codes it may mean."""
    found: dict[str, set[str]] = {}
    with (_HERE / "service_names.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for name in (row["bill_name"], row["service_code"]):
                found.setdefault(name.casefold(), set()).add(row["service_code"])
    return {name: frozenset(codes) for name, codes in found.items()}


def service_codes(bill_name: str) -> frozenset[str]:
    """The service codes that a service's name or code on a bill means; none when it is not known.

    >>> sorted(service_codes("EC2 - Other"))
    ['AmazonEC2']
    """
    return _bill_names().get(bill_name.casefold(), frozenset())


def without_region(usage_type: str) -> str:
    """A usage type without the prefix of its region.

    >>> [without_region(name) for name in ("USE1-Fargate-GB-Hours", "us-east-1-KMS-Keys", "BoxUsage:t3.micro")]
    ['Fargate-GB-Hours', 'KMS-Keys', 'BoxUsage:t3.micro']
    """
    match = _PREFIX.match(usage_type)
    return usage_type[match.end() :] if match else usage_type


def is_behind(entry: Entry, codes: frozenset[str], usage_type: str) -> bool:
    """Whether a usage type on a bill, of a service with these codes, counts the entry's meter.

    Transfer stands on the bill of the service that sent the bytes, so its service does not matter.
    """
    if entry.service_code not in codes and entry.service_code != "AWSDataTransfer":
        return False
    if entry.service_code == "AWSDataTransfer" and "AmazonCloudFront" in codes:
        return False
    written = [without_region(usage_type)] if entry.own_region else [usage_type, without_region(usage_type)]
    return any(re.fullmatch(entry.usage_type, shown, re.IGNORECASE) for shown in written)


def _entry(row: Mapping[str, str]) -> Entry:
    pairs = (part.split("=", 1) for part in row["attributes"].split(";") if part)
    attributes = {name: tuple(values.split("|")) for name, values in pairs}
    return Entry(
        meter=row["meter"],
        service_code=row["service_code"],
        product_family=row["product_family"],
        usage_type=row["usage_type"],
        attributes=attributes,
        base_units=Fraction(row["base_units"]),
        own_region=row["region"] == "own",
        listed=row["listed"] == "list",
    )


def _filled(entry: Entry, meter: str) -> Entry | None:
    """The entry with the parts of the meter's name in its usage type; None when the meter is not of its form."""
    if "{" not in entry.meter:
        return None
    match = re.fullmatch("".join(_as_pattern(part) for part in _parts(entry.meter)), meter)
    if match is None:
        return None
    usage_type = entry.usage_type
    for kind, value in match.groupdict().items():
        usage_type = usage_type.replace(f"{{{kind}}}", re.escape(value))
    return Entry(
        meter, entry.service_code, entry.product_family, usage_type, entry.attributes, entry.base_units,
        entry.own_region, entry.listed,
    )  # fmt: skip


def _parts(form: str) -> Iterator[str]:
    return (part for part in re.split(r"(\{[a-z0-9]+\})", form) if part)


def _as_pattern(part: str) -> str:
    if not part.startswith("{"):
        return re.escape(part)
    kind = part.strip("{}")
    return f"(?P<{kind}>{_KINDS_OF_PART[kind]})"
