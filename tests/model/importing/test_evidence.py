"""What speaks for a connection, one kind of evidence after another; and what every kind of resource becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from model.importing.drafting import Drafted, document_text
from model.loading import read
from pricing.price import price
from tests.model.importing.plans import drafted, links, resource

FUNCTION = "arn:aws:lambda:us-east-1:1:function:work"
QUEUE = "arn:aws:sqs:us-east-1:1:jobs"
TOPIC = "arn:aws:sns:us-east-1:1:news"
BUCKET = "arn:aws:s3:::uploads-1"
RULE = "arn:aws:events:us-east-1:1:rule/hourly"
POOL = "arn:aws:cognito-idp:us-east-1:1:userpool/us-east-1_1"
BALANCER = "arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/web/1"
URI = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations"

work = resource("aws_lambda_function.work", arn=FUNCTION, memory_size=256)
queue = resource("aws_sqs_queue.jobs", arn=QUEUE, url="https://sqs.us-east-1.amazonaws.com/1/jobs")
topic = resource("aws_sns_topic.news", arn=TOPIC)
bucket = resource("aws_s3_bucket.uploads", arn=BUCKET, id="uploads-1")
rule = resource("aws_cloudwatch_event_rule.hourly", arn=RULE, id="rule-hourly-1", schedule_expression="rate(1 hour)")
pool = resource("aws_cognito_user_pool.people", arn=POOL)
rest = resource("aws_api_gateway_rest_api.api", id="rest-api-1")
http = resource("aws_apigatewayv2_api.fast", id="http-api-1", protocol_type="HTTP")
balancer = resource("aws_lb.web", arn=BALANCER, load_balancer_type="application")

CASES: dict[str, tuple[list[dict[str, Any]], tuple[str, str, str], str]] = {
    "a subscription": (
        [topic, work, resource("aws_sns_topic_subscription.s", topic_arn=TOPIC, endpoint=FUNCTION)],
        ("news_sns", "work_lambda", "event"),
        "certain",
    ),
    "a bucket's notification": (
        [
            bucket,
            work,
            resource(
                "aws_s3_bucket_notification.n",
                bucket="uploads-1",
                lambda_function=[{"lambda_function_arn": FUNCTION, "events": ["s3:ObjectCreated:*"]}],
            ),
        ],
        ("uploads_s3", "work_lambda", "event"),
        "certain",
    ),
    "a rule's target": (
        [rule, work, resource("aws_cloudwatch_event_target.t", rule="rule-hourly-1", arn=FUNCTION)],
        ("event_rules", "work_lambda", "event"),
        "certain",
    ),
    "a permission to invoke": (
        [bucket, work, resource("aws_lambda_permission.p", function_name=FUNCTION, source_arn=BUCKET)],
        ("uploads_s3", "work_lambda", "event"),
        "certain",
    ),
    "an integration of a REST API": (
        [rest, work, resource("aws_api_gateway_integration.i", rest_api_id="rest-api-1", uri=URI)],
        ("api_api_gateway", "work_lambda", "request"),
        "certain",
    ),
    "an integration of an HTTP API": (
        [http, work, resource("aws_apigatewayv2_integration.i", api_id="http-api-1", integration_uri=FUNCTION)],
        ("fast_api_gateway", "work_lambda", "request"),
        "certain",
    ),
    "an authorizer": (
        [rest, pool, resource("aws_api_gateway_authorizer.a", rest_api_id="rest-api-1", provider_arns=[POOL])],
        ("api_api_gateway", "people_cognito", "auth"),
        "certain",
    ),
    "dead letters": (
        [
            queue,
            resource(
                "aws_sqs_queue.work", arn="arn:aws:sqs:us-east-1:1:work",
                redrive_policy=json.dumps({"deadLetterTargetArn": QUEUE, "maxReceiveCount": 4}),
            ),
        ],
        ("work_sqs", "jobs_sqs", "event"),
        "certain",
    ),
    "a web ACL": (
        [
            balancer,
            resource("aws_wafv2_web_acl.guard", arn="arn:aws:wafv2:us-east-1:1:regional/webacl/guard/1"),
            resource(
                "aws_wafv2_web_acl_association.a", resource_arn=BALANCER,
                web_acl_arn="arn:aws:wafv2:us-east-1:1:regional/webacl/guard/1",
            ),
        ],
        ("web_alb", "guard_waf", "auth"),
        "certain",
    ),
    "a group behind a balancer": (
        [
            balancer,
            resource("aws_lb_target_group.t", arn="arn:aws:elb:us-east-1:1:targetgroup/t/1"),
            resource(
                "aws_lb_listener.l", load_balancer_arn=BALANCER,
                default_action=[{"target_group_arn": "arn:aws:elb:us-east-1:1:targetgroup/t/1"}],
            ),
            resource("aws_launch_template.m", id="lt-000001", instance_type="t3.large"),
            resource(
                "aws_autoscaling_group.g", desired_capacity=3, launch_template=[{"id": "lt-000001"}],
                target_group_arns=["arn:aws:elb:us-east-1:1:targetgroup/t/1"],
            ),
        ],
        ("web_alb", "g_ec2", "request"),
        "certain",
    ),
    "an instance of a classic balancer": (
        [
            resource("aws_elb.old", instances=["i-0000001"]),
            resource("aws_instance.m", id="i-0000001", instance_type="t3.small"),
        ],
        ("old_clb", "m_ec2", "request"),
        "certain",
    ),
    "a name in the environment": (
        [queue, resource("aws_lambda_function.send", environment=[
            {"variables": {"JOBS": "https://sqs.us-east-1.amazonaws.com/1/jobs"}}])],
        ("send_lambda", "jobs_sqs", "event"),
        "likely",
    ),
    "a managed policy": (
        [
            bucket,
            resource("aws_iam_role.r", arn="arn:aws:iam::1:role/r", id="role-read-1"),
            resource(
                "aws_iam_policy.p", arn="arn:aws:iam::1:policy/p",
                policy=json.dumps({"Statement": [{"Action": "s3:GetObject", "Resource": f"{BUCKET}/*"}]}),
            ),
            resource("aws_iam_role_policy_attachment.a", role="role-read-1", policy_arn="arn:aws:iam::1:policy/p"),
            resource("aws_lambda_function.send", role="arn:aws:iam::1:role/r"),
        ],
        ("send_lambda", "uploads_s3", "read"),
        "likely",
    ),
    "an image in a task": (
        [
            resource("aws_ecr_repository.app", arn="arn:aws:ecr:us-east-1:1:repository/app"),
            resource(
                "aws_ecs_task_definition.app", arn="arn:aws:ecs:us-east-1:1:task-definition/app:1", cpu="256",
                memory="512",
                container_definitions=json.dumps([{"image": "arn:aws:ecr:us-east-1:1:repository/app"}]),
            ),
            resource(
                "aws_ecs_service.app", launch_type="FARGATE",
                task_definition="arn:aws:ecs:us-east-1:1:task-definition/app:1",
            ),
        ],
        ("app_fargate", "ecr", "read"),
        "certain",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_evidence_makes_a_connection(name: str) -> None:
    """With the sureness that it deserves."""
    resources, edge, certainty = CASES[name]
    found = links(drafted(*resources))
    assert found.get(edge) == certainty, found


REPORT = "arn:aws:ecs:us-east-1:1:task-definition/report:3"


def _report_run_by(*rules: dict[str, Any], **settings: Any) -> Drafted:
    size = {"cpu": "256", "memory": "512", "requires_compatibilities": ["FARGATE"], **settings}
    targets = [
        resource(
            f"aws_cloudwatch_event_target.{item['name']}",
            rule=item["values"]["id"],
            arn="arn:aws:ecs:us-east-1:1:cluster/main",
            ecs_target=[{"task_definition_arn": REPORT, "launch_type": "FARGATE"}],
        )
        for item in rules
    ]
    return drafted(resource("aws_ecs_task_definition.report", arn=REPORT, **size), *rules, *targets)


def test_a_task_that_a_rule_runs_is_billed_by_its_runs() -> None:
    """730 runs of five minutes, and not a month of hours; a call of its endpoint takes those minutes."""
    made = _report_run_by(rule)
    task = made.document["components"]["report_fargate"]
    assert (task["vcpu"], task["memory_gb"], task["usage"]) == (
        0.25,
        0.5,
        {"task_hours": "730 * report_fargate_run_min / 60"},
    )
    assert links(made)[("event_rules", "report_fargate", "event")] == "certain"
    (endpoint,) = made.document["endpoints"].values()
    assert endpoint["calls"][0] == {"to": "report_fargate", "time_ms": "report_fargate_run_min * 60000"}
    bill = price(read(document_text(made.document)).at("imported"), draws=0)
    spent = sum(line.cost.likely for line in bill.lines if line.component == "report_fargate")
    assert spent == pytest.approx(730 * 5 / 60 * (0.25 * 0.04048 + 0.5 * 0.004445), rel=1e-3)


def test_a_task_without_a_rate_or_without_fargate() -> None:
    """A cron expression leaves the runs to an assumption; on the cluster's instances a task costs nothing by itself."""
    nightly = resource(
        "aws_cloudwatch_event_rule.nightly", id="rule-nightly-1", schedule_expression="cron(0 3 * * ? *)"
    )
    made = _report_run_by(nightly)
    usage = made.document["components"]["report_fargate"]["usage"]
    assert usage == {"task_hours": "report_fargate_monthly_runs * report_fargate_run_min / 60"}
    assert made.document["assumptions"]["report_fargate_monthly_runs"]["high"] == 43_800
    placed = _report_run_by(rule, requires_compatibilities=["EC2"])
    assert "report_fargate" not in placed.document["components"]


