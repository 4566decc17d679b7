"""The command line: its JSON, exit codes and sentences, run as a user runs it."""

import csv
import io
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from model.loading import load
from stageplan.cli import COMMANDS
from stageplan.commands import doctor


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "stageplan", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_price_json_has_the_fixed_fields() -> None:
    """`price --json` prints one object with the fields other programs rely on."""
    answer = json.loads(run("price", "vertical-vibing", "--stage", "stage2", "--json").stdout)
    assert {"architecture", "stage", "region", "price_date", "total", "complete", "lines", "assumptions"} <= set(answer)
    assert set(answer["total"]) == {"low", "likely", "high"}
    wanted = {"component", "service", "meter", "quantity", "unit", "unit_price", "cost", "state", "source"}
    for line in answer["lines"]:
        assert wanted <= set(line)
        assert line["state"] in ("priced", "free", "depends on usage", "unpriced")


def test_price_json_without_a_stage_has_all_of_them() -> None:
    """Without --stage: `{stages: [that, ...]}` in the order of the document."""
    answer = json.loads(run("price", "vertical-vibing", "--json").stdout)
    assert [bill["stage"] for bill in answer["stages"]] == ["development", "stage1", "stage2", "stage3", "stage4"]


def test_price_csv_adds_up_to_the_total() -> None:
    """The CSV's cost column is the bill."""
    rows = list(csv.DictReader(io.StringIO(run("price", "vertical-vibing", "--stage", "stage3", "--csv").stdout)))
    answer = json.loads(run("price", "vertical-vibing", "--stage", "stage3", "--json").stdout)
    assert sum(float(row["cost"]) for row in rows) == pytest.approx(answer["total"]["likely"], abs=0.001)


def test_the_same_command_prints_the_same_bytes() -> None:
    """No timestamp, no order of a set: five runs, one digest."""
    outputs = {run("price", "vertical-vibing", "--json").stdout for _ in range(3)}
    assert len(outputs) == 1


