"""Terraform folders, CloudFormation, SAM, the CDK's output and compose files become drafts of the same kind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from model.graph import Architecture
from model.importing.cloudformation import read_cloudformation
from model.importing.compose import read_compose
from model.importing.drafting import draft
from model.importing.found import Inventory
from model.importing.terraform_folder import read_terraform_folder
from model.problems import BadInput
from tests.model.importing.plans import FILES, links

Loaded = Callable[[Inventory], Architecture]


def test_a_folder_of_terraform_files_is_evaluated_with_its_local_modules(loaded: Loaded) -> None:
    """Loops, module outputs, policies by statement; a variable without a value is unknown."""
    inventory = read_terraform_folder(FILES / "shop")
    made = draft(inventory)
    found = links(made)
    assert found[("orders_sqs", "worker_lambda", "event")] == "certain"
    assert found[("worker_lambda", "orders_dynamodb", "write")] == "certain"
    assert ("worker_lambda", "archive_s3", "read") not in found
    components = loaded(inventory).components
    assert components["worker_lambda"].memory_mb == 512  # type: ignore[attr-defined]
    assert components["orders_sqs"].visibility_timeout_s == 120  # type: ignore[attr-defined]
    assert components["reports_ec2_blue"].count == 2  # type: ignore[attr-defined]
    assert str(components["orders_dynamodb"].read_capacity) == "orders_dynamodb_read_capacity"  # type: ignore[attr-defined]
    assert components["orders_dynamodb"].write_capacity == 5  # type: ignore[attr-defined]


def test_a_module_from_elsewhere_is_told_and_not_fetched(tmp_path: Path) -> None:
    """The draft is partial."""
    (tmp_path / "main.tf").write_text(
        'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n}\nresource "aws_sqs_queue" "q" {}\n'
    )
    inventory = read_terraform_folder(tmp_path)
    assert inventory.partial
    assert any("terraform-aws-modules/vpc/aws" in warning for warning in inventory.warnings)


def test_a_template_folds_what_only_links(loaded: Loaded) -> None:
    """Listeners, target groups, groups and tasks become edges and fields; parameters stand at their defaults."""
    inventory = read_cloudformation(FILES / "web.yaml")
    made = draft(inventory)
    assert links(made) == {
        ("users", "balancer", "request"): "certain",
        ("balancer", "service", "request"): "certain",
        ("service", "secrets_manager", "read"): "certain",
        ("service", "database", "read"): "likely",
    }
    components = loaded(inventory).components
    database, service = components["database"], components["service"]
    assert (database.instance_class, database.storage_gb, database.multi_az) == ("db.t3.small", 50, True)  # type: ignore[attr-defined]
    assert (service.vcpu, service.memory_gb, service.architecture, service.subnet) == (0.5, 1, "arm", "private")  # type: ignore[attr-defined]
    assert [item.type for item in made.report.unpriced] == ["AWS::MSK::Cluster"]
    assert len(made.report.folded) == 10


def test_sam_events_are_typed_edges_and_routes(loaded: Loaded) -> None:
    """An API that SAM implies, a queue, a stream, a schedule with its rate; globals reach every function."""
    inventory = read_cloudformation(FILES / "sam.yaml")
    found = links(draft(inventory))
    assert {key for key, certainty in found.items() if certainty == "certain"} == {
        ("users", "serverless_rest_api", "request"),
        ("serverless_rest_api", "get_order", "request"),
        ("jobs", "worker", "event"),
        ("orders", "worker", "event"),
        ("worker", "dead", "event"),
        ("jobs", "dead", "event"),
        ("event_rules", "sweeper", "event"),
        ("get_order", "orders", "read"),
    }
    architecture = loaded(inventory)
    assert architecture.components["get_order"].architecture == "arm"  # type: ignore[attr-defined]
    assert architecture.components["worker"].memory_mb == 1024  # type: ignore[attr-defined]
    assert (architecture.components["jobs"].dead_letter, architecture.components["jobs"].max_receives) == ("dead", 4)  # type: ignore[attr-defined]
    schedule = next(item for item in architecture.endpoints.values() if item.method == "SCHEDULE")
    assert schedule.monthly_calls == 730
    get = next(item for item in architecture.endpoints.values() if item.method == "GET")
    assert get.path == "/orders/{id}"
    assert any("nested stack" in warning for warning in inventory.warnings)


def test_a_plan_follows_events_but_not_failures(loaded: Loaded) -> None:
    """A job sets the worker off; a read sets nothing off; what fails goes to dead letters outside of any plan."""
    endpoints = loaded(read_cloudformation(FILES / "sam.yaml")).endpoints
    plans = {endpoint.path: str(endpoint.calls) for endpoint in endpoints.values()}
    assert "worker" in plans["/jobs"]
    assert "worker" not in plans["/orders/{id}"]
    assert all("'dead'" not in plan for plan in plans.values())


def test_names_from_the_cdk_have_no_hash(loaded: Loaded) -> None:
    """And its metadata is ignored."""
    inventory = read_cloudformation(FILES / "cdk.json")
    made = draft(inventory)
    assert inventory.source == "CDK template"
    assert set(loaded(inventory).components) >= {"orders_table", "handler"}
    assert links(made)[("handler", "orders_table", "write")] == "certain"
    assert [item.address for item in made.report.ignored] == ["CDKMetadata"]


def test_a_compose_file_gives_suggestions(loaded: Loaded) -> None:
    """Managed services for known images, Fargate for what is built, an image without a counterpart unpriced."""
    inventory = read_compose(FILES / "compose.yaml")
    made = draft(inventory)
    components = loaded(inventory).components
    assert {name: component.kind for name, component in components.items()} == {
        "users": "web_client",
        "web": "alb",
        "api": "fargate",
        "db": "rds",
        "cache": "elasticache",
        "events": "external_api",
        "public_ipv4": "public_ipv4",
        "data_transfer": "data_transfer",
    }
    api = components["api"]
    assert (api.vcpu, api.memory_gb, api.tasks.min) == (0.5, 1, 2)  # type: ignore[attr-defined]
    assert links(made) == {
        ("users", "web", "request"): "certain",
        ("web", "api", "request"): "likely",
        ("api", "db", "read"): "likely",
        ("api", "cache", "read"): "likely",
    }
    assert any("suggestion" in warning for warning in made.report.warnings)


@pytest.mark.parametrize("reader", [read_cloudformation, read_compose])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("Resources: !!python/object/apply:os.system ['touch x']", "would run code"),
        ("services: {a: !!python/name:os.system }", "would run code"),
        ("Resources: {a: [1, 2", "is not valid YAML"),
        ("a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 10)}]\n" for i in range(7)
        ), "grows beyond"),
        ("a: &a [*a]", "contains itself"),
        ("a: " + "[" * 150 + "]" * 150, "nested more than 100 levels deep"),
        ("just text", "is not a C|is not a c"),
        ("", "is not a C|is not a c|null|Template"),
        ("other: 1", "is not a C|is not a c"),
    ],
)  # fmt: skip
def test_hostile_and_foreign_files_are_refused_in_a_sentence(
    tmp_path: Path, reader: Callable[[Path], Inventory], content: str, message: str
) -> None:
    """Tags that would run code, cut files, aliases that grow, deep nesting, another kind of file."""
    path = tmp_path / "file.yaml"
    path.write_text(content)
    with pytest.raises(BadInput, match=message) as refused:
        reader(path)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "x").exists()


TEMPLATE = """Resources:
  Work:
    Type: AWS::Lambda::Function
    Properties: {MemorySize: 512, Role: !GetAtt WorkRole.Arn, TracingConfig: {Mode: Active}}
  WorkRole:
    Type: AWS::IAM::Role
    Properties: {}
