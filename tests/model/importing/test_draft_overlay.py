"""A user's own changes are laid over every import, and survive the next one."""

from pathlib import Path
from typing import Any

import pytest

from model.importing.draft_overlay import laid_over, read_draft_overlay
from model.importing.drafting import document_text
from model.loading import read
from model.problems import BadDocument
from pricing.price import price
from tests.model.importing.plans import drafted, resource

OVERLAY: dict[str, Any] = {
    "add": {"mail": {"kind": "ses"}},
    "connect": [{"from": "worker_lambda", "to": "mail", "kind": "request"}],
    "remove": ["old_sqs"],
    "resize": {"worker_lambda": {"memory_mb": 2048}, "orders_dynamodb": {"storage_gb": 5}},
    "workload": {"monthly_requests": 1_000_000},
}
WORKER = resource("aws_lambda_function.worker", function_name="worker", memory_size=512)
ORDERS = resource("aws_dynamodb_table.orders", billing_mode="PAY_PER_REQUEST")
OLD = resource("aws_sqs_queue.old", name="old")


def test_an_overlay_adds_connects_removes_resizes_and_states_the_workload() -> None:
    """The result is a valid document, priced with the traffic that the overlay states."""
    document, missing = laid_over(drafted(WORKER, ORDERS, OLD).document, OVERLAY)
    assert missing == []
    architecture = read(document_text(document))
    assert architecture.components["worker_lambda"].memory_mb == 2048  # type: ignore[attr-defined]
    assert architecture.components["orders_dynamodb"].storage_gb == 5  # type: ignore[attr-defined]
    assert "old_sqs" not in architecture.components
    assert ("worker_lambda", "mail") in {(edge.source, edge.target) for edge in architecture.connections}
    bill = price(architecture.at("imported"), free_tier="none", draws=0)
    requests = next(line for line in bill.lines if line.meter == "lambda.requests")
    assert (requests.quantity, requests.unit) == (1, "1M requests")
    assert requests.state == "priced"


def test_an_overlay_fits_the_next_import_whatever_was_added_meanwhile() -> None:
    """Names of components depend on their own resources alone."""
    first = set(drafted(WORKER, ORDERS).document["components"])
    again = drafted(resource("aws_db_instance.worker", instance_class="db.t3.micro"), ORDERS, WORKER, OLD)
    assert first <= set(again.document["components"])
    document, missing = laid_over(again.document, OVERLAY)
    assert missing == []
    read(document_text(document))


def test_a_change_that_finds_nothing_is_told_with_the_nearest_name() -> None:
    """A component that went, or a name that was misspelt; the rest is done."""
    changes = {"resize": {"worker_lamda": {"memory_mb": 1024}}, "remove": ["nowhere"]}
    document, missing = laid_over(drafted(WORKER).document, changes)
    assert missing == [
        "overlay: remove: there is no component 'nowhere'",
        "overlay: resize: there is no component 'worker_lamda' (did you mean 'worker_lambda'?)",
    ]
    read(document_text(document))


def test_calls_over_a_connection_that_is_cut_are_left_out() -> None:
    """The endpoint that has nothing left to call goes; the shares still sum to 1."""
    cut = {"disconnect": [{"from": "users", "to": "worker_lambda"}]}
    document, _ = laid_over(drafted(WORKER, ORDERS, OLD).document, cut)
    architecture = read(document_text(document))
    assert all(endpoint.calls[0].to != "worker_lambda" for endpoint in architecture.endpoints.values())  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("resise: {}", "resise: is not a part of a draft overlay (did you mean 'resize'?)"),
        ("remove: {}", "remove: is not a list"),
        ("add: [a]", "add: is not a mapping"),
        ("- a", "is not a mapping of changes"),
        ("a: !!python/name:os.system", "the tag !!python/name:os.system would run code"),
    ],
)
def test_a_bad_overlay_is_refused(tmp_path: Path, content: str, message: str) -> None:
    """Every problem with its place."""
    path = tmp_path / "mine.yaml"
    path.write_text(content)
    with pytest.raises(BadDocument) as refused:
        read_draft_overlay(path)
    assert message in str(refused.value)


def test_an_empty_overlay_changes_nothing(tmp_path: Path) -> None:
    """A file with only comments."""
    path = tmp_path / "mine.yaml"
    path.write_text("# nothing yet\n")
    before = drafted(WORKER).document
    assert laid_over(before, read_draft_overlay(path))[0] == before
