"""AWS KMS: customer-managed keys and requests."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.kms import Kms
from model.quantity import Num
from pricing.metering.site import DependsOnUsage, Metered, Site, Unpriced, Usage


def meter_kms(site: Site[Kms]) -> Iterator[Usage]:
    """Each key by the month; symmetric and RSA 2048 requests at one rate, other asymmetric ones at another.

    Source: AWS KMS pricing page.
    """
    yield Metered("kms.keys", site.value(site.component.keys))
    derived: Num = site.load.monthly_calls
    stated = site.is_stated("monthly_requests") or site.is_stated("monthly_rsa_2048_requests")
    if stated or site.is_called:
        requests = site.usage("monthly_requests", derived) + site.usage("monthly_rsa_2048_requests", 0.0)
        yield Metered("kms.requests", requests)
    else:
        yield DependsOnUsage("kms.requests", "services that encrypt with the key call it; no call plan counts them")
    if site.is_stated("monthly_asymmetric_requests"):
        yield Metered("kms.requests.asymmetric", site.usage("monthly_asymmetric_requests", 0.0))
    for usage in ("monthly_ecc_key_pairs", "monthly_rsa_key_pairs"):
        if site.is_stated(usage):
            yield Unpriced(usage.removeprefix("monthly_").replace("_", " "), "data key pairs are not in the tables")
