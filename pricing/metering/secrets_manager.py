"""AWS Secrets Manager: secrets by the month, API calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.secrets_manager import SecretsManager
from model.units import HOURS_PER_MONTH
from pricing.metering.site import Metered, Site, Usage

REFRESHES_PER_HOUR: Final = 1
"""Assumed where no call plan reads secrets: callers keep them in memory and refresh them by the hour."""


def meter_secrets_manager(site: Site[SecretsManager]) -> Iterator[Usage]:
    """Each secret, and API calls: those of the call plans, else an hourly refresh of each secret.

    Source: AWS Secrets Manager pricing page.
    """
    secrets = site.value(site.component.secrets)
    yield Metered("secretsmanager.secrets", secrets)
    refreshes = secrets * REFRESHES_PER_HOUR * HOURS_PER_MONTH
    calls = site.usage("monthly_api_calls", site.load.monthly_calls if site.is_called else refreshes)
    assumed = not site.is_called and not site.is_stated("monthly_api_calls")
    yield Metered("secretsmanager.requests", calls, "cached by the callers, refreshed by the hour" if assumed else "")
