"""Terraform plans: modules, counts, what is known only after apply, and references with and without configuration."""

import json
from pathlib import Path
from typing import Any

import pytest

from model.importing.drafting import document_text
from model.importing.terraform_plan import module_path, read_terraform_plan, terraform_plan
from model.importing.values import UNKNOWN
from model.loading import read
from model.problems import BadInput
from pricing.price import price
from tests.model.importing.plans import drafted, links, plan, resource

LAMBDA = {"function_name": "worker", "memory_size": 512, "runtime": "python3.12"}


def reads(**settings: Any) -> dict[str, Any]:
    """A configuration's expressions: a setting to the names that it reads."""
    return {name: {"references": names} for name, names in settings.items()}


def configured(address: str, **settings: Any) -> dict[str, Any]:
    type_, name = address.split(".")
    mode = "data" if address.startswith("data.") else "managed"
    return {"address": address, "mode": mode, "type": type_, "name": name, "expressions": reads(**settings)}


def test_every_module_of_a_plan_is_read_with_its_instances() -> None:
    """Child modules at any depth; an index is part of the component's name, unless it is the only one."""
    made = drafted(
        resource("aws_sqs_queue.jobs", name="jobs"),
        resource("module.shop.aws_sqs_queue.this", name="shop"),
        resource('module.shop.module.deep["eu"].aws_sqs_queue.this[0]', 0, name="deep"),
        resource('aws_sqs_queue.each["a"]', "a", name="a"),
        resource('aws_sqs_queue.each["b"]', "b", name="b"),
    )
    assert {name for name in made.document["components"] if name.endswith("sqs") or "_sqs_" in name} == {
        "jobs_sqs", "shop_sqs", "shop_deep_eu_sqs", "each_sqs_a", "each_sqs_b",
    }  # fmt: skip
    assert module_path('module.shop.module.deep["eu"].aws_sqs_queue.this') == ("shop", 'deep["eu"]')


def test_equal_instances_are_one_component_and_different_ones_are_not() -> None:
    """Three alike count three; one of another type stands alone."""
    made = drafted(
        *(resource(f"aws_instance.web[{i}]", i, instance_type="t3.medium") for i in range(3)),
        resource("aws_instance.web[3]", 3, instance_type="t3.small"),
    )
    sizes = {
        name: (item["instance_type"], item["count"])
        for name, item in made.document["components"].items()
        if item["kind"] == "ec2"
    }
    assert sizes == {"web_ec2": ("t3.medium", 3.0), "web_ec2_3": ("t3.small", 1.0)}
    assert len(made.report.mapped) == 4


def test_what_is_known_only_after_apply_is_assumed_with_a_range_and_never_zero() -> None:
    """An unknown class and an unknown volume have a price, a range, and a reason."""
    changes = [
        {
            "address": "aws_db_instance.main",
            "change": {"after_unknown": {"instance_class": True, "allocated_storage": True, "arn": True}},
        }
    ]
    raw = plan(resource("aws_db_instance.main", engine="postgres"), resource_changes=changes)
    inventory = terraform_plan(raw, "plan.json", "shop")
    assert inventory.resources[0].values["instance_class"] is UNKNOWN
    made = drafted(resource("aws_db_instance.main", engine="postgres"), resource_changes=changes)
    assumed = made.document["assumptions"]
    assert assumed["rds_size"]["low"] < 1 < assumed["rds_size"]["high"]
    assert assumed["rds_storage_gb"]["low"] > 0
    assert "known only after apply" in made.document["components"]["rds"]["note"]
    bill = price(read(document_text(made.document)).at("imported"), draws=200)
    assert 0 < bill.total.low <= bill.total.likely < bill.total.high


def test_references_go_through_variables_outputs_and_data_sources() -> None:
    """A function in one module reads a table of another by the root's wiring; a policy document names a queue."""
    configuration = {
        "root_module": {
            "resources": [],
            "module_calls": {
                "data": {
                    "module": {
                        "resources": [configured("aws_dynamodb_table.this")],
                        "outputs": {"table": {"expression": {"references": ["aws_dynamodb_table.this.name"]}}},
                    }
                },
                "work": {
                    "expressions": reads(table=["module.data.table", "module.data"]),
                    "module": {
                        "resources": [
                            {
                                **configured("aws_lambda_function.worker", role=["aws_iam_role.worker.arn"]),
                                "expressions": {
                                    "environment": [{"variables": {"references": ["var.table"]}}],
                                    **reads(role=["aws_iam_role.worker.arn", "aws_iam_role.worker"]),
                                },
                            },
                            configured("aws_iam_role.worker"),
                            configured(
                                "aws_iam_role_policy.worker",
                                role=["aws_iam_role.worker.id"],
                                policy=["data.aws_iam_policy_document.worker.json"],
                            ),
                            {
                                "mode": "data",
                                "type": "aws_iam_policy_document",
                                "name": "worker",
                                "expressions": {"statement": [reads(resources=["aws_sqs_queue.jobs.arn"])]},
                            },
                            configured("aws_sqs_queue.jobs"),
                        ]
                    },
                },
            },
        }
    }
    made = drafted(
        resource("module.data.aws_dynamodb_table.this", billing_mode="PAY_PER_REQUEST"),
        resource("module.work.aws_lambda_function.worker", **LAMBDA),
        resource("module.work.aws_iam_role.worker"),
        resource("module.work.aws_iam_role_policy.worker"),
        resource("module.work.aws_sqs_queue.jobs", name="jobs"),
        configuration=configuration,
    )
    found = links(made)
    assert found[("work_worker_lambda", "data_dynamodb", "read")] == "likely"
    assert found[("work_worker_lambda", "work_jobs_sqs", "event")] == "likely"


