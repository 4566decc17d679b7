"""Data: RDS, Aurora, ElastiCache, DynamoDB, S3, OpenSearch, RDS Proxy."""

from __future__ import annotations

from typing import Any, Final

from model.catalog.instances import Offer, instance_classes
from model.importing.found import Found
from model.importing.mapping.case import Case, Mapped
from model.importing.mapping.places import subnet_of
from model.importing.values import Values
from model.units import HOURS_PER_MONTH

_ENGINES: Final = {
    "postgresql": "postgres",
    "aurora-postgresql": "postgres",
    "aurora-mysql": "mysql",
    "aurora": "mysql",
}
_STORAGE: Final = (20.0, 100.0, 1000.0)
_HELD: Final = "how much it holds is not in infrastructure code"
_RDS_SPREAD: Final = (0.25, 1.0, 6.25)
"""The rate of a db.t3.micro and of an r6g.xlarge over that of a db.t3.medium."""


def _class(case: Case, setting: str, offer: Offer, default: str) -> tuple[str, bool]:
    """The class that is written, and whether it is; raise ValueError for one that is not sold."""
    written = case.values.text(setting)
    if not written:
        return default, False
    if written not in instance_classes(offer):
        raise ValueError(f"'{written}' is not a class of the catalogue")
    return written, True


def rds_instance(case: Case) -> Mapped:
    """An instance; its read replicas are instances of their own."""
    values = _with_primary(case)
    engine = _ENGINES.get(values.text("engine", "postgres"), values.text("engine", "postgres"))
    name, written = _class(case, "instance_class", "rds", "db.t3.medium")
    kind = values.text("storage_type", "io1" if values.number("iops", 0) > 0 else "gp2")
    fields: dict[str, Any] = {
        "engine": engine,
        "instance_class": name,
        "multi_az": values.flag("multi_az"),
        "storage_type": kind,
        "backup_days": min(35, values.whole("backup_retention_period", 0)),
    }
    if values.known("allocated_storage"):
        fields["storage_gb"] = values.number("allocated_storage", 20)
    else:
        why = "the allocated storage is not in the file, or known only after apply"
        fields["storage_gb"] = case.assume("storage_gb", *_STORAGE, "GB", why)
    if values.number("iops", 0) > 0:
        fields["iops"] = values.number("iops", 0)
    if kind == "gp3" and values.number("storage_throughput", 0) > 0:
        fields["throughput_mbps"] = values.number("storage_throughput", 0)
    if not written:
        why = "the instance class is not in the file: from a db.t3.micro to a db.r6g.xlarge"
        fields["usage"] = {"instance_hours": case.part_of_hours(HOURS_PER_MONTH, _RDS_SPREAD, why)}
    place = {"subnet": "public" if values.flag("publicly_accessible") else "private"}
    return Mapped("rds", {**fields, **place})


def _with_primary(case: Case) -> Values:
    """The settings of an instance; a read replica has its primary's engine and storage where it writes none."""
    primaries = case.scene.targets(case.found, "replicate_source_db")
    if not primaries or primaries[0].type != "aws_db_instance":
        return case.values
    inherited = {name: primaries[0].values.get(name) for name in ("engine", "allocated_storage", "storage_type")}
    own = {name: value for name, value in case.values.items() if value is not None}
    return Values({**inherited, "backup_retention_period": 0, **own})


def aurora_cluster(case: Case) -> Mapped:
    """A cluster with the instances that belong to it: the first writes, the others read."""
    values = case.values
    if not values.text("engine", "aurora").startswith("aurora"):
        return _multi_az_cluster(case)
    instances = case.scene.pointing_to(case.found, ["aws_rds_cluster_instance"])
    classes = [item.values.text("instance_class") for item in instances]
    fields: dict[str, Any] = {
        "engine": "postgres" if "postgres" in values.text("engine") else "mysql",
        "readers": float(max(0, len(instances) - 1)),
        "backup_days": max(1, min(35, values.whole("backup_retention_period", 1))),
        "storage_gb": case.assume("storage_gb", 1, 50, 1000, "GB", _HELD),
        "subnet": "private",
    }
    if values.text("storage_type") == "aurora-iopt1":
        fields["io_optimised"] = True
    capacity = values.block("serverlessv2_scaling_configuration") or values.block("serverless_v2_scaling_configuration")
    sold = [name for name in classes if name in instance_classes("aurora")]
    if sold:
        fields["instance_class"] = sold[0]
        if len(set(sold)) > 1:
            case.note(f"its instances differ ({', '.join(sorted(set(sold)))}): the first class stands for all")
    else:
        low, high = capacity.number("min_capacity", 0.5), capacity.number("max_capacity", 0)
        fields["acu"] = {"min": low, "max": max(low, high, 1.0)}
        if high <= 0:
            case.note("no capacity and no class is written: 0.5 to 1 ACU stands for it")
    return Mapped("aurora", fields)


def _multi_az_cluster(case: Case) -> Mapped:
    raise ValueError("a Multi-AZ DB cluster (three instances without Aurora) has no kind here")


