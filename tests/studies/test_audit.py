"""The audit: a clean document yields nothing, a planted error is found, and every finding can be followed back."""

from __future__ import annotations

import json
from functools import cache

import pytest

from model.graph import Architecture
from model.loading import bundled_names, load
from studies.audit.audit import Audit, audit
from studies.audit.case import Case
from studies.audit.finding import SEVERITIES
from studies.audit.registry import RULES, described
from studies.audit.slas import load_slas
from studies.audit.text import audit_markdown, audit_text
from tests.studies.load_plants import LOAD_PLANTS
from tests.studies.plants import PLANTS, Plant, with_claim, with_fields

DRAWS = 60


@cache
def audited(name: str) -> Audit:
    return audit(load(name), draws=DRAWS)


PLANTED = [
    (name, plant) for name in bundled_names() for plant in (*PLANTS, *LOAD_PLANTS) if plant(load(name)) is not None
]  # the plants that fit each document


def test_a_clean_document_yields_no_finding(clean: Architecture) -> None:
    """Every rule passes a document whose numbers hold."""
    assert audit(clean, ()).findings == ()


@pytest.mark.parametrize(("name", "plant"), PLANTED, ids=lambda item: getattr(item, "__name__", item))
def test_a_planted_error_is_found(name: str, plant: Plant) -> None:
    """An error planted in a copy of a bundled document is found by the rule that is about it."""
    planted = plant(load(name))
    assert planted is not None
    changed, rule = planted
    before = {finding for finding in audited(name).findings if finding.rule == rule}
    after = set(audit(changed, draws=DRAWS, rules=[rule]).findings)
    assert after - before, f"{rule} found nothing new"


def test_every_rule_has_its_plant() -> None:
    """No rule goes untried, and every bundled document has several errors planted in it."""
    tried = {planted[1] for name, plant in PLANTED if (planted := plant(load(name))) is not None}
    assert tried == set(RULES)
    assert all(sum(planted == name for planted, _ in PLANTED) >= 3 for name in bundled_names())


def test_a_simulated_finding_names_load_and_cause() -> None:
    """Writlix' text generation is slower than promised because the model service is, at any load."""
    [first, *others] = [item for item in audited("writlix").findings if item.rule == "simulation"]
    assert first.severity == "error"
    assert "openai takes" in first.calculation
    assert {item.lines for item in others} <= {first.lines}


@pytest.mark.parametrize("name", bundled_names())
def test_a_finding_can_be_followed_back(name: str) -> None:
    """Claims of a finding exist, lines are of the document, and every figure is said."""
    known = {claim.id for claim in load(name).claims}
    for finding in audited(name).findings:
        assert set(finding.claims) <= known
        assert set(finding.stages) <= set(load(name).stage_names)
        assert finding.rule in RULES
        assert finding.severity in SEVERITIES
        assert all((finding.claim, finding.stated, finding.computed, finding.calculation)), finding
        assert finding.lines or finding.rule in (
            "unlisted",
            "cpu",
            "gateway",
            "connections",
            "concurrency",
            "rate_limits",
            "simulation",
        )


def test_findings_come_errors_first_and_are_the_same_every_time() -> None:
    """The order is severity, then place; a second run gives the same."""
    found = audit(load("socialclub"), draws=DRAWS).findings
    assert found == audited("socialclub").findings
    ranks = [SEVERITIES.index(finding.severity) for finding in found]
    assert ranks == sorted(ranks)


def test_the_slip_in_a_total_is_found_where_it_is_and_where_it_goes() -> None:
    """Socialclub's staging lines sum to 256, not 251, and the grand total carries the slip on."""
    found = {finding.claims[0]: finding for finding in audited("socialclub").findings if finding.rule == "sums"}
    assert set(found) == {"SOC-118", "SOC-120"}
    assert "256" in found["SOC-118"].computed
    assert "1,462" in found["SOC-120"].computed


def test_prices_are_compared_at_the_documents_date() -> None:
    """A price that was right in October 2024 is a note; the same price in a document of 2026 is an error."""
    old = [item for item in audited("tabi-script-serverless").findings if item.rule == "prices"]
    assert {item.severity for item in old} == {"note"}
    source = load("tabi-script-serverless")
    new = source.model_copy(update={"document": source.document.model_copy(update={"date": "2026-02"})})
    assert {item.severity for item in audit(new, (), draws=DRAWS, rules=["prices"]).findings} == {"error"}


