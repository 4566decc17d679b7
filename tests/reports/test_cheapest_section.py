"""The least cost on a document's page, in its Markdown and as a file beside it."""

from __future__ import annotations

import csv
import io
from functools import cache
from pathlib import Path
from types import SimpleNamespace

from model.loading import load, load_file
from reports.cheapened import cheapened
from reports.html.environment import environment
from reports.markdown_cheapest import cheapest_section
from reports.studied import Settings
from studies.cheapest.result import NOTES, Cheapest
from studies.cheapest.text import cheapest_csv


@cache
def study() -> Cheapest:
    """The clean document of the studies' tests, with a p95 that no size reaches."""
    clean = load_file(Path(__file__).parents[1] / "studies" / "clean.yaml")
    answer = clean.targets["answer"].model_copy(update={"threshold": 4.0})
    hasty = clean.model_copy(update={"targets": {**clean.targets, "answer": answer}})
    [found] = cheapened([load("writlix-supabase"), hasty], Settings())
    return found


def _page(studies: list[Cheapest]) -> str:
    titles = {item.architecture: item.architecture.title() for item in studies}
    return environment().get_template("cheapest.html.j2").render(
        cheapests=studies, cheapest_notes=NOTES, short_titles=titles, report=SimpleNamespace(id="clean")
    )  # fmt: skip


def test_the_first_architecture_with_a_choice_is_searched() -> None:
    """A hosted platform has nothing to choose; the stage is the one of the most users."""
    assert (study().architecture, study().stage) == ("clean", "launch")
    assert list(cheapened([], Settings())) == []
    assert list(cheapened([load("writlix-supabase")], Settings())) == []


def test_the_page_names_the_least_cost_and_what_is_out_of_reach() -> None:
    """The sum, every change, each target that nothing reaches, and the file."""
    html = _page([study()])
    found = study()
    assert found.chosen is not None
    assert f"${found.chosen.cost.usd:,.0f} a month</b> holds the other targets" in html
    assert all(new in html for _, _, new in found.changes)
    assert html.count("Out of reach: ") == len(found.unreachable) >= 1
    assert 'href="clean-cheapest.csv"' in html
    assert 'id="Least-cost"' in html
    assert _page([]).strip() == ""


def test_markdown_and_csv_say_the_same() -> None:
    """One row per change, one per target out of reach."""
    text = "\n".join(cheapest_section(study()))
    assert text.count("- out of reach: ") == len(study().unreachable)
    rows = list(csv.DictReader(io.StringIO(cheapest_csv(study()))))
    changed = [row for row in rows if row["row"] == "size" and row["option"] != row["documented"]]
    assert len(changed) == len(study().changes)
    assert [row["what"] for row in rows if row["row"] == "unreachable"] == [item.target for item in study().unreachable]
