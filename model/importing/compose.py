"""Reading a compose file: what its services may become in the cloud. All of it is a suggestion."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

import yaml

from model.connections import ConnectionKind
from model.importing.files import MAX_TEMPLATE_BYTES, check_yaml, read_text
from model.importing.found import Edge, Found, Inventory
from model.importing.naming import snake
from model.importing.values import Values, leaves
from model.problems import BadInput

_IMAGES: Final[tuple[tuple[str, str, Mapping[str, Any]], ...]] = (
    (r"postgres|postgis|timescale", "aws_db_instance", {"engine": "postgres"}),
    (r"mysql|percona", "aws_db_instance", {"engine": "mysql"}),
    (r"mariadb", "aws_db_instance", {"engine": "mariadb"}),
    (r"redis", "aws_elasticache_cluster", {"engine": "redis"}),
    (r"valkey", "aws_elasticache_cluster", {"engine": "valkey"}),
    (r"memcached", "aws_elasticache_cluster", {"engine": "memcached"}),
    (r"dynamodb", "aws_dynamodb_table", {"billing_mode": "PAY_PER_REQUEST"}),
    (r"elasticmq|rabbitmq|activemq|beanstalk", "aws_sqs_queue", {}),
    (r"minio|localstack-s3|s3mock", "aws_s3_bucket", {}),
    (r"opensearch|elasticsearch", "aws_opensearch_domain", {}),
    (r"nginx|traefik|caddy|haproxy|envoy", "aws_lb", {"load_balancer_type": "application"}),
    (r"mongo", "aws_docdb_cluster", {}),
    (r"kafka|redpanda", "aws_msk_cluster", {}),
    (r"nats|pulsar", "aws_mq_broker", {}),
)
"""Names of images, the managed service that takes their place, and its settings."""
_STORES: Final = frozenset(
    {"aws_db_instance", "aws_elasticache_cluster", "aws_dynamodb_table", "aws_s3_bucket", "aws_opensearch_domain"}
)
_QUEUES: Final = frozenset({"aws_sqs_queue"})


def read_compose(path: Path) -> Inventory:
    """The services of a compose file; raise BadInput when it is none, cut off, or hostile."""
    text = read_text(path, MAX_TEMPLATE_BYTES)
    check_yaml(text, str(path))
    try:
        data = yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadInput(f"{path}: {line}is not a compose file: {error.problem}") from None
    except ValueError as error:
        raise BadInput(f"{path}: holds a number or a date that is none: {str(error)[:80]}") from None
    if not isinstance(data, Mapping) or not (data.get("services") or data.get("include")):
        raise BadInput(f"{path}: is not a compose file: it has neither services nor include")
    if not isinstance(data.get("services") or {}, Mapping):
        raise BadInput(f"{path}: is not a compose file: services is not a mapping of names")
    _refuse_half(data, text, path)
    return compose(data, path.resolve().parent.name if path.stem in _PLAIN else path.stem)


_PLAIN: Final = ("compose", "docker-compose")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _refuse_half(data: Mapping[str, Any], text: str, path: Path) -> None:
    """YAML that is cut off mostly remains YAML: its last line has no end, and a service waits for one that is gone."""
    absent = list(_absent(data))
    if absent and not text.endswith("\n"):
        raise BadInput(f"{path}: the file seems to be cut off: its last line has no end, and {absent[0]}")


def _absent(data: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each service that another waits for and the file does not hold; included files may hold it."""
    services = data.get("services") or {}
    for name, item in services.items() if not data.get("include") else ():
        for other in _waited_for(item) if isinstance(item, Mapping) else ():
            if other not in services:
                yield f"{name} depends on '{other}', which it does not hold"