def test_instances_of_one_loop_are_wired_one_to_one() -> None:
    """`each.key` on both sides: blue to blue, green to green."""
    configuration = {
        "root_module": {
            "resources": [
                configured("aws_sqs_queue.jobs"),
                configured("aws_lambda_function.worker"),
                configured(
                    "aws_lambda_event_source_mapping.jobs",
                    event_source_arn=["aws_sqs_queue.jobs"],
                    function_name=["aws_lambda_function.worker"],
                ),
            ]
        }
    }
    colours = ("blue", "green")
    made = drafted(
        *(resource(f'aws_sqs_queue.jobs["{colour}"]', colour, name=colour) for colour in colours),
        *(resource(f'aws_lambda_function.worker["{colour}"]', colour, **LAMBDA) for colour in colours),
        *(resource(f'aws_lambda_event_source_mapping.jobs["{colour}"]', colour) for colour in colours),
        configuration=configuration,
    )
    events = {(source, target) for source, target, kind in links(made) if kind == "event" and source != "users"}
    assert events == {("jobs_sqs_blue", "worker_lambda_blue"), ("jobs_sqs_green", "worker_lambda_green")}


def test_without_configuration_edges_come_from_identities_and_security_groups() -> None:
    """A target group by its ARN is certain, a security group likely, a shared network a guess."""
    made = drafted(
        resource("aws_vpc.main", id="vpc-0001", cidr_block="10.0.0.0/16"),
        resource("aws_subnet.a", id="subnet-000a", vpc_id="vpc-0001", availability_zone="eu-west-1a"),
        resource("aws_security_group.lb", id="sg-lb0001", vpc_id="vpc-0001"),
        resource("aws_security_group.app", id="sg-app001", vpc_id="vpc-0001"),
        resource(
            "aws_security_group.db", id="sg-db0001", vpc_id="vpc-0001", ingress=[{"security_groups": ["sg-app001"]}]
        ),
        resource("aws_security_group.cache", id="sg-cache1", vpc_id="vpc-0001"),
        resource("aws_lb.web", arn="arn:aws:elb:eu-west-1:1:lb/web", security_groups=["sg-lb0001"]),
        resource("aws_lb_target_group.app", arn="arn:aws:elb:eu-west-1:1:tg/app"),
        resource(
            "aws_lb_listener.web",
            load_balancer_arn="arn:aws:elb:eu-west-1:1:lb/web",
            default_action=[{"target_group_arn": "arn:aws:elb:eu-west-1:1:tg/app"}],
        ),
        resource(
            "aws_ecs_service.app",
            launch_type="FARGATE",
            desired_count=2,
            load_balancer=[{"target_group_arn": "arn:aws:elb:eu-west-1:1:tg/app"}],
            network_configuration=[{"subnets": ["subnet-000a"], "security_groups": ["sg-app001"]}],
        ),
        resource(
            "aws_db_instance.main",
            instance_class="db.t3.small",
            allocated_storage=20,
            vpc_security_group_ids=["sg-db0001"],
        ),
        resource("aws_elasticache_cluster.main", node_type="cache.t3.micro", security_group_ids=["sg-cache1"]),
    )
    assert links(made) == {
        ("users", "web_alb", "request"): "certain",
        ("web_alb", "app_fargate", "request"): "certain",
        ("app_fargate", "rds", "read"): "likely",
        ("app_fargate", "elasticache", "read"): "guessed",
    }
    assert made.report.region == "eu-west-1"


def test_public_and_private_follow_the_route_table() -> None:
    """A subnet whose table leads to an internet gateway is public."""
    made = drafted(
        resource("aws_vpc.main", id="vpc-0001"),
        resource("aws_internet_gateway.main", id="igw-0001"),
        resource("aws_subnet.out", id="subnet-out1", vpc_id="vpc-0001"),
        resource("aws_subnet.in", id="subnet-in01", vpc_id="vpc-0001"),
        resource("aws_route_table.out", id="rtb-out01", route=[{"gateway_id": "igw-0001"}]),
        resource("aws_route_table_association.out", subnet_id="subnet-out1", route_table_id="rtb-out01"),
        resource("aws_instance.edge", instance_type="t3.small", subnet_id="subnet-out1"),
        resource("aws_instance.inner", instance_type="t3.small", subnet_id="subnet-in01"),
    )
    components = made.document["components"]
    assert components["edge_ec2"]["subnet"] == "public"
    assert components["inner_ec2"]["subnet"] == "private"
    assert components["vpc"]["public_subnets"] == components["vpc"]["private_subnets"] == 1


