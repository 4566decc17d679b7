"""`stageplan import`: the draft loads at once, the report is data or text, and bad input writes nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.model.importing.plans import plan, resource

FILES = Path(__file__).parents[1] / "model" / "importing" / "files"


def stageplan(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from stageplan.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2])


@pytest.fixture
def plan_file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(plan(resource("aws_sqs_queue.jobs", name="jobs"), resource("aws_msk_cluster.events"))))
    return path


def test_a_draft_checks_and_prices_at_once(plan_file: Path, tmp_path: Path) -> None:
    """Written with -o; the report says what became of every resource."""
    target = tmp_path / "draft.yaml"
    done = stageplan("import", "terraform-plan", plan_file, "-o", target)
    assert done.returncode == 0
    assert "shop from terraform plan: 2 resources" in done.stdout
    assert stageplan("check", target).returncode == 0
    priced = stageplan("price", target, "--json")
    assert json.loads(priced.stdout)["stages"][0]["complete"] is False


def test_the_text_says_what_became_of_every_resource(tmp_path: Path) -> None:
    """Folded, ignored and unsure by their reason, many of one reason in one line; numbers of a draft are whole."""
    tables = [resource(f"aws_dynamodb_table.t{number}", name=f"t{number}") for number in range(9)]
    others = [resource("aws_security_group.web"), resource("aws_s3_bucket_policy.site"), resource("aws_sqs_queue.jobs")]
    functions = [resource("aws_lambda_function.work", memory_size=512)]
    path = tmp_path / "shop.json"
    path.write_text(json.dumps(plan(*functions, *tables, *others)))
    done = stageplan("import", "terraform-plan", path, "-o", tmp_path / "draft.yaml")
    assert "folded into:\n  edges between those that it lets in: aws_security_group.web\n" in done.stdout
    assert "ignored because:\n  a setting without cost: aws_s3_bucket_policy.site\n" in done.stdout
    assert "work_lambda -> t0_dynamodb, " in done.stdout
    assert "t5_dynamodb and 4 more  guessed" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120
    assert "    memory_mb: 512\n" in (tmp_path / "draft.yaml").read_text()


def test_without_a_file_the_draft_goes_to_standard_output_and_the_report_beside(plan_file: Path) -> None:
    """So that it can be piped."""
    done = stageplan("import", "terraform-plan", plan_file, "--name", "my_shop")
    assert done.stdout.startswith("architecture: my_shop\n")
    assert "unpriced" in done.stderr


def test_the_report_as_json(plan_file: Path, tmp_path: Path) -> None:
    """One object, with every resource and every connection."""
    done = stageplan("import", "terraform-plan", plan_file, "-o", tmp_path / "d.yaml", "--json")
    report = json.loads(done.stdout)
    assert report["resources"] == 2
    assert report["mapped"] == [{"resource": "aws_sqs_queue.jobs", "type": "aws_sqs_queue", "component": "jobs_sqs"}]
    assert report["unpriced"][0]["why"] == "no component kind for aws_msk_cluster"
    assert {item["certainty"] for item in report["connections"]} == {"guessed"}


def test_an_overlay_that_makes_no_valid_document_writes_nothing(plan_file: Path, tmp_path: Path) -> None:
    """Its problems are those of a document."""
    overlay, target = tmp_path / "mine.yaml", tmp_path / "draft.yaml"
    overlay.write_text("add: {cache: {kind: elasticcache}}\n")
    done = stageplan("import", "terraform-plan", plan_file, "--overlay", overlay, "-o", target)
    assert done.returncode == 2
    assert "did you mean 'elasticache'?" in done.stderr
    assert not target.exists()


def test_a_plan_without_anything_to_draw_is_one_message(tmp_path: Path) -> None:
    """Settings alone, or nothing at all."""
    path = tmp_path / "plan.json"
    for resources, words in (([resource("random_id.suffix")], "none of the 1 resources"), ([], "holds no resources")):
        path.write_text(json.dumps(plan(*resources)))
        done = stageplan("import", "terraform-plan", path, "-o", tmp_path / "d.yaml")
        assert done.returncode == 2
        assert words in done.stderr
        assert not (tmp_path / "d.yaml").exists()


@pytest.mark.parametrize("what", ["terraform-plan", "cloudformation", "compose", "terraform"])
def test_a_missing_file_is_one_message(tmp_path: Path, what: str) -> None:
    """Exit code 2, nothing written."""
    done = stageplan("import", what, tmp_path / "none", "-o", tmp_path / "d.yaml")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "d.yaml").exists()
