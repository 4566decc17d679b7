"""Amazon S3: stored volume, requests, retrievals and transitions by storage class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.s3 import S3
from model.quantity import Num, some_positive
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, Unpriced, Usage

METER_OF: Final = {
    "standard": "standard",
    "standard_ia": "standard_ia",
    "one_zone_ia": "onezone_ia",
    "intelligent_tiering": "intelligent",
    "glacier_instant": "glacier_ir",
    "glacier_flexible": "glacier_flexible",
    "glacier_deep_archive": "glacier_deep",
}
RETRIEVED_BY_GB: Final = ("standard_ia", "one_zone_ia", "glacier_instant")
ARCHIVES: Final = ("glacier_flexible", "glacier_deep_archive")
TRANSITION_OF: Final = {
    "standard_ia": "infrequent",
    "one_zone_ia": "infrequent",
    "intelligent_tiering": "infrequent",
    "glacier_instant": "glacier_ir",
    "glacier_flexible": "glacier_flexible",
    "glacier_deep_archive": "glacier_deep",
}


def meter_s3(site: Site[S3]) -> Iterator[Usage]:
    """GB-months of each class; PUT and GET requests; what is read back from the cheaper classes pays by the GB.

    With a lifecycle, objects are written to the standard class and each moves on once. Deletes are free.
    Source: Amazon S3 pricing page.
    """
    yield from _storage(site)
    yield from _requests(site)
    yield from _retrievals(site)
    yield from _transitions(site)
    yield from _rare(site)


def _storage(site: Site[S3]) -> Iterator[Usage]:
    stored = site.value(site.component.storage_gb)
    for name, share in _shares(site).items():
        if name == "intelligent_tiering":
            infrequent = site.value(site.component.infrequent_share)
            yield Metered("s3.intelligent.frequent.storage", stored * share * (1 - infrequent))
            if some_positive(infrequent):
                yield Metered("s3.intelligent.infrequent.storage", stored * share * infrequent)
            yield from _monitoring(site)
        else:
            yield Metered(f"s3.{METER_OF[name]}.storage", stored * share)


def _monitoring(site: Site[S3]) -> Iterator[Usage]:
    if site.is_stated("monthly_monitored_objects"):
        yield Metered("s3.intelligent.objects", site.usage("monthly_monitored_objects", 0.0))
    else:
        yield DependsOnUsage("s3.intelligent.objects", "the number of objects of 128 KB or more is not stated")


def _requests(site: Site[S3]) -> Iterator[Usage]:
    load, shares = site.load, _shares(site)
    puts = site.usage("monthly_put_requests", load.of("write"))
    gets = site.usage("monthly_get_requests", load.of("read") + load.of("query"))
    written_to = {"standard": 1.0} if site.component.lifecycle and "standard" in shares else shares
    if some_positive(puts):
        for name, share in written_to.items():
            yield Metered(f"s3.{METER_OF[name]}.put", puts * share)
    for name, share in shares.items():
        yield Metered(f"s3.{METER_OF[name]}.get", gets * share)
    if some_positive(load.of("delete")):
        yield Included("deletes", "DELETE requests are free")


def _retrievals(site: Site[S3]) -> Iterator[Usage]:
    shares = _shares(site)
    read_gb = site.load.response_gb
    stated = site.is_stated("monthly_retrieval_gb")
    total_gb = site.usage("monthly_retrieval_gb", read_gb)
    cold = {name: share for name, share in shares.items() if name in (*RETRIEVED_BY_GB, *ARCHIVES)}
    whole = sum(cold.values(), start=0.0) if stated else 1.0
    for name, share in cold.items():
        if name in RETRIEVED_BY_GB:
            yield Metered(f"s3.{METER_OF[name]}.retrieval", total_gb * share / whole)
        elif stated:
            yield Metered(f"s3.{METER_OF[name]}.retrieval.standard", total_gb * share / whole)
        else:
            yield DependsOnUsage(f"s3.{METER_OF[name]}.retrieval.standard", "what is restored is not stated")
    yield from _archive_requests(site, [name for name in ARCHIVES if name in shares])


def _archive_requests(site: Site[S3], archives: list[str]) -> Iterator[Usage]:
    for name in archives[-1:]:
        meter = f"s3.{METER_OF[name]}.retrieval"
        for usage, part in (
            ("monthly_standard_retrieval_requests", "standard.requests"),
            ("monthly_bulk_retrieval_requests", "bulk.requests"),
            ("monthly_bulk_retrieval_gb", "bulk"),
            ("monthly_expedited_requests", "expedited.requests"),
        ):
            if site.is_stated(usage):
                yield Metered(f"{meter}.{part}", site.usage(usage, 0.0))


def _transitions(site: Site[S3]) -> Iterator[Usage]:
    cooler = {name: share for name, share in _shares(site).items() if name in TRANSITION_OF}
    if not cooler or not (site.component.lifecycle or site.is_stated("monthly_lifecycle_transitions")):
        return
    puts = site.usage("monthly_put_requests", site.load.of("write"))
    moved = site.usage("monthly_lifecycle_transitions", puts)
    whole = sum(cooler.values(), start=0.0)
    for name, share in cooler.items():
        yield Metered(f"s3.transition.{TRANSITION_OF[name]}", moved * share / whole, f"to {name.replace('_', ' ')}")


def _rare(site: Site[S3]) -> Iterator[Usage]:
    if site.is_stated("monthly_select_scanned_gb"):
        yield Metered("s3.select.scanned", site.usage("monthly_select_scanned_gb", 0.0))
    if site.is_stated("monthly_select_returned_gb"):
        warm = "standard" in _shares(site) or "intelligent_tiering" in _shares(site)
        meter = f"s3.select.returned.{'standard' if warm else 'infrequent'}"
        yield Metered(meter, site.usage("monthly_select_returned_gb", 0.0))
    if site.is_stated("monthly_early_delete_gb"):
        for name in _shares(site):
            if name in (*RETRIEVED_BY_GB, *ARCHIVES):
                deleted = site.usage("monthly_early_delete_gb", 0.0)
                yield Metered(f"s3.{METER_OF[name]}.storage", deleted, "deleted before the minimum term")
                break
    for usage in ("inventory_objects", "analytics_objects", "batch_jobs", "batch_objects", "tag_count"):
        if site.is_stated(f"monthly_{usage}"):
            yield Unpriced(usage.replace("_", " "), "management features of S3 are not in the price tables")


def _shares(site: Site[S3]) -> dict[str, Num]:
    return {name: site.value(share) for name, share in site.component.classes.items()}