def test_a_free_allowance_that_never_was_is_an_error() -> None:
    """Fargate has no free tier; the cost line that counts on one is wrong as well."""
    found = {item.rule: item for item in audited("vertical-vibing").findings if "ecs_backend" in item.components}
    assert found["allowances"].severity == "error"
    assert audited("vertical-vibing").about_claim("VV-007")[0].rule == "cost_lines"


def test_savings_are_held_against_the_documents_own_totals() -> None:
    """The headline saving of 30 to 40 percent is 13 to 30 percent by the document's own tables."""
    [headline] = [item for item in audited("tabi-script-serverless").about_claim("TABI-133") if item.rule == "savings"]
    assert "12.8 % to 30 %" in headline.calculation


def test_what_scales_to_zero_leaves_its_minimum_on_the_bill() -> None:
    """Half a capacity unit all month costs 43.80 USD, whether somebody comes or not."""
    [idle] = [item for item in audited("tabi-script-serverless").findings if item.rule == "idle"]
    assert "$44.30" in idle.computed


def test_a_task_count_that_outgrows_the_database_is_an_error(clean: Architecture) -> None:
    """Pool x most tasks above max_connections is found without any load."""
    crowded = with_fields(clean, "api", connection_pool=500)
    [finding] = [item for item in audit(crowded, (), rules=["connections"]).findings if item.lines == ()]
    assert finding.severity == "error"
    assert "4 tasks x 500" in finding.calculation


def test_processor_time_beyond_the_tasks_is_an_error(clean: Architecture) -> None:
    """2 vCPU at most cannot do the work of a thousand times the users."""
    crowd = clean.assumptions["users"].model_copy(update={"low": 2e6, "likely": 3e6, "high": 4e6})
    busy = clean.model_copy(update={"assumptions": {"users": crowd}})
    found = audit(busy, (), rules=["cpu"]).findings
    assert ("api", "error") in {(item.components[0], item.severity) for item in found}


def test_work_beyond_a_timeout_is_an_error() -> None:
    """A function that may run for a tenth of a second cannot do a call that takes longer."""
    hasty = with_fields(load("writlix"), "lambda_content", timeout_s=0.1)
    found = audit(hasty, (), draws=DRAWS, rules=["timeouts"]).findings
    assert [(item.components, item.severity) for item in found] == [(("lambda_content",), "error")]


def test_an_alarm_below_the_scaling_target_is_an_error(clean: Architecture) -> None:
    """Scaling aims at 70 percent; an alarm above 60 rings in normal running."""
    alarm = next(claim for claim in clean.claims if claim.kind == "alarm")
    [finding] = audit(with_claim(clean, alarm, low=60), (), rules=["alarms"]).findings
    assert finding.severity == "error"


def test_a_component_without_a_cost_line_is_found(clean: Architecture) -> None:
    """Taking the balancer's line away leaves it unlisted, and the total too low by it."""
    left = clean.model_copy(update={"claims": tuple(item for item in clean.claims if item.id != "C-3")})
    assert ("alb",) in {item.components for item in audit(left, (), rules=["unlisted"]).findings}


def test_every_promise_has_a_source() -> None:
    """An availability without a source does not count; a kind has either one promise or one per condition."""
    found = load_slas()
    assert all(item.source and 0.99 <= item.share <= 1 for item in found)
    assert len({(item.kind, item.condition) for item in found}) == len(found)


def test_every_rule_says_what_it_holds_a_document_to() -> None:
    """Each rule has a sentence, and no rule changes the case it reads."""
    assert all(text.endswith(".") for text in described().values())
    case = Case(load("writlix-supabase"), (), draws=DRAWS)
    assert all(list(check(case)) == list(check(case)) for check in RULES.values())


def test_text_and_json_say_the_same() -> None:
    """Each finding stands in all three formats."""
    found = audited("vertical-vibing")
    text, markdown, data = audit_text(found), audit_markdown(found), json.loads(json.dumps(found.as_json()))
    assert len(data["findings"]) == len(found.findings) == text.count("stated  ")
    assert {"rule", "severity", "lines", "claim", "stated", "computed", "calculation"} <= set(data["findings"][0])
    assert all(item.computed.replace("|", "\\|") in markdown for item in found.findings)
