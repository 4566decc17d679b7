"""The least cost as Markdown, which a terminal shows as well, and as CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator

from studies.amounts import dollars, plain
from studies.cheapest.result import NOTES, Cheapest, Configuration

COLUMNS = (
    "row", "component", "option", "documented", "usd_per_month", "on_demand_usd_per_month", "p95_ms", "p95_low_ms",
    "p95_high_ms", "cause", "what", "by", "why",
)  # fmt: skip


def cheapest_markdown(found: Cheapest) -> str:
    """What to run, what it saves, what faster ones cost, why cheaper ones fail, what no option reaches."""
    lines = [f"## {found.architecture}, {found.stage}: the least cost for {plain(found.users)} users", ""]
    lines += [*_unreachable(found), *_answer(found)]
    if found.chosen is not None:
        lines += [*_sizes(found), *_front(found), *_rejected(found), *_promises(found.chosen)]
    lines += [f"- {note}" for note in NOTES]
    bounded = ", and its limit of simulations ended the search" if found.bounded else ""
    lines.append(f"- {found.options} options looked at, {found.simulated} configurations simulated{bounded}")
    return "\n".join([*lines, ""])


def _unreachable(found: Cheapest) -> Iterator[str]:
    for item in found.unreachable:
        yield f"- **cannot be reached: {item.target}**. {item.why[:1].upper()}{item.why[1:]}"
    if found.unreachable:
        yield ""


def _answer(found: Cheapest) -> Iterator[str]:
    if found.chosen is None:
        yield "Nothing on the menus holds the targets."
        yield ""
        return
    rest = " the other targets" if found.unreachable else " every target"
    saved = found.saved_usd or 0.0
    word = "less" if saved >= 0 else "more"
    yield (
        f"**{dollars(found.chosen.cost.usd)} a month** holds{rest}: {dollars(abs(saved))} {word} than the stage as "
        f"documented ({dollars(found.documented.cost.usd)}); p95 {_ms(found.chosen)} against {_ms(found.documented)}."
    )
    if found.committed:
        yield (
            f"By the hour alone: {dollars(found.chosen.cost.on_demand_usd)} against "
            f"{dollars(found.documented.cost.on_demand_usd)}."
        )
    for reason in found.documented.reasons:
        yield f"The stage as documented does not hold: {reason.sentence}."
    if found.chosen.undecided:
        yield f"Met as far as simulated, too rare to prove: {', '.join(found.chosen.undecided)}."
    yield ""


def _sizes(found: Cheapest) -> Iterator[str]:
    if found.chosen is None:
        return
    yield from ("| component | as documented | least cost |", "|---|---|---|")
    for name, size in found.chosen.sizes.items():
        old = found.documented.sizes[name]
        yield f"| {name} | {old} | {'the same' if size == old else f'**{size}**'} |"
    yield ""


def _front(found: Cheapest) -> Iterator[str]:
    if len(found.front) < 2 or found.chosen is None:
        return
    yield from ("What faster ones cost:", "", "| USD a month | p95 ms | 95 % interval | instead of the least cost |")
    yield "|---:|---:|---:|---|"
    for item in found.front:
        other = ", ".join(f"{name} {size}" for name, size in item.sizes.items() if size != found.chosen.sizes[name])
        span = f"{plain(item.p95_ms.low)} - {plain(item.p95_ms.high)}"
        yield f"| {dollars(item.cost.usd)} | {plain(item.p95_ms.value)} | {span} | {other or 'the least cost itself'} |"
    yield ""


def _rejected(found: Cheapest) -> Iterator[str]:
    if not found.rejected:
        return
    yield from ("Why cheaper ones fail:", "", "| component | option | saves | fails because |", "|---|---|---:|---|")
    for item in found.rejected:
        yield f"| {item.component} | {item.label} | {dollars(-item.usd)} | {item.reason.sentence} |"
    yield ""


def _promises(chosen: Configuration) -> Iterator[str]:
    for promise in chosen.cost.promises:
        yield (
            f"- promised for a year: {promise.commitment.name}, {dollars(promise.on_demand_usd)} a month of "
            f"{promise.meter}, saves {dollars(promise.saved_usd)} (confidence {promise.commitment.confidence})"
        )


def _ms(item: Configuration) -> str:
    return f"{plain(item.p95_ms.value)} ms" if math.isfinite(item.p95_ms.value) else "without end"


def cheapest_csv(found: Cheapest) -> str:
    """One row per component of the least cost, per configuration of the front, per rejected neighbour, per target that
    is out of reach.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for kind, item in (("documented", found.documented), *((("least cost", found.chosen),) if found.chosen else ())):
        writer.writerow({"row": kind, **_figures(item)})
    if found.chosen is not None:
        for name, size in found.chosen.sizes.items():
            old = found.documented.sizes[name]
            writer.writerow({"row": "size", "component": name, "option": size, "documented": old})
    for item in found.front:
        changed = found.chosen.sizes if found.chosen is not None else {}
        other = "; ".join(f"{name} {size}" for name, size in item.sizes.items() if size != changed.get(name))
        writer.writerow({"row": "front", "option": other, **_figures(item)})
    for rejected in found.rejected:
        why = rejected.reason.as_json()
        row = {"row": "rejected", "component": rejected.component, "option": rejected.label}
        writer.writerow({**row, "usd_per_month": round(rejected.usd, 2), **why})
    for missed in found.unreachable:
        writer.writerow({"row": "unreachable", "what": missed.target, "why": missed.why})
    return text.getvalue()


def _figures(item: Configuration) -> dict[str, object]:
    times = {"p95_ms": item.p95_ms.value, "p95_low_ms": item.p95_ms.low, "p95_high_ms": item.p95_ms.high}
    return {
        "usd_per_month": round(item.cost.usd, 2),
        "on_demand_usd_per_month": round(item.cost.on_demand_usd, 2),
        **{name: round(value, 2) if math.isfinite(value) else "" for name, value in times.items()},
    }