def test_an_unknown_resource_stops_nothing_and_makes_the_bill_say_at_least() -> None:
    """What has no kind, and what its kind refuses, is kept without a price; free settings are ignored."""
    made = drafted(
        resource("aws_msk_cluster.events", cluster_name="events"),
        resource("aws_db_instance.odd", instance_class="db.z9.mega", allocated_storage=10),
        resource("google_sql_database_instance.other"),
        resource("aws_s3_bucket_public_access_block.x"),
        resource("random_id.suffix"),
        resource("aws_sqs_queue.jobs", name="jobs"),
    )
    assert {item.address for item in made.report.unpriced} == {
        "aws_msk_cluster.events", "aws_db_instance.odd", "google_sql_database_instance.other",
    }  # fmt: skip
    assert {item.address for item in made.report.ignored} == {"aws_s3_bucket_public_access_block.x", "random_id.suffix"}
    assert "db.z9.mega" in next(item.became for item in made.report.unpriced if item.type == "aws_db_instance")
    bill = price(read(document_text(made.document)).at("imported"), draws=0)
    assert not bill.complete
    assert {line.component for line in bill.lines if line.state == "unpriced"} == {
        "events_msk_cluster", "odd_db_instance", "other_google_sql_database_instance",
    }  # fmt: skip


def test_a_region_without_prices_is_told() -> None:
    """The provider's region, by a constant or a variable; priced elsewhere with a warning."""
    providers = {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}}
    made = drafted(
        resource("aws_sqs_queue.jobs", name="jobs"),
        configuration={"provider_config": providers, "root_module": {}},
        variables={"region": {"value": "ap-south-1"}},
    )
    assert made.report.region == "us-east-1"
    assert "there is no price table for ap-south-1: priced as us-east-1" in made.report.warnings


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[]", "is not a Terraform plan: not a mapping"),
        ("{}", "no format_version"),
        ('{"version": 4, "terraform_version": "1.8"}', "a raw state?"),
        (
            '{"format_version": "2.0", "planned_values": {"root_module": {}}}',
            "format_version '2.0' is not one that can",
        ),
        ('{"format_version": "1.2"}', "has no planned_values.root_module"),
        ('{"format_version": "1.2", "planned_values": {"root_mod', "line 1: is not JSON: .*cut off"),
        ('{"a": ' * 5000 + "1" + "}" * 5000, "nested"),
        ('{"a": ' * 150 + "1" + "}" * 150, "nested more than 100 levels deep"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_in_a_sentence(tmp_path: Path, content: str, message: str) -> None:
    """The wrong version, a state, a cut file, deep nesting."""
    path = tmp_path / "plan.json"
    path.write_text(content)
    with pytest.raises(BadInput, match=message) as refused:
        read_terraform_plan(path)
    assert "\n" not in str(refused.value)


def test_a_binary_plan_is_refused_with_what_to_do(tmp_path: Path) -> None:
    """The file that `terraform plan -out` writes."""
    path = tmp_path / "plan.tfplan"
    path.write_bytes(b"PK\x03\x04\xff\xfe\x00")
    with pytest.raises(BadInput, match="terraform show -json"):
        read_terraform_plan(path)


def test_the_same_plan_gives_the_same_bytes() -> None:
    """In whatever order the references stand."""
    raw = plan(*(resource(f"aws_sqs_queue.q{i}", name=f"q{i}") for i in range(20)))
    texts = {document_text(drafted(*raw["planned_values"]["root_module"]["resources"]).document) for _ in range(3)}
    assert len(texts) == 1
    assert json.dumps(raw)


def test_a_setting_that_carries_a_components_name_does_not_take_its_identity() -> None:
    """A bucket's versioning has the bucket's own id in a state; the distribution's origin is still the bucket."""
    made = drafted(
        resource("aws_s3_bucket.site", id="shop-site-1", bucket_regional_domain_name="shop-site-1.s3.amazonaws.com"),
        resource("aws_s3_bucket_versioning.site", id="shop-site-1", bucket="shop-site-1"),
        resource("aws_cloudfront_distribution.cdn", origin=[{"domain_name": "shop-site-1.s3.amazonaws.com"}]),
    )
    assert links(made)[("cdn_cloudfront", "site_s3", "origin")] == "certain"
    assert made.document["components"]["site_s3"]["versioning"] is True


def test_a_read_replica_has_its_primarys_engine_and_storage() -> None:
    """And is fed by it."""
    made = drafted(
        resource("aws_db_instance.main", arn="arn:aws:rds:us-east-1:1:db:main", engine="mysql",
                 instance_class="db.t3.large", allocated_storage=200),
        resource("aws_db_instance.replica", instance_class="db.t3.small",
                 replicate_source_db="arn:aws:rds:us-east-1:1:db:main"),
    )  # fmt: skip
    replica = made.document["components"]["replica_rds"]
    assert (replica["engine"], replica["storage_gb"], replica["backup_days"]) == ("mysql", 200, 0)
    assert links(made)[("rds", "replica_rds", "replication")] == "certain"
