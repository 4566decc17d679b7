"""Amazon SES: mails, gigabytes of attachments, dedicated addresses."""

from __future__ import annotations

from collections.abc import Iterator

from model.kinds.ses import Ses
from model.quantity import some_positive
from model.units import KB_PER_GB
from pricing.metering.site import Metered, Site, Usage


def meter_ses(site: Site[Ses]) -> Iterator[Usage]:
    """Every mail sent, and what is attached to it by the GB. Source: Amazon SES pricing page."""
    emails = site.usage("monthly_emails", site.load.monthly_calls)
    attached = site.usage("monthly_attachment_gb", emails * site.value(site.component.attachment_kb) / KB_PER_GB)
    yield Metered("ses.emails", emails)
    if some_positive(attached):
        yield Metered("ses.attachments", attached)
    if some_positive(site.value(site.component.dedicated_ips)):
        yield Metered("ses.dedicated_ips", site.value(site.component.dedicated_ips))
