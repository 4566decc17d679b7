"""The page itself: a template filled with a result's own JSON, so that page and JSON cannot disagree."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from loadtests.page.charts import charts_of
from loadtests.result_text import behind, conclusion, interval, shown
from loadtests.results import LoadTestResult
from loadtests.verdicts import said


def html(result: LoadTestResult) -> str:
    """One self-contained page; the same bytes for the same result."""
    told = result.as_json()
    return (
        _environment()
        .get_template("loadtest.html.j2")
        .render(
            told=told,
            behind=behind(result),
            conclusion=conclusion(result),
            verdicts=[_verdict(verdict) for verdict in result.verdicts],
            charts=charts_of(told),
        )
    )


def _verdict(verdict: Any) -> dict[str, str]:
    return {
        "state": said(verdict),
        "target": verdict.target,
        "value": shown(verdict, verdict.value),
        "interval": interval(verdict),
        "threshold": f"{'at most' if verdict.at_most else 'at least'} {shown(verdict, verdict.threshold)}",
        "margin": f"{verdict.margin:+.0%}" if verdict.margin == verdict.margin else "",
        "samples": f"{verdict.samples:,}",
        "why": verdict.why,
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["drawn"] = Markup
    environment.filters["figure"] = lambda value: "" if value is None else f"{value:,.4g}"
    return environment