def test_what_stands_together_is_counted() -> None:
    """Secrets, keys, alarms, gateways, addresses."""
    alarm = {
        "metric_query": [*({"metric": [{"metric_name": name}]} for name in "ab"), {"expression": "a+b", "metric": []}]
    }
    made = drafted(
        *(resource(f"aws_secretsmanager_secret.s{i}") for i in range(3)),
        *(resource(f"aws_kms_key.k{i}") for i in range(2)),
        resource("aws_cloudwatch_metric_alarm.one", period=60),
        resource("aws_cloudwatch_metric_alarm.two", **alarm),
        resource("aws_cloudwatch_dashboard.d"),
        resource("aws_cloudwatch_log_group.g", retention_in_days=14),
        resource("aws_eip.nat", id="eip-00001"),
        resource("aws_nat_gateway.a", allocation_id="eip-00001"),
        resource("aws_eip.spare", id="eip-00002"),
        resource("aws_vpc_endpoint.e", vpc_endpoint_type="Interface"),
    )
    components = made.document["components"]
    assert components["secrets_manager"]["secrets"] == 3
    assert components["kms"]["keys"] == 2
    assert {key: components["cloudwatch"][key] for key in ("alarms", "dashboards", "retention_days")} == {
        "alarms": 3, "dashboards": 1, "retention_days": 14,
    }  # fmt: skip
    assert components["nat_gateway"]["count"] == 1
    assert components["public_ipv4"]["count"] == 1
    assert components["vpc_endpoints"]["type"] == "interface"


