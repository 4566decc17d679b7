"""What reads and keeps: secrets and images of tasks, replicas, proxies, access logs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.importing.found import Edge, Found, Scene

_DATABASES: Final = frozenset({"aws_db_instance", "aws_rds_cluster"})


def store_edges(scene: Scene) -> Iterator[Edge]:
    """Edges that the settings of stores and tasks say."""
    for service in scene.of_type("aws_ecs_service"):
        for task in scene.targets(service):
            if task.type == "aws_ecs_task_definition":
                yield from _task(service, task, scene)
    yield from _images(scene)
    yield from _replicas(scene)
    for proxy in scene.of_type("aws_db_proxy"):
        for database in _behind(proxy, scene):
            yield Edge(proxy.address, database.address, "request", "certain", "target of the proxy")
    yield from _buckets(scene)


def _task(service: Found, task: Found, scene: Scene) -> Iterator[Edge]:
    for end in scene.targets(task, "container_definitions"):
        if end.type == "aws_secretsmanager_secret":
            yield Edge(service.address, end.address, "read", "certain", "secret of the task")
        elif end.type == "aws_ecr_repository":
            yield Edge(service.address, end.address, "read", "certain", "image of the task")


def _images(scene: Scene) -> Iterator[Edge]:
    for function in scene.of_type("aws_lambda_function"):
        for image in scene.targets(function, "image_uri", "code"):
            if image.type == "aws_ecr_repository":
                yield Edge(function.address, image.address, "read", "certain", "image of the function")


def _replicas(scene: Scene) -> Iterator[Edge]:
    for replica in scene.of_type("aws_db_instance"):
        for primary in scene.targets(replica, "replicate_source_db", "source_db_instance_identifier"):
            if primary.type == "aws_db_instance":
                yield Edge(primary.address, replica.address, "replication", "certain", "read replica")


def _behind(proxy: Found, scene: Scene) -> list[Found]:
    targets = scene.pointing_to(proxy, ["aws_db_proxy_target", "aws_db_proxy_default_target_group"])
    return [end for target in targets for end in scene.targets(target) if end.type in _DATABASES]


def _buckets(scene: Scene) -> Iterator[Edge]:
    for bucket in scene.of_type("aws_s3_bucket"):
        configured = scene.pointing_to(bucket, ["aws_s3_bucket_replication_configuration"], "bucket")
        ends = scene.targets(bucket, "replication_configuration")
        ends += [end for item in configured for end in scene.targets(item, "rule")]
        for end in ends:
            if end.type == "aws_s3_bucket":
                yield Edge(bucket.address, end.address, "replication", "certain", "replication rule")
        logged = scene.pointing_to(bucket, ["aws_s3_bucket_logging"], "bucket")
        for end in [
            *scene.targets(bucket, "logging_configuration", "logging"),
            *(end for item in logged for end in scene.targets(item, "target_bucket")),
        ]:
            if end.type == "aws_s3_bucket" and end.address != bucket.address:
                yield Edge(bucket.address, end.address, "telemetry", "certain", "access log")