def elasticache(case: Case) -> Mapped:
    """A cluster or replication group: every node counts."""
    values = case.values
    engine = values.text("engine", "redis").lower()
    name, written = _class(case, "node_type", "elasticache", "cache.t3.medium")
    shards = values.number("num_node_groups", 1)
    replicas = values.number("replicas_per_node_group", 0)
    nodes: float | str = values.number("num_cache_nodes", values.number("num_cache_clusters", shards * (1 + replicas)))
    if not written:
        why = "the node type is not in the file: from a cache.t3.micro to a cache.r6g.large"
        nodes = f"{nodes:g} * {case.assume('size', 0.25, 1, 3, 'times the class written', why)}"
    fields = {"engine": engine, "node_class": name, "nodes": nodes, **subnet_of(case, "private")}
    if values.flag("automatic_failover_enabled") or values.flag("multi_az_enabled"):
        fields["multi_az"] = True
    if values.whole("snapshot_retention_limit", 0) > 0:
        fields["snapshot_days"] = values.whole("snapshot_retention_limit", 0)
    return Mapped("elasticache", fields)


def elasticache_serverless(case: Case) -> Mapped:
    """A serverless cache: what it holds and does is not in the file."""
    return Mapped("elasticache", {"engine": case.values.text("engine", "redis").lower(), "subnet": "private"})


def dynamodb_table(case: Case) -> Mapped:
    """A table; capacity that is provisioned is billed whether it is used or not."""
    values = case.values
    provisioned = values.text("billing_mode", "PROVISIONED").upper() == "PROVISIONED"
    fields: dict[str, Any] = {
        "mode": "provisioned" if provisioned else "on_demand",
        "storage_gb": _held_gb(case),
    }
    indexes = values.blocks("global_secondary_index") or values.blocks("global_secondary_indexes")
    if indexes and not provisioned:
        case.note(f"secondary indexes ({len(indexes)}): what is written to them is billed as well and is not counted")
    if provisioned:
        spread = (1, 5, 100)
        units = values.block("provisioned_throughput") or values
        for setting, name in (("read_capacity", "read_capacity"), ("write_capacity", "write_capacity")):
            unknown = values.unknown(setting)
            number = units.number(setting, units.number(f"{setting}_units", 1 if not unknown else 0))
            fields[name] = (
                case.quantity(setting, number, spread, "capacity units", "the capacity") if unknown else number
            )
        for index in indexes:
            inner = index.block("provisioned_throughput") or index
            for name in ("read_capacity", "write_capacity"):
                if isinstance(fields[name], float):
                    fields[name] += inner.number(name, inner.number(f"{name}_units", 0))
    stream = values.block("stream_specification") or values
    if stream.flag("stream_enabled") or stream.known("stream_view_type"):
        fields["streams"] = True
    recovery = values.block("point_in_time_recovery") or values.block("point_in_time_recovery_specification")
    if recovery.flag("enabled") or recovery.flag("point_in_time_recovery_enabled"):
        fields["point_in_time_recovery"] = True
    return Mapped("dynamodb", fields)


def _held_gb(case: Case) -> float | str:
    """What the table holds: measured by the account, else assumed."""
    if case.values.known("table_size_bytes"):
        return round(case.values.number("table_size_bytes", 0) / 2**30, 6)
    return case.assume("gb", 0.1, 1, 100, "GB", _HELD)


def s3_bucket(case: Case) -> Mapped:
    """A bucket; how much it holds is not in the file."""
    around = {found.type for found in case.scene.pointing_to(case.found)}
    fields: dict[str, Any] = {"storage_gb": case.assume("gb", 1, 10, 1000, "GB", _HELD)}
    versions = case.values.block("versioning") or case.values.block("versioning_configuration")
    if versions.flag("enabled") or versions.text("status") == "Enabled" or "aws_s3_bucket_versioning" in around:
        fields["versioning"] = True
    rules = case.values.blocks("lifecycle_rule") or case.values.blocks("lifecycle_configuration")
    if rules or "aws_s3_bucket_lifecycle_configuration" in around:
        fields["lifecycle"] = True
    return Mapped("s3", fields)


def opensearch_domain(case: Case) -> Mapped:
    """A domain with its data nodes and dedicated masters."""
    cluster = case.values.block("cluster_config") or case.values.block("elasticsearch_cluster_config")
    name = cluster.text("instance_type").replace(".elasticsearch", ".search") or "t3.small.search"
    volume = case.values.block("ebs_options")
    fields: dict[str, Any] = {
        "instance_class": name,
        "nodes": cluster.number("instance_count", 1),
        "volume_gb": volume.number("volume_size", 10),
    }
    if volume.text("volume_type") in ("gp2", "gp3", "io1"):
        fields["volume"] = volume.text("volume_type")
    if cluster.flag("dedicated_master_enabled"):
        fields["master_class"] = cluster.text("dedicated_master_type", name).replace(".elasticsearch", ".search")
        fields["masters"] = cluster.number("dedicated_master_count", 3)
    return Mapped("opensearch", {**fields, **subnet_of(case)})


def database_behind(proxy: Found, case: Case) -> Found | None:
    """The database that a proxy's target leads to."""
    kinds = ("aws_db_instance", "aws_rds_cluster")
    for target in case.scene.pointing_to(proxy, ["aws_db_proxy_target", "aws_db_proxy_default_target_group"]):
        for end in case.scene.targets(target):
            if end.type in kinds:
                return end
    return None
