"""Today's offers from the AWS Price List Query API: one product each, with its on-demand tiers in USD.

Source: AWS Billing user guide, "Using the Price List Query API"; the form of an offer is that of the offer files.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from account.errors import AccountRefusal
from account.price_list import Entry
from account.session import told

if TYPE_CHECKING:
    from types_boto3_pricing import PricingClient

ENDPOINT_REGION: Final = "us-east-1"
"""The Price List answers in few regions; this one knows the prices of all."""


@dataclass(frozen=True)
class Tier:
    """A tier of an offer, in the list's own unit: from (included) to, USD each."""

    start: float
    end: float
    usd: float


@dataclass(frozen=True)
class Offer:
    """One product with its on-demand price."""

    sku: str
    family: str
    usage_type: str
    attributes: Mapping[str, str]
    unit: str
    tiers: tuple[Tier, ...]
    effective_date: str
    """Since when the price holds, as a day."""

    @property
    def is_free(self) -> bool:
        return all(tier.usd == 0 for tier in self.tiers)


@dataclass(frozen=True)
class Query:
    """One question to the list: a service, and the attributes that all the answers have."""

    service_code: str
    filters: tuple[tuple[str, str], ...]


def queries_for(wanted: Iterable[Entry], region: str) -> dict[Query, list[Entry]]:
    """The questions that get the offers of some entries in a region, each with the entries that it serves.

    A question is as narrow as its entries allow: by family unless one of the service's entries has none, and by every
    attribute that they share.
    """
    groups: defaultdict[tuple[str, str, bool], list[Entry]] = defaultdict(list)
    found = [entry for entry in wanted if entry.listed]
    without_family = {(entry.service_code, entry.own_region) for entry in found if not entry.product_family}
    for entry in found:
        family = "" if (entry.service_code, entry.own_region) in without_family else entry.product_family
        groups[entry.service_code, family, entry.own_region].append(entry)
    return {_query(key, group, region): group for key, group in sorted(groups.items(), key=lambda item: item[0])}


def _query(key: tuple[str, str, bool], group: list[Entry], region: str) -> Query:
    service, family, own_region = key
    shared = set.intersection(*(set(_certain(entry)) for entry in group))
    filters = {("productFamily", family)} if family else set()
    if own_region:
        filters.add(("fromRegionCode" if service == "AWSDataTransfer" else "regionCode", region))
    return Query(service, tuple(sorted(filters | shared)))


def _certain(entry: Entry) -> Iterator[tuple[str, str]]:
    """The attributes of an entry that have one value."""
    return ((name, values[0]) for name, values in entry.attributes.items() if len(values) == 1)


def read_offers(client: PricingClient, query: Query) -> Iterator[Offer]:
    """Every offer that answers a question, page by page; what has no on-demand price in USD is left out."""
    pages = client.get_paginator("get_products").paginate(
        ServiceCode=query.service_code,
        Filters=[{"Type": "TERM_MATCH", "Field": name, "Value": value} for name, value in query.filters],
        FormatVersion="aws_v1",
    )
    with told("pricing:GetProducts"):
        for page in pages:
            for text in page["PriceList"]:
                offer = _offer(text)
                if offer is not None:
                    yield offer


def _offer(text: str) -> Offer | None:
    """One offer from its JSON; raise AccountRefusal when it is not of the known form."""
    try:
        product = json.loads(text)
        attributes = product["product"]["attributes"]
        terms = list(product["terms"].get("OnDemand", {}).values())
        if not terms:
            return None
        newest = max(terms, key=lambda term: str(term["effectiveDate"]))
        dimensions = list(newest["priceDimensions"].values())
        if any("USD" not in dimension["pricePerUnit"] for dimension in dimensions):
            return None
        return Offer(
            sku=str(product["product"]["sku"]),
            family=str(product["product"].get("productFamily", "")),
            usage_type=str(attributes.get("usagetype", "")),
            attributes=attributes,
            unit=str(dimensions[0]["unit"]),
            tiers=tuple(sorted((_tier(dimension) for dimension in dimensions), key=lambda tier: tier.start)),
            effective_date=str(newest["effectiveDate"])[:10],
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise AccountRefusal(f"the Price List answered in an unknown form ({type(error).__name__}: {error})") from None


def _tier(dimension: Mapping[str, Any]) -> Tier:
    end = str(dimension.get("endRange", "Inf"))
    return Tier(
        float(dimension.get("beginRange", 0)),
        math.inf if end.casefold() == "inf" else float(end),
        float(dimension["pricePerUnit"]["USD"]),
    )


def offers_of(entry: Entry, region: str, offers: Iterable[Offer]) -> list[Offer]:
    """The offers that are the products of an entry."""
    pattern = entry.usage_types(region)
    return [
        offer
        for offer in offers
        if pattern.fullmatch(offer.usage_type)
        and all(offer.attributes.get(name) in values for name, values in entry.attributes.items())
        and entry.product_family in ("", offer.family)
    ]
