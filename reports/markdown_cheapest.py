"""The least cost of a document as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from reports.formats import count
from reports.markdown_text import plain
from studies.amounts import dollars
from studies.cheapest.result import Cheapest


def cheapest_section(found: Cheapest) -> Iterable[str]:
    """What to run instead, what it saves, what no option reaches."""
    yield f"## The least cost that holds: {plain(found.architecture)}, {plain(found.stage)}, {count(found.users)} users"
    if found.chosen is None:
        yield "Nothing that was searched holds the targets."
    else:
        held = "the other targets" if found.unreachable else "every target"
        chosen, documented = found.chosen.cost, found.documented.cost
        yield (
            f"{dollars(chosen.usd)} a month holds {held}; as documented {dollars(documented.usd)} under the same "
            f"promises; by the hour alone {dollars(chosen.on_demand_usd)} against {dollars(documented.on_demand_usd)}. "
            f"p95 {found.chosen.p95_ms.value:.0f} ms."
        )
    lines = [f"- {plain(name)}: {plain(new)} instead of {plain(old)}" for name, old, new in found.changes]
    lines += [f"- out of reach: {plain(item.target)}: {plain(item.why)}" for item in found.unreachable]
    if lines:
        yield "\n".join(lines)
