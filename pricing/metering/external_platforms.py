"""External platforms with a plan and usage beyond it: Clerk, OpenAI, Supabase, Vercel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from model.quantity import Num, some_positive
from pricing.metering.rounding import above
from pricing.metering.site import Included, Metered, Site, Unpriced, Usage

if TYPE_CHECKING:
    from model.kinds.clerk import Clerk
    from model.kinds.openai import OpenAi
    from model.kinds.supabase import Supabase
    from model.kinds.vercel import Vercel

CLERK_FREE_USERS: Final = 50_000
SUPABASE_FREE_USERS: Final = 50_000
_MS_PER_HOUR: Final = 3_600_000


def meter_clerk(site: Site[Clerk]) -> Iterator[Usage]:
    """The plan, and users beyond those it includes (as the meter's allowance). Source: clerk.com/pricing."""
    users = site.usage("monthly_active_users", site.monthly_active_users)
    match site.component.plan:
        case "free":
            yield Metered("clerk.plan.hobby", 1.0)
            if some_positive(above(users, CLERK_FREE_USERS)):
                yield Unpriced("users beyond 50,000", "the free plan ends there: a paid plan is needed")
        case "pro":
            yield Metered("clerk.plan.pro", 1.0)
            yield Metered("clerk.mru", users)
        case "pro_2024":
            yield Metered("clerk.plan.pro", 1.0)
            yield Metered("clerk.mau.before_2026", users)


def meter_openai(site: Site[OpenAi]) -> Iterator[Usage]:
    """Tokens in and out of each model, by its share of the calls. Source: openai.com/api/pricing."""
    api = site.component
    calls = site.load.monthly_calls
    read = site.usage("monthly_input_tokens", calls * site.value(api.input_tokens))
    written = site.usage("monthly_output_tokens", calls * site.value(api.output_tokens))
    for name, share in api.models.items():
        meter = f"openai.{name.replace('_', '-')}"
        yield Metered(f"{meter}.input", read * site.value(share))
        yield Metered(f"{meter}.output", written * site.value(share))


def meter_supabase(site: Site[Supabase]) -> Iterator[Usage]:
    """A project's plan, and users, database, files and egress beyond what it includes (as the meters' allowances).

    The project bills the traffic of its parts. Source: supabase.com/pricing.
    """
    project = site.component
    users = site.usage("monthly_active_users", site.monthly_active_users)
    if project.part != "project":
        yield Included(project.part, "part of the project's plan and its meters")
    elif project.plan == "free":
        yield Included("project", "the free plan bills nothing and stops at its quotas")
        if some_positive(above(users, SUPABASE_FREE_USERS)):
            yield Unpriced("users beyond 50,000", "the free plan ends there: a paid plan is needed")
    else:
        yield Metered(f"supabase.plan.{project.plan}", 1.0)
        yield Included("compute", "the plan's credit covers one Micro instance")
        yield Metered("supabase.mau", users)
        yield from _supabase_meters(site)


def _supabase_meters(site: Site[Supabase]) -> Iterator[Usage]:
    parts = site.of_kind("supabase")
    egress: Num = sum((site.traffic.load(name).response_gb for name in parts), start=0.0)
    yield Metered("supabase.database.storage", site.value(site.component.database_gb))
    yield Metered("supabase.storage", site.value(site.component.storage_gb))
    yield Metered("supabase.egress", site.usage("monthly_egress_gb", egress))
    for part, meter in (("functions", "supabase.functions"), ("realtime", "supabase.realtime.messages")):
        calls: Num = sum(
            (site.traffic.load(name).monthly_calls for name, item in parts.items() if item.part == part), start=0.0
        )
        if some_positive(calls):
            yield Metered(meter, calls)


def meter_vercel(site: Site[Vercel]) -> Iterator[Usage]:
    """Seats; transfer, requests and functions beyond what the plan includes (as the meters' allowances).

    Source: vercel.com/pricing.
    """
    if site.component.plan == "hobby":
        yield Included("hosting", "the Hobby plan bills nothing and stops at its quotas")
        return
    load = site.load
    yield Metered("vercel.plan.pro.seats", site.value(site.component.seats))
    yield Metered("vercel.transfer", site.usage("monthly_transfer_gb", load.response_gb))
    yield Metered("vercel.edge_requests", site.usage("monthly_edge_requests", load.monthly_calls))
    if some_positive(load.monthly_cpu_ms):
        yield Metered("vercel.functions", load.monthly_calls)
        yield Metered("vercel.cpu", load.monthly_cpu_ms / _MS_PER_HOUR)
