"""External services by message, payment, load or stated price: Stripe, Mapbox, Sentry, Twilio, SendGrid, any API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from model.quantity import Num, some_positive
from pricing.metering.rounding import above
from pricing.metering.site import DependsOnUsage, Included, Metered, Site, StatedPrice, Unpriced, Usage

if TYPE_CHECKING:
    from model.kinds.external import ExternalApi
    from model.kinds.mapbox import Mapbox
    from model.kinds.sendgrid import SendGrid
    from model.kinds.sentry import Sentry
    from model.kinds.stripe import Stripe
    from model.kinds.twilio import Twilio

SENDGRID_PRO_EMAILS: Final = 100_000
_UNSTATED: Final = "stated in the document"


def meter_external_api(site: Site[ExternalApi]) -> Iterator[Usage]:
    """What the document says that it costs, per call and per month."""
    api = site.component
    source = api.price_source or _UNSTATED
    if api.included:
        yield Included("calls", "free, or part of another component's price")
        return
    if api.usd_per_call is not None:
        yield StatedPrice("calls", site.load.monthly_calls, "call", site.value(api.usd_per_call), source)
    if api.usd_per_month is not None:
        yield StatedPrice("subscription", 1.0, "month", site.value(api.usd_per_month), source)
    if api.usd_per_call is None and api.usd_per_month is None:
        yield Unpriced("calls", "no price is stated: set usd_per_call, usd_per_month or included")


def meter_stripe(site: Site[Stripe]) -> Iterator[Usage]:
    """A share and a fixed fee of each payment by a domestic card. Source: stripe.com/pricing."""
    mean_usd = site.component.mean_payment_usd
    known = site.is_stated("monthly_payments") or mean_usd is not None
    payments = site.usage("monthly_payments", site.load.monthly_calls)
    if known:
        yield Metered("stripe.card.fixed", payments)
    else:
        yield DependsOnUsage("stripe.card.fixed", "the number of payments is not stated")
    if mean_usd is not None:
        yield Metered("stripe.card.percentage", payments * site.value(mean_usd))
    else:
        yield DependsOnUsage("stripe.card.percentage", "a share of a revenue that is not stated")


def meter_mapbox(site: Site[Mapbox]) -> Iterator[Usage]:
    """Map loads, and geocoding requests (calls whose op is a query). Source: mapbox.com/pricing."""
    searched = site.load.of("query")
    loads = above(site.load.monthly_calls, searched)
    yield Metered("mapbox.loads", site.usage("monthly_map_loads", loads))
    geocoded = site.usage("monthly_geocoding_requests", searched)
    if some_positive(geocoded):
        yield Metered("mapbox.geocoding", geocoded)
    if site.is_stated("monthly_mobile_users"):
        yield Unpriced("mobile users", "the mobile maps' rate per user is not in the price tables")


def meter_sentry(site: Site[Sentry]) -> Iterator[Usage]:
    """The plan; errors beyond those it includes. Source: sentry.io/pricing."""
    plan = site.component.plan
    yield Metered(f"sentry.plan.{plan}", 1.0)
    if plan == "developer":
        yield Included("errors", "the Developer plan stops at its quota and bills nothing beyond")
    elif site.is_called:
        yield Metered("sentry.errors", site.load.monthly_calls)
    else:
        yield DependsOnUsage("sentry.errors", "the number of errors is not stated; the first 50,000 are in the plan")


def meter_twilio(site: Site[Twilio]) -> Iterator[Usage]:
    """Text messages within the United States with the carrier's fee, and one number.

    A verification has its own fee besides the message that carries it. Source: twilio.com/pricing.
    """
    verifications_only = site.is_stated("monthly_verifications") and not site.is_stated("monthly_sms")
    derived: Num = 0.0 if verifications_only else site.load.monthly_calls
    messages = site.usage("monthly_sms", derived)
    yield Metered("twilio.numbers.us", 1.0)
    if not verifications_only:
        yield from _segments(messages)
    if site.is_stated("monthly_verifications"):
        verified = site.usage("monthly_verifications", 0.0)
        yield Metered("twilio.verifications", verified)
        yield from _segments(verified, "messages of the verifications")


def _segments(messages: Num, how: str = "") -> Iterator[Usage]:
    yield Metered("twilio.sms.us.outbound", messages, how)
    yield Metered("twilio.carrier.us", messages, how)


def meter_sendgrid(site: Site[SendGrid]) -> Iterator[Usage]:
    """The plan, and mails beyond its volume. Source: sendgrid.com/pricing."""
    emails = site.usage("monthly_emails", site.load.monthly_calls)
    match site.component.plan:
        case "free":
            yield Included("mails", "the free plan sends a fixed number a day and bills nothing beyond")
        case "essentials":
            yield Metered("sendgrid.plan.essentials_50k", 1.0)
            yield Metered("sendgrid.emails.essentials_50k", emails)
        case "pro":
            yield Metered("sendgrid.plan.pro_100k", 1.0)
            if some_positive(above(emails, SENDGRID_PRO_EMAILS)):
                yield Unpriced("mails beyond 100,000", "the Pro plan's overage rate is not in the price tables")
