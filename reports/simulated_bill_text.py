"""The simulated bill beside the derived one for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from reports.formats import cost_signed, number
from studies.amounts import dollars
from studies.simulated_bill import SimulatedBill

__all__ = ["differences_text"]


def differences_text(bills: Sequence[SimulatedBill]) -> str:
    """What the simulation changes at each stage, line by line with the reason."""
    return "\n".join(line for bill in bills for line in _lines(bill)) + "\n"


def _lines(both: SimulatedBill) -> list[str]:
    derived, simulated = both.derived.total.likely, both.simulated.total.likely
    head = f"{both.simulated.stage}: {dollars(simulated)} as a simulated day ran, {dollars(derived)} as derived"
    if not both.lines:
        return [f"{head}: no line differs by a cent"]
    found = [f"{head}: {cost_signed(both.usd)}"]
    for line in both.lines:
        quantity = f"{number(line.derived_quantity)} -> {number(line.simulated_quantity)} {line.unit}"
        cost = f"{dollars(line.derived_usd)} -> {dollars(line.simulated_usd)}"
        found += [f"  {cost_signed(line.usd)}  {line.component} {line.meter}: {cost} ({quantity})", f"    {line.why}"]
    return found
