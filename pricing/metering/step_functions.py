"""AWS Step Functions: state transitions, or requests and GB-hours of Express workflows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.step_functions import StepFunctions
from model.units import MB_PER_GB, SECONDS_PER_HOUR
from pricing.metering.rounding import steps
from pricing.metering.site import Metered, Site, Usage

STEP_MS: Final = 100
STEP_MB: Final = 64


def meter_step_functions(site: Site[StepFunctions]) -> Iterator[Usage]:
    """Standard: every transition, retries included. Express: requests, and duration in steps of 100 ms and 64 MB.

    Source: AWS Step Functions pricing page.
    """
    machine = site.component
    executions = site.usage("monthly_executions", site.load.monthly_calls)
    if machine.type == "standard":
        per_execution = site.value(machine.states) * (1 + site.value(machine.retry_share))
        transitions = site.usage("monthly_transitions", executions * per_execution)
        yield Metered("stepfunctions.standard.transitions", transitions, "retries included")
        return
    billed_s = steps(site.usage("duration_ms", site.load.mean_busy_ms), STEP_MS) * STEP_MS / 1000
    billed_gb = steps(site.usage("memory_mb", float(STEP_MB)), STEP_MB) * STEP_MB / MB_PER_GB
    yield Metered("stepfunctions.express.requests", executions)
    yield Metered("stepfunctions.express.gb_hours", executions * billed_s * billed_gb / SECONDS_PER_HOUR)