def test_sizes_of_data_services_are_read() -> None:
    """A cluster with its instances, a group with its replicas, capacity with that of the indexes."""
    made = drafted(
        resource("aws_rds_cluster.main", id="cluster-01", engine="aurora-postgresql"),
        *(resource(f"aws_rds_cluster_instance.i[{i}]", i, cluster_identifier="cluster-01",
                   instance_class="db.r6g.large") for i in range(3)),
        resource("aws_elasticache_replication_group.c", node_type="cache.t3.small", num_node_groups=2,
                 replicas_per_node_group=1),
        resource("aws_dynamodb_table.t", billing_mode="PROVISIONED", read_capacity=10, write_capacity=5,
                 global_secondary_index=[{"name": "i", "read_capacity": 3, "write_capacity": 2}]),
        resource("aws_appautoscaling_target.t", min_capacity=2, max_capacity=8,
                 resource_id="arn:aws:ecs:us-east-1:1:service/x/app"),
        resource("aws_ecs_service.app", id="arn:aws:ecs:us-east-1:1:service/x/app", launch_type="FARGATE"),
        resource("aws_ecs_service.own", launch_type="EC2"),
        resource("aws_ebs_volume.v", id="vol-00001", size=100, type="gp3", iops=4000),
        resource("aws_volume_attachment.a", instance_id="i-0000001", volume_id="vol-00001"),
        resource("aws_instance.m", id="i-0000001", instance_type="t3.small"),
    )  # fmt: skip
    components = made.document["components"]
    assert (components["aurora"]["instance_class"], components["aurora"]["readers"]) == ("db.r6g.large", 2)
    assert components["c_elasticache"]["nodes"] == 4
    assert (components["t_dynamodb"]["read_capacity"], components["t_dynamodb"]["write_capacity"]) == (13, 7)
    assert components["app_fargate"]["tasks"] == {"min": 2, "max": 8}
    assert components["own_software"]["kind"] == "software"
    assert components["m_ec2"]["volumes"] == [{"type": "gp3", "gb": 100.0, "iops": 4000.0}]


def test_a_zone_does_not_stand_before_a_front() -> None:
    """Users call the balancer that an alias record names; the zone only tells where it is."""
    zone = resource("aws_route53_zone.main", id="Z123456789")
    record = resource("aws_route53_record.www", zone_id="Z123456789", alias=[{"name": "web-1.elb.example"}])
    named = resource("aws_lb.web", arn=BALANCER, dns_name="web-1.elb.example", load_balancer_type="application")
    made = drafted(zone, record, named)
    found = links(made)
    assert found["route53", "web_alb", "request"] == "certain"
    assert found["users", "web_alb", "request"] == "certain"
    (endpoint,) = made.document["endpoints"].values()
    assert endpoint["calls"][0]["to"] == "web_alb"