"""
COMPOSE = """services:
  web:
    image: shop/web
    depends_on: [api]
  api:
    image: shop/api
"""


@pytest.mark.parametrize(
    ("reader", "whole", "cut", "name"),
    [
        (read_cloudformation, TEMPLATE, "  WorkRole", "WorkRole"),
        (read_compose, COMPOSE, "  api:", "api"),
    ],
)
def test_a_file_that_is_cut_off_and_still_is_yaml_is_refused(
    tmp_path: Path, reader: Callable[[Path], Inventory], whole: str, cut: str, name: str
) -> None:
    """In the middle of a line it is refused; with a last line that ends, the draft is partial and says what is gone."""
    path = tmp_path / "file.yaml"
    path.write_text(whole)
    assert not reader(path).partial
    rest = whole[: whole.index(cut)]
    path.write_text(rest.rstrip("\n"))
    with pytest.raises(BadInput, match=f"seems to be cut off: .*'{name}'"):
        reader(path)
    path.write_text(rest)
    inventory = reader(path)
    assert inventory.partial
    assert any(f"'{name}', which" in warning for warning in inventory.warnings)


def test_names_that_sam_makes_are_not_missing(tmp_path: Path) -> None:
    """The role of a function and the API of all have no entry of their own; a resource without a type is told."""
    path = tmp_path / "template.yaml"
    path.write_text("""Transform: AWS::Serverless-2016-10-31
Resources:
  Get:
    Type: AWS::Serverless::Function
    Properties: {Environment: {Variables: {ROLE: !GetAtt GetRole.Arn, API: !Sub "${ServerlessRestApi}/${!Kept}"}}}
  Half: {Properties: {}}
  Api:
    Type: AWS::Serverless::Api
    Properties: {DefinitionBody: {Fn::Transform: {Name: AWS::Include, Parameters: {Location: routes.yaml}}}}""")
    assert read_cloudformation(path).warnings == (
        "Half: has no Type: it is not in the draft",
        "Api: routes.yaml is another file, which is not read: what it defines is missing",
    )


def test_tracing_that_is_switched_on_is_billed(tmp_path: Path) -> None:
    """A function that is told to send traces brings the service that keeps them."""
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    made = draft(read_cloudformation(path))
    assert made.document["components"]["xray"]["note"] == "tracing is on: Work"
    path.write_text(TEMPLATE.replace("Active", "PassThrough"))
    assert "xray" not in draft(read_cloudformation(path)).document["components"]


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """By its size."""
    path = tmp_path / "file.yaml"
    path.write_bytes(b"#" * 5_000_001)
    with pytest.raises(BadInput, match=r"5\.0 MB is too large"):
        read_compose(path)


@pytest.mark.parametrize(
    ("content", "message"), [(None, "holds no .tf files"), ('resource "a" {', "is not valid Terraform")]
)
def test_a_folder_without_terraform_is_refused(tmp_path: Path, content: str | None, message: str) -> None:
    """An empty one, and one whose files are cut off."""
    if content is not None:
        (tmp_path / "main.tf").write_text(content)
    with pytest.raises(BadInput, match=message):
        read_terraform_folder(tmp_path)
