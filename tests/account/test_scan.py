"""Importing an account: moto's server over real HTTP, paging, and what happens when a service refuses."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from account.errors import NoCredentials
from account.permissions import ACTIONS
from account.scan import STEPS, scan
from account.scanned import client_of
from account.session import session
from model.importing.drafting import document_text, draft
from model.loading import read
from pricing.price import price
from tests.account.conftest import Import, Imported, Refusal

ROLE = "arn:aws:iam::123456789012:role/worker"


def built(aws: Any) -> None:
    """A small shop: balancer, service, function, queue, tables, database, cache, distribution, two APIs, a rule."""
    network = _network(aws)
    _work(aws, network)
    _data(aws, network)
    _fronts(aws)


def _network(aws: Any) -> dict[str, str]:
    ec2 = client_of(aws, "ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{i}.0/24", AvailabilityZone=f"us-east-1{'ab'[i]}")["Subnet"][
            "SubnetId"
        ]
        for i in range(2)
    ]
    groups = {}
    for name in ("lb", "app", "db"):
        groups[name] = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    for target, source, port in (("app", "lb", 8080), ("db", "app", 5432)):
        pair = [{"GroupId": groups[source]}]
        rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "UserIdGroupPairs": pair}
        ec2.authorize_security_group_ingress(GroupId=groups[target], IpPermissions=[rule])
    machine = {"ImageId": "ami-12c6146b", "InstanceType": "t3.medium", "MinCount": 1, "MaxCount": 1}
    ec2.run_instances(**machine, SubnetId=subnets[0], SecurityGroupIds=[groups["app"]])
    return {"subnets": ",".join(subnets), "vpc": vpc, **groups}


def _work(aws: Any, network: dict[str, str]) -> None:
    subnets = network["subnets"].split(",")
    elb = client_of(aws, "elbv2")
    made = elb.create_load_balancer(Name="web", Subnets=subnets, SecurityGroups=[network["lb"]])
    balancer = made["LoadBalancers"][0]["LoadBalancerArn"]
    group = elb.create_target_group(Name="app", Protocol="HTTP", Port=8080, VpcId=network["vpc"], TargetType="ip")
    targets = group["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": targets}]
    elb.create_listener(LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=forward)
    ecs = client_of(aws, "ecs")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "app", "image": "app", "memory": 1024, "essential": True}
    task = ecs.register_task_definition(
        family="app",
        cpu="512",
        memory="1024",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        containerDefinitions=[container],
    )["taskDefinition"]["taskDefinitionArn"]
    ecs.create_service(
        cluster="shop",
        serviceName="app",
        taskDefinition=task,
        desiredCount=2,
        launchType="FARGATE",
        loadBalancers=[{"targetGroupArn": targets, "containerName": "app", "containerPort": 8080}],
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [network["app"]]}},
    )
    client_of(aws, "application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/shop/app",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=2,
        MaxCapacity=6,
    )


def _data(aws: Any, network: dict[str, str]) -> None:
    rds = client_of(aws, "rds")
    settings = {"Engine": "postgres", "DBInstanceClass": "db.t3.small", "AllocatedStorage": 50, "MultiAZ": True}
    who = {"MasterUsername": "app", "MasterUserPassword": "not-a-secret"}
    rds.create_db_instance(DBInstanceIdentifier="orders", VpcSecurityGroupIds=[network["db"]], **settings, **who)
    cache = {"Engine": "redis", "CacheNodeType": "cache.t3.micro", "NumCacheNodes": 1}
    client_of(aws, "elasticache").create_cache_cluster(CacheClusterId="sessions", **cache)
    dynamo = client_of(aws, "dynamodb")
    for i in range(105):
        key = [{"AttributeName": "id", "KeyType": "HASH"}]
        attribute = [{"AttributeName": "id", "AttributeType": "S"}]
        dynamo.create_table(
            TableName=f"t{i:03}", KeySchema=key, AttributeDefinitions=attribute, BillingMode="PAY_PER_REQUEST"
        )
    sqs = client_of(aws, "sqs")
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
    jobs = sqs.create_queue(QueueName="jobs", Attributes={"RedrivePolicy": redrive})["QueueUrl"]
    jobs_arn = sqs.get_queue_attributes(QueueUrl=jobs, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    code = BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("main.py", "def handler(event, context): return None\n")
    client_of(aws, "iam").create_role(RoleName="worker", AssumeRolePolicyDocument="{}")
    work = client_of(aws, "lambda")
    work.create_function(
        FunctionName="worker",
        Runtime="python3.12",
        Role=ROLE,
        Handler="main.handler",
        Code={"ZipFile": code.getvalue()},
        MemorySize=512,
        Environment={"Variables": {"JOBS": jobs}},
    )
    work.create_event_source_mapping(EventSourceArn=jobs_arn, FunctionName="worker")


def _fronts(aws: Any) -> None:
    function = client_of(aws, "lambda").get_function(FunctionName="worker")["Configuration"]["FunctionArn"]
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    rest = client_of(aws, "apigateway")
    api = rest.create_rest_api(name="orders")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    path = rest.create_resource(restApiId=api, parentId=root, pathPart="orders")["id"]
    rest.put_method(restApiId=api, resourceId=path, httpMethod="POST", authorizationType="NONE")
    rest.put_integration(
        restApiId=api, resourceId=path, httpMethod="POST", type="AWS_PROXY", integrationHttpMethod="POST", uri=uri
    )
    http = client_of(aws, "apigatewayv2")
    fast = http.create_api(Name="fast", ProtocolType="HTTP")["ApiId"]
    target = http.create_integration(ApiId=fast, IntegrationType="AWS_PROXY", IntegrationUri=function)["IntegrationId"]
    http.create_route(ApiId=fast, RouteKey="GET /fast", Target=f"integrations/{target}")
    events = client_of(aws, "events")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "1", "Arn": function}])
    _nightly(aws)
    client_of(aws, "s3").create_bucket(Bucket="shop-site")
    origin = {"Id": "site", "DomainName": "shop-site.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
    client_of(aws, "cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": "1",
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {"TargetOriginId": "site", "ViewerProtocolPolicy": "https-only"},
            "Comment": "",
            "Enabled": True,
        }
    )


def _nightly(aws: Any) -> None:
    """A task that a rule runs once a day, which belongs to no service."""
    ecs, events = client_of(aws, "ecs"), client_of(aws, "events")
    task = ecs.register_task_definition(
        family="report",
        cpu="1024",
        memory="2048",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        containerDefinitions=[{"name": "report", "image": "report", "essential": True}],
    )["taskDefinition"]["taskDefinitionArn"]
    cluster = ecs.describe_clusters(clusters=["shop"])["clusters"][0]["clusterArn"]
    run = {"TaskDefinitionArn": task, "TaskCount": 1, "LaunchType": "FARGATE"}
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    target = {"Id": "1", "Arn": cluster, "RoleArn": ROLE, "EcsParameters": run}
    events.put_targets(Rule="nightly", Targets=[target])


@pytest.fixture(scope="module")
def shop(imported: Import) -> Imported:
    """The account with the shop in it, scanned and drafted once for all."""
    return imported(built, "shop")


def test_an_account_becomes_a_draft_that_loads_and_prices(shop: Imported) -> None:
    """Every kind that is read, with its sizes; a hundred tables come over more than one page."""
    inventory, made, _ = shop
    assert (inventory.partial, inventory.warnings) == (False, ())
    architecture = read(document_text(made.document))
    components: Any = architecture.components
    kinds = sorted({item.kind for item in components.values()} - {"web_client", "public_ipv4", "data_transfer", "vpc"})
    assert kinds == [
        "alb", "api_gateway", "cloudfront", "dynamodb", "ec2", "elasticache", "eventbridge", "fargate", "lambda", "rds",
        "s3", "sqs",
    ]  # fmt: skip
    assert sum(item.kind == "dynamodb" for item in components.values()) == 105
    app, orders = components["app_fargate"], components["orders_rds"]
    assert (app.vcpu, app.memory_gb, app.tasks.min, app.tasks.max) == (0.5, 1, 2, 6)
    assert (orders.instance_class, orders.storage_gb, orders.multi_az) == ("db.t3.small", 50, True)
    assert components["jobs_sqs"].dead_letter == "dead_sqs"
    report = components["report_fargate"]
    assert (report.vcpu, report.memory_gb) == (1, 2)
    assert str(report.usage.task_hours) == "30.4167 * report_fargate_run_min / 60"
    assert price(architecture.at("imported"), draws=0).total.likely > 100


def test_connections_of_an_account_come_from_its_settings(shop: Imported) -> None:
    """Target groups, integrations, event sources, origins are certain; security groups likely."""
    _, made, _ = shop
    found = {(link.source, link.target): link.certainty for link in made.report.connections}
    certain = {
        ("web_alb", "app_fargate"),
        ("jobs_sqs", "worker_lambda"),
        ("jobs_sqs", "dead_sqs"),
        ("orders_api_gateway", "worker_lambda"),
        ("fast_api_gateway", "worker_lambda"),
        ("event_rules", "worker_lambda"),
        ("event_rules", "report_fargate"),
    }
    assert {pair for pair in certain if found.get(pair) == "certain"} == certain
    assert found[("app_fargate", "orders_rds")] == "likely"
    assert any(target == "shop_site_s3" and sure == "certain" for (_, target), sure in found.items())
    routes = {(item["method"], item["path"]) for item in made.document["endpoints"].values()}
    assert {("POST", "/orders"), ("GET", "/fast")} <= routes


def test_every_step_states_its_permissions() -> None:
    """The policy of the command is that of all steps together; nothing in it writes."""
    stated = {action for step in STEPS for action in step.actions}
    assert stated == set(ACTIONS["import account"])
    assert all(action.split(":")[1].startswith(("Describe", "Get", "GET", "List")) for action in stated)


def test_nothing_found_in_an_empty_account(aws: str) -> None:
    """The network that every region comes with is left out."""
    assert scan(session("us-east-1", attempts=1)).resources == ()


def test_a_refusal_leaves_the_other_services_whole(aws: str, refuses: Refusal) -> None:
    """Denied or throttled: the result is partial, and says which permission is missing."""
    here = session("us-east-1", attempts=1)
    client_of(here, "sqs").create_queue(QueueName="jobs")
    ecs = client_of(here, "ecs")
    ecs.create_cluster(clusterName="shop")
    container = {"name": "app", "image": "app", "memory": 512}
    ecs.register_task_definition(family="app", containerDefinitions=[container])
    ecs.create_service(cluster="shop", serviceName="app", taskDefinition="app", desiredCount=1)
    refuses({"ListFunctions": "AccessDeniedException", "DescribeServices": "ThrottlingException"})
    inventory = scan(here)
    throttled, denied = inventory.warnings
    assert denied == "functions: partial or missing: the permission lambda:ListFunctions is needed"
    assert throttled.startswith("ECS services: partial or missing: AWS throttled ecs:DescribeServices")
    assert any(found.type == "aws_sqs_queue" for found in inventory.resources)
    assert draft(inventory).report.partial


def test_nobody_signed_in_is_one_message(unsigned: None) -> None:
    """With what it needs permissions for, and where they are listed."""
    with pytest.raises(NoCredentials, match=r"permissions to read what stands in the account \(--policy"):
        scan(session("us-east-1", attempts=1))


def test_an_import_that_finds_nothing_writes_nothing(
    aws: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and a sentence."""
    from stageplan.cli import main

    target = tmp_path / "draft.yaml"
    monkeypatch.setattr("sys.argv", ["stageplan", "import", "account", "-o", str(target)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 2
    assert "nothing was found in us-east-1" in capsys.readouterr().err
    assert not target.exists()
