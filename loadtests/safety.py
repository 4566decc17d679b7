"""What a load test may do to whom: hard caps always, and nobody's deployment is driven hard by a slip."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final
from urllib.parse import urlsplit

from loadtests.load import SPIKE_TIMES
from loadtests.plan import Plan
from model.problems import BadInput

MOST_RATE_PER_S: Final = 20_000.0
MOST_DURATION_S: Final = 7200.0
FASTEST_ANSWER_S: Final = 0.01
MOST_IN_FLIGHT: Final = 20_000
UNCONFIRMED_PER_S: Final = 100.0
"""Above this a host that is not loopback needs a confirmation."""


Origin = tuple[str, str, int]
"""Scheme, name and port."""
LONGEST_NAME: Final = 253
_HOST_NAME: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9a-fA-F:]*:[0-9a-fA-F:]*")
_UNSHOWN: Final = re.compile(r"[^\w.:-]")


def is_loopback(host: str) -> bool:
    """Whether a URL's host is this machine itself.

    >>> is_loopback("http://127.0.0.1:8000"), is_loopback("http://[::1]:80"), is_loopback("https://api.example.com")
    (True, True, False)
    """
    return _is_loopback(urlsplit(host).hostname or "")


def _is_loopback(name: str) -> bool:
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_host(host: str) -> str:
    """The host as it can be asked; raise BadInput for what is no http or https address, or bears credentials."""
    parts = urlsplit(host)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"'{host}' is not a host: give its address as https://name")
    if parts.username or parts.password:
        raise BadInput("a host bears no credentials: put them into STAGEPLAN_AUTH_HEADER")
    if parts.query or parts.fragment:
        raise BadInput(f"'{host}' has a query: give the address only")
    return host.rstrip("/")


def refusal_of(origin: Origin, own: Origin, allowed: Collection[str]) -> str | None:
    """Why an address that an answer gave is not asked; None when it may be.

    The tested host may be, under any port; this machine where it is the one that is tested; others by name.

    >>> refusal_of(("https", "files.example.com", 443), ("https", "api.example.com", 443), ("files.example.com",))
    >>> refusal_of(("http", "127.0.0.1", 5432), ("https", "api.example.com", 443), ())
    'leads to 127.0.0.1: allow it with --allow-host 127.0.0.1'
    """
    name = origin[1]
    if name == own[1] or name in allowed or (_is_loopback(name) and _is_loopback(own[1])):
        return None
    shown = _UNSHOWN.sub("?", name)[:LONGEST_NAME]
    return f"leads to {shown}: allow it with --allow-host {shown}"


def check_allowed(names: Iterable[str]) -> tuple[str, ...]:
    """Names of hosts, in lower case; raise BadInput with every one that is none."""
    wrong = [name for name in names if not _HOST_NAME.fullmatch(name)]
    if wrong:
        raise BadInput("; ".join(f"'{name}' is not the name of a host: give it as files.example.com" for name in wrong))
    return tuple(name.lower() for name in names)


def check_caps(plan: Plan) -> None:
    """Refuse a plan beyond the hard caps; all problems at once."""
    rate, duration = highest_rate_per_s(plan), plan.load.duration_s
    problems = [
        f"{rate:,.0f} requests per second are above {MOST_RATE_PER_S:,.0f}" if rate > MOST_RATE_PER_S else "",
        f"{duration:,.0f} s are above {MOST_DURATION_S:,.0f} s" if duration > MOST_DURATION_S else "",
        f"{plan.max_in_flight:,} in flight are above {MOST_IN_FLIGHT:,}" if plan.max_in_flight > MOST_IN_FLIGHT else "",
    ]
    if any(problems):
        raise BadInput(
            "the plan is beyond the caps of a load test: " + "; ".join(problem for problem in problems if problem)
        )


def needs_confirmation(host: str, plan: Plan) -> bool:
    """Whether somebody must say yes: above 100 requests per second to another machine, the host or an allowed one."""
    return leads_away(host, plan) and highest_rate_per_s(plan) > UNCONFIRMED_PER_S


def leads_away(host: str, plan: Plan) -> bool:
    """Whether requests may leave this machine: to the host, or to one that its answers may lead to."""
    return not is_loopback(host) or not all(map(_is_loopback, plan.allow_hosts))


def highest_rate_per_s(plan: Plan) -> float:
    """Requests per second at the load's highest: of closed users with answers of 10 ms, of a trace's busiest second."""
    if plan.users:
        return plan.users / (plan.think_s + FASTEST_ANSWER_S)
    if plan.load.shape == "replay":
        return float(max(Counter(int(time) for time in plan.load.trace).values()))
    times = SPIKE_TIMES if plan.load.shape == "spike" else 1.0
    return plan.load.rate_per_s * times * plan.requests_per_arrival


def check_target(host: str, plan: Plan, confirmed: bool) -> None:
    """Raise BadInput when this host may not be driven with this plan."""
    check_host(host)
    check_caps(plan)
    if needs_confirmation(host, plan) and not confirmed:
        rate, hosts = highest_rate_per_s(plan), " and ".join([host, *plan.allow_hosts])
        raise BadInput(
            f"{hosts} is not this machine, and {rate:,.0f} requests per second are above {UNCONFIRMED_PER_S:g}: "
            "confirm with --yes"
        )