@pytest.mark.parametrize(
    ("name", "head"),
    [("a.png", b"\x89PNG"), ("a.SVG", b"<svg"), ("a.drawio", b"<mxfile"), ("a.mmd", b"---"), ("a", b"<svg")],
)
def test_a_picture_has_the_format_that_its_name_says(name: str, head: bytes, tmp_path: Path) -> None:
    target = tmp_path / name
    run("draw", "writlix", "-o", str(target))
    assert head in target.read_bytes()[:200]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["price", "vertical-vibin"], "did you mean 'vertical-vibing'?"),
        (["price", "vertical-vibing", "--stage", "stage9"], "'stage9' is not a stage of vertical-vibing"),
        (["price", "no/such/file.yaml"], "no/such/file.yaml: there is no such file"),
        (["price", "."], "is a directory, not a document"),
        (["price", "vertical-vibing", "--free-tier", "12months"], "did you mean '12_months'?"),
        (["price", "vertical-vibing", "--prices", "1999-01-01"], "1999-01-01"),
        (["price", "vertical-vibing", "--json", "--csv"], "exclude each other"),
        (["draw", "vertical-vibing", "--format", "svgg"], "did you mean 'svg'?"),
        (["report", "nothing-here"], "'nothing-here' is not a bundled architecture or a file"),
        (["price"], "Missing argument"),
        (["price", "vertical-vibing", "--budget", "nan"], "--budget nan is not an amount of zero or more"),
        (["forecast", "vertical-vibing", "--budget", "-5"], "--budget -5 is not an amount of zero or more"),
        (["loadtest", "vertical-vibing", "--rate", "0"], "--rate 0 is not above 0"),
        (["loadtest", "vertical-vibing", "--duration", "-1"], "--duration -1 is not above 0"),
        (["loadtest", "vertical-vibing", "--duration", "nan"], "--duration nan is not above 0"),
        (["loadtest", "vertical-vibing", "--warm-up", "-1"], "--warm-up -1 is not a time of 0 or more"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    """What cannot be used is said on standard error; nothing is written."""
    result = run(*arguments, cwd=tmp_path)
    assert result.returncode == 2
    assert sentence in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_bill_without_assumptions_has_no_range(tmp_path: Path) -> None:
    """What is certain is one amount: no empty bracket, and no median beside it."""
    (tmp_path / "sure.yaml").write_text(
        "architecture: sure\ntitle: Sure\ncomponents: {nat: {kind: nat_gateway}}\nstages: [{name: only}]\n"
    )
    result = run("price", "sure.yaml", "--stage", "only", cwd=tmp_path)
    assert result.stdout.splitlines()[0].strip() == "Sure, only: $32.85 a month"


def test_check_tells_every_problem_of_a_file(tmp_path: Path) -> None:
    """The example of the documentation: three problems, sorted, exit code 2."""
    (tmp_path / "my-api.yaml").write_text(
        """
architecture: my-api
title: My API
components:
  web: {kind: web_client}
  api: {kind: fargate, vcpu: 0.5, memory_gb: 1, tasks: {min: 3, max: 6}}
  cache: {kind: elasticcache, node_class: cache.t3.micro}
  database: {kind: rds, instance_class: db.t3.micro}
connections:
  - {from: web, to: api, kind: request}
  - {from: api, to: cache, kind: read}
  - {from: api, to: database, kind: read}
endpoints:
  list_users:
    client: web
    share: 1
    calls: [{to: api, calls: [{to: cache}]}, {to: api}, {to: databse}]
stages:
  - name: first
  - name: second
    components: {api: {tasks: {max: 2}}}
""",
        encoding="utf-8",
    )
    result = run("check", "my-api.yaml", cwd=tmp_path)
    assert result.returncode == 2
    assert result.stderr == (
        "3 problems in my-api.yaml\n"
        "  components.cache.kind: 'elasticcache' is not a component kind (did you mean 'elasticache'?)\n"
        "  endpoints.list_users.calls[2]: 'databse' is not a component (did you mean 'database'?)\n"
        "  stages[1].components.api.tasks.max: 2 is below tasks.min 3\n"
    )
    answer = json.loads(run("check", "my-api.yaml", "--json", cwd=tmp_path).stdout)
    assert answer["problems"][0]["place"] == "components.cache.kind"


def test_check_accepts_a_valid_document() -> None:
    """A valid file is told with its counts and exit code 0."""
    result = run("check", "vertical-vibing")
    assert (result.returncode, result.stdout.startswith("vertical-vibing is valid: ")) == (0, True)


def test_list_names_every_stage() -> None:
    """`list --json` has all architectures with their document, stages and how large they are."""
    found = {item["architecture"]: item for item in json.loads(run("list", "--json").stdout)["architectures"]}
    assert len(found) == 9
    assert (found["socialclub"]["document"], found["socialclub"]["stages"]) == ("socialclub", ["staging", "production"])
    architecture = load("tabi-script-ecs")
    assert found["tabi-script-ecs"]["document"] == "tabi-script"
    assert found["tabi-script-ecs"]["components"] == len(architecture.every_component())
    assert found["tabi-script-ecs"]["connections"] == len(architecture.connections)


def test_every_command_loads_and_names_its_options() -> None:
    """The table of commands is true: each module is there and says what it takes."""
    help_page = run("--help").stdout
    for name in COMMANDS:
        assert f" {name} " in help_page
        own = run(name, "--help")
        assert (own.returncode, "Usage" in own.stdout) == (0, True), own.stderr


def test_a_wrong_command_is_refused_with_the_nearest() -> None:
    """`stageplan prise` is exit code 2 and names `price`."""
    result = run("prise", "vertical-vibing")
    assert result.returncode == 2
    assert "price" in result.stderr


def test_pricing_imports_nothing_heavy() -> None:
    """`stageplan price` stays quick: no plotting, table, simulation or graph library is imported."""
    code = (
        "import sys; sys.argv = ['stageplan', 'price', 'vertical-vibing', '--stage', 'stage2', '--json']\n"
        "sys.argv += ['--today', '2026-12-01']\n"
        "from stageplan.cli import main\n"
        "try:\n    main()\nexcept SystemExit: pass\n"
        "heavy = {'scipy', 'pandas', 'numba', 'simpy', 'networkx', 'diagrams', 'jinja2', 'locust', 'boto3'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stderr.strip() == "[]"


def test_version_and_doctor_answer() -> None:
    """`version` names the version; `doctor` finds everything that is installed."""
    assert run("version").stdout.startswith("stageplan ")
    doctor = run("doctor")
    assert (doctor.returncode, "9 architectures" in doctor.stdout) == (0, True)


def test_doctor_knows_every_extra() -> None:
    """What `doctor` looks for is what pyproject's extras install, name by name."""
    extras = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    for extra, packages in doctor.NEEDED.values():
        if extra:
            declared = {re.split(r"[=<>\[]", requirement)[0] for requirement in extras[extra]}
            assert set(packages) == declared, extra
