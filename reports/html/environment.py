"""The template environment: everything escaped, an unknown name an error, and the filters that write numbers."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pricing.bill import by_cost
from reports import formats, simulation_text
from reports.html.charts import range_bar, tornado
from simulations.missed import its_targets
from studies.amounts import dollars, known_dollars, percent

TEMPLATES: Final = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The environment that all pages share; it reads templates of this package only."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "at_least": max,
        "by_cost": by_cost,
        "claim_value": formats.claim_value,
        "count": formats.count,
        "count_short": formats.count_short,
        "duration": formats.duration,
        "errors_text": simulation_text.errors_text,
        "figure": simulation_text.verdict_figure,
        "finding_place": formats.finding_place,
        "in_short": simulation_text.in_short,
        "interval_ms": simulation_text.interval_ms,
        "interval_share": simulation_text.interval_share,
        "its_targets": its_targets,
        "margin": simulation_text.margin,
        "missed": simulation_text.missed,
        "number": formats.number,
        "percent": formats.percent,
        "percent_fine": percent,
        "plural": formats.plural,
        "range_bar": range_bar,
        "rate": simulation_text.rate,
        "sentence": sentence,
        "share": simulation_text.share,
        "states": simulation_text.states,
        "stated_cost": formats.stated_cost,
        "stated_totals": formats.stated_totals,
        "target_metric": formats.target_metric,
        "target_threshold": formats.target_threshold,
        "time_ms": simulation_text.time_ms,
        "tornado": tornado,
        "unit_price": formats.unit_price,
        "usd": dollars,
        "usd_known": known_dollars,
        "usd_band": formats.cost_band,
        "usd_range": formats.cost_range,
        "usd_short": formats.cost_short,
        "usd_signed": formats.cost_signed,
        "verdict_interval": simulation_text.verdict_interval,
        "where": formats.where,
        "words": formats.words,
        "x": position,
    }
    return made


def sentence(text: str) -> str:
    """A text that begins a sentence.

    >>> sentence("the CPU of API is full")
    'The CPU of API is full'
    """
    return text[:1].upper() + text[1:]


def position(percent: float) -> str:
    """A place on an axis: percent with two digits at most.

    >>> position(12.3456), position(0.0)
    ('12.35', '0')
    """
    return f"{percent:.2f}".rstrip("0").rstrip(".")


@cache
def assets() -> dict[str, Markup]:
    """The style sheet and the two scripts as they stand in every page."""
    css = _own("page.css").replace("DARK", _own("dark.css"))
    return {"css": css, "early_js": _own("early.js"), "js": _own("page.js")}


def _own(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").rstrip())  # noqa: S704 - a file of this package


def drawing(svg: str) -> Markup:
    """A drawing as an element of the page; its texts were escaped where it was drawn."""
    return Markup(svg.rstrip())  # noqa: S704