def compose(data: Mapping[str, Any], name: str) -> Inventory:
    """Managed services in place of well-known images, containers on Fargate for the rest."""
    services = data.get("services") or {}
    resources = {str(key): _service(str(key), item) for key, item in services.items() if isinstance(item, Mapping)}
    includes = list(_included(data))
    for included in includes:
        resources.setdefault(included.address, included)
    edges = [
        edge
        for key, item in services.items()
        if isinstance(item, Mapping)
        for edge in _edges(str(key), item, resources)
    ]
    warnings = ["a compose file says nothing of sizes, prices and managed services: every mapping is a suggestion"]
    missing = [f"{item.seen_as}: another file, which is not read: import it too" for item in includes]
    missing += _absent(data)
    return Inventory(
        source="compose file",
        name=snake(name),
        resources=tuple(resources.values()),
        edges=tuple(edges),
        warnings=(*warnings, *missing),
        partial=bool(missing),
    )


def _included(data: Mapping[str, Any]) -> Iterator[Found]:
    """One suggested service for each included file, named after its folder: the file itself is not opened."""
    named = data.get("include") or ()
    for item in named if isinstance(named, list | tuple) else [named]:
        paths = item.get("path", ()) if isinstance(item, Mapping) else item
        for path in paths if isinstance(paths, list) else [paths]:
            folder = PurePosixPath(str(path)).parent.name or PurePosixPath(str(path)).stem
            values = Values(launch_type="FARGATE", desired_count=1)
            yield Found(folder, "aws_ecs_service", folder, values, seen_as=f"include {path}")


def _service(name: str, item: Mapping[str, Any]) -> Found:
    image = str(item.get("image") or "")
    known = "" if item.get("build") else image.rpartition("/")[2].partition(":")[0].lower()
    for pattern, type_, settings in _IMAGES:
        if known and re.search(pattern, known):
            return Found(name, type_, name, Values(settings), seen_as=f"image {image}")
    values = Values({"launch_type": "FARGATE", **_size(item)})
    return Found(name, "aws_ecs_service", name, values, seen_as=f"image {image}" if image else "build")


def _size(item: Mapping[str, Any]) -> dict[str, Any]:
    """Replicas and limits, in the units of a task definition."""
    deploy = Values(item).block("deploy")
    limits = deploy.block("resources").block("limits")
    cpus = limits.number("cpus", Values(item).number("cpus", 0))
    memory_mb = _megabytes(limits.text("memory", str(item.get("mem_limit") or "")))
    size = {"cpu": cpus * 1024, "memory": memory_mb} if cpus > 0 or memory_mb > 0 else {}
    return {"desired_count": deploy.whole("replicas", Values(item).whole("scale", 1)), **size}


def _megabytes(text: str) -> float:
    """Megabytes of `512m`, `1g` or `1073741824`; 0 when nothing is written."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([bkmg]?)b?", text.strip().lower())
    units = {"": 2**-20, "b": 2**-20, "k": 2**-10, "m": 1.0, "g": 1024.0}
    return float(match[1]) * units[match[2]] if match else 0.0


def _edges(name: str, item: Mapping[str, Any], resources: Mapping[str, Found]) -> Iterator[Edge]:
    """Whom a service depends on, and whose host its environment names."""
    for other in _waited_for(item):
        if other in resources and other != name:
            yield Edge(name, other, _use(resources[other]), "likely", "depends_on")
    for _, leaf in leaves({"e": item.get("environment") or ()}):
        for other in resources:
            if other != name and _names_host(str(leaf), other):
                yield Edge(name, other, _use(resources[other]), "likely", "host in the environment")


def _waited_for(item: Mapping[str, Any]) -> list[str]:
    waited = item.get("depends_on") or item.get("links") or ()
    listed = waited if isinstance(waited, Mapping | list | tuple) else [waited]
    return [str(key).partition(":")[0] for key in listed]


def _names_host(text: str, host: str) -> bool:
    return re.search(rf"(?:^|[=/@]){re.escape(host)}(?::\d+|/|$)", text) is not None


def _use(end: Found) -> ConnectionKind:
    return "read" if end.type in _STORES else "event" if end.type in _QUEUES else "request"
