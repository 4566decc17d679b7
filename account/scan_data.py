"""What keeps and passes on data in an account: databases, caches, tables, buckets, queues, topics, secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from account.scanned import Part, client_of, found, pages
from model.importing.values import token

if TYPE_CHECKING:
    import boto3


_NOTIFIED: Final = (
    ("LambdaFunctionConfigurations", "LambdaFunctionArn"),
    ("QueueConfigurations", "QueueArn"),
    ("TopicConfigurations", "TopicArn"),
)
_OF_QUEUE: Final = ("RedrivePolicy", "VisibilityTimeout", "FifoQueue")


def databases(aws: boto3.Session) -> Iterator[Part]:
    """Instances, and clusters with theirs."""
    clusters = {}
    for cluster in pages(aws, "rds", "describe_db_clusters", "DBClusters"):
        clusters[cluster["DBClusterIdentifier"]] = cluster["DBClusterArn"]
        yield found("aws_rds_cluster", cluster["DBClusterIdentifier"], cluster["DBClusterArn"], cluster)
    for instance in pages(aws, "rds", "describe_db_instances", "DBInstances"):
        whole = clusters.get(instance.get("DBClusterIdentifier", ""))
        type_ = "aws_db_instance" if whole is None else "aws_rds_cluster_instance"
        more = {} if whole is None else {"cluster_identifier": token(whole)}
        shown = {**instance, "InstanceClass": instance.get("DBInstanceClass")}
        yield found(type_, instance["DBInstanceIdentifier"], instance["DBInstanceArn"], shown, **more)


def caches(aws: boto3.Session) -> Iterator[Part]:
    """Replication groups with all their nodes, and clusters that are in none."""
    for group in pages(aws, "elasticache", "describe_replication_groups", "ReplicationGroups"):
        nodes = len(group.get("MemberClusters") or ()) or 1
        name = group["ReplicationGroupId"]
        shown = {key: value for key, value in group.items() if key != "NodeGroups"}
        failover = group.get("AutomaticFailover") == "enabled"
        more = {"num_cache_clusters": nodes, "automatic_failover_enabled": failover}
        yield found("aws_elasticache_replication_group", name, group.get("ARN", name), shown, **more)
    for cluster in pages(aws, "elasticache", "describe_cache_clusters", "CacheClusters"):
        if not cluster.get("ReplicationGroupId"):
            name = cluster["CacheClusterId"]
            yield found("aws_elasticache_cluster", name, cluster.get("ARN", name), cluster)


def tables(aws: boto3.Session) -> Iterator[Part]:
    """Tables with the volume that they hold."""
    client = client_of(aws, "dynamodb")
    for name in pages(aws, "dynamodb", "list_tables", "TableNames"):
        table = dict(client.describe_table(TableName=name)["Table"])
        mode = table.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")
        more = {"billing_mode": mode, "name": name, "stream_arn": table.get("LatestStreamArn")}
        yield found("aws_dynamodb_table", name, str(table["TableArn"]), table, **more)


def buckets(aws: boto3.Session) -> Iterator[Part]:
    """Buckets of the session's region, and whom they notify."""
    client = client_of(aws, "s3")
    for bucket in pages(aws, "s3", "list_buckets", "Buckets"):
        name = bucket["Name"]
        region = client.get_bucket_location(Bucket=name).get("LocationConstraint") or "us-east-1"
        if region == aws.region_name:
            hosts = {
                "bucket_domain_name": f"{name}.s3.amazonaws.com",
                "bucket_regional_domain_name": f"{name}.s3.{region}.amazonaws.com",
            }
            arn = f"arn:aws:s3:::{name}"
            yield found("aws_s3_bucket", name, arn, {}, bucket=name, **hosts)
            told = client.get_bucket_notification_configuration(Bucket=name)
            ends = [end for key, arn_key in _NOTIFIED for item in told.get(key, ()) if (end := item.get(arn_key))]
            if ends:
                yield found("aws_s3_bucket_notification", name, f"{arn}#notification", {}, bucket=token(arn), ends=ends)


def queues(aws: boto3.Session) -> Iterator[Part]:
    """Queues with their attributes."""
    client = client_of(aws, "sqs")
    for url in pages(aws, "sqs", "list_queues", "QueueUrls"):
        answer = client.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        attributes: dict[str, str] = {str(key): value for key, value in answer["Attributes"].items()}
        wanted = {key: attributes.get(key) for key in _OF_QUEUE}
        name = url.rpartition("/")[2]
        yield found("aws_sqs_queue", name, attributes["QueueArn"], wanted, url=url, name=name)


def topics(aws: boto3.Session) -> Iterator[Part]:
    """Topics and their confirmed subscriptions."""
    for topic in pages(aws, "sns", "list_topics", "Topics"):
        arn = topic["TopicArn"]
        yield found("aws_sns_topic", arn.rpartition(":")[2], arn, {})
    for subscription in pages(aws, "sns", "list_subscriptions", "Subscriptions"):
        ends = {"TopicArn": subscription["TopicArn"], "Endpoint": subscription["Endpoint"]}
        arn = f"{subscription['TopicArn']}->{subscription['Endpoint']}"
        yield found("aws_sns_topic_subscription", arn, arn, ends)


def secrets(aws: boto3.Session) -> Iterator[Part]:
    """Secrets, by name alone."""
    for secret in pages(aws, "secretsmanager", "list_secrets", "SecretList"):
        yield found("aws_secretsmanager_secret", secret["Name"], secret["ARN"], {}, name=secret["Name"])
