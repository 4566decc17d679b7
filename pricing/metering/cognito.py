"""Amazon Cognito: monthly active users by tier, federated users, advanced security."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.cognito import Cognito
from model.quantity import some_positive
from pricing.metering.rounding import above
from pricing.metering.site import Included, Metered, Site, Unpriced, Usage


def meter_cognito(site: Site[Cognito]) -> Iterator[Usage]:
    """Users active in the month, by the pool's tier; those through SAML or OIDC have their own meter.

    Pools from before November 2024 keep the old plan, where advanced security is paid per user besides; the Plus
    tier includes it. Source: Amazon Cognito pricing page.
    """
    pool = site.component
    users = site.usage("monthly_active_users", site.monthly_active_users)
    federated = site.usage("monthly_federated_users", users * site.value(pool.federated_share))
    yield Metered(f"cognito.{pool.tier}", above(users, federated))
    if some_positive(federated):
        yield Metered("cognito.federated", federated)
    if pool.advanced_security:
        yield from _advanced_security(site)
    if site.is_stated("monthly_sms"):
        yield Unpriced("text messages", "their price depends on the country and the carrier")


def _advanced_security(site: Site[Cognito]) -> Iterator[Usage]:
    match site.component.tier:
        case "legacy":
            users = site.usage("monthly_active_users", site.monthly_active_users)
            yield Metered("cognito.legacy.advanced_security", users)
        case "plus":
            yield Included("threat protection", "part of the Plus tier")
        case tier:
            yield Unpriced("advanced security", f"the {tier} tier does not sell it: it needs the Plus tier")
