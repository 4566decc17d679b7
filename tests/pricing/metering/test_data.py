"""RDS, Aurora, RDS Proxy, ElastiCache, DynamoDB, S3, OpenSearch: known answers."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import DependsOnUsage, Included, Unpriced, Usage

Meters = Callable[..., dict[str, float]]
Counted = Callable[..., list[Usage]]
RDS = {"kind": "rds", "instance_class": "db.m5.large"}


def called(requests: float, *calls: dict[str, Any], **workload: Any) -> dict[str, Any]:
    """`it` called by a service that a browser calls so often in a month."""
    function = {"kind": "lambda"}
    return {
        "components": {"web": {"kind": "web_client"}, "api": function},
        "connections": [
            {"from": "web", "to": "api", "kind": "request"},
            {"from": "api", "to": "it", "kind": "read"},
        ],
        "endpoints": {
            "use": {
                "client": "web",
                "share": 1,
                "calls": [{"to": "api", "calls": [{"to": "it", **call} for call in calls]}],
            }
        },
        "workload": {"monthly_requests": requests, **workload},
    }


def test_a_replica_has_its_own_instance_and_storage(meters: Meters) -> None:
    """The standby is in the Multi-AZ rate; two replicas are single instances of their own class."""
    found = meters({**RDS, "multi_az": True, "replicas": 2, "replica_class": "db.t3.medium", "storage_gb": 100})
    assert found == {
        "rds.postgres.db.m5.large.multi_az": 730,
        "rds.storage.gp3.multi_az": 100,
        "rds.postgres.db.t3.medium.single_az": 1460,
        "rds.storage.gp3.single_az": 200,
    }


@pytest.mark.parametrize(
    ("engine", "storage_gb", "extra_iops", "extra_mbps"),
    [
        ("postgres", 399, 10_000, 875),
        ("postgres", 400, 1_000, 500),
        ("oracle-se2", 200, 1_000, 500),
        ("sqlserver-se", 400, 10_000, 875),
    ],
)
def test_gp3_includes_more_with_a_large_volume(
    engine: str, storage_gb: float, extra_iops: float, extra_mbps: float, meters: Meters
) -> None:
    """3,000 IOPS and 125 MB/s, from 400 GB on 12,000 and 500; Oracle from 200 GB on, SQL Server never."""
    found = meters({**RDS, "engine": engine, "storage_gb": storage_gb, "iops": 13_000, "throughput_mbps": 1000})
    assert found["rds.iops.gp3.single_az"] == extra_iops
    assert found["rds.throughput.gp3.single_az"] == extra_mbps


def test_backups_beyond_the_database_are_billed(meters: Meters, counted: Counted) -> None:
    """150 GB of backup of 100 GB: 50, and 30 of snapshots; less than the database is included, and said to be."""
    assert meters({**RDS, "storage_gb": 100, "backup_gb": 150, "snapshot_gb": 30})["rds.backup"] == 80
    included = [item.what for item in counted({**RDS, "backup_gb": 10}) if isinstance(item, Included)]
    assert "automated backups" in included


def test_long_insights_pay_for_the_vcpu_of_every_instance(meters: Meters) -> None:
    """Two vCPU of the primary and two of its replica."""
    found = meters({**RDS, "replicas": 1, "performance_insights_days": 31})
    assert found["rds.performance_insights.m5"] == 4


def test_cpu_above_the_baseline_of_a_burstable_class_is_billed(meters: Meters) -> None:
    """db.t3.micro earns 0.2 vCPU for ever; half a core of load buys 0.3 vCPU-hours an hour."""
    around = called(730 * 3600, {"cpu_ms": 500})
    found = meters({"kind": "rds", "instance_class": "db.t3.micro"}, **around)
    assert found["rds.cpu_credits.t3"] == pytest.approx(0.3 * 730)
    light = meters({"kind": "rds", "instance_class": "db.t3.micro"}, **called(730 * 3600, {"cpu_ms": 200}))
    assert "rds.cpu_credits.t3" not in light


def test_serverless_capacity_follows_the_hours_of_the_day(meters: Meters) -> None:
    """No traffic for half the day: the minimum; twice the mean in the other half: 20 a second, 0.1 unit each."""
    shape = [0.0] * 12 + [1.0] * 12
    cluster = {"kind": "aurora", "acu": {"min": 0.5, "max": 16}, "acu_per_request_per_s": 0.1}
    around = called(10 * 730 * 3600, {}, shape=shape, peak_factor=2)
    assert meters(cluster, **around)["aurora.acu"] == pytest.approx((0.5 + 2) / 2 * 730)
    top = meters({**cluster, "acu": {"min": 0.5, "max": 1}, "readers": 1}, **around)
    assert top["aurora.acu"] == pytest.approx(2 * (0.5 + 1) / 2 * 730)


def test_stated_capacity_counts_for_every_instance(meters: Meters) -> None:
    """A writer and two readers of 4 units, active half of the month."""
    usage = {"mean_acu": 4, "active_share": 0.5}
    found = meters({"kind": "aurora", "acu": {"min": 0, "max": 8}, "readers": 2, "usage": usage})
    assert found["aurora.acu"] == 3 * 4 * 0.5 * 730


def test_aurora_bills_io_of_each_call_unless_optimised(meters: Meters, counted: Counted) -> None:
    """A read is one I/O and a write four, as assumed; the optimised configuration has its own rates and none."""
    cluster = {"kind": "aurora", "instance_class": "db.r6g.large", "readers": 1, "storage_gb": 100}
    around = called(1e6, {"op": "read"}, {"op": "write"})
    assert meters(cluster, **around) == {
        "aurora.postgres.db.r6g.large": 1460,
        "aurora.storage": 100,
        "aurora.io": 5e6,
    }
    assert meters({**cluster, "io_optimised": True}, **around) == {
        "aurora.postgres.io_optimized.db.r6g.large": 1460,
        "aurora.storage.io_optimized": 100,
    }


def test_aurora_backups_kept_for_days_are_not_silently_free(counted: Counted) -> None:
    """One day is free; what a week of changes adds is an open meter."""
    cluster = {"kind": "aurora", "instance_class": "db.r6g.large"}
    week = counted({**cluster, "backup_days": 7})
    assert [item.meter for item in week if isinstance(item, DependsOnUsage)] == ["aurora.backup"]
    assert not any(isinstance(item, DependsOnUsage) for item in counted(cluster))


@pytest.mark.parametrize(
    ("database", "expected"),
    [
        ({"kind": "rds", "instance_class": "db.m5.xlarge", "multi_az": True}, {"rds.proxy.vcpu": 4 * 730}),
        ({"kind": "rds", "instance_class": "db.t3.micro"}, {"rds.proxy.vcpu": 2 * 730}),
        ({"kind": "aurora", "instance_class": "db.r6g.large", "readers": 2}, {"rds.proxy.vcpu": 6 * 730}),
        ({"kind": "aurora", "acu": {"min": 0.5, "max": 4}}, {"rds.proxy.acu": 8 * 730}),
        ({"kind": "aurora", "acu": {"min": 12, "max": 40}}, {"rds.proxy.acu": 12 * 730}),
    ],
)
def test_a_proxy_pays_for_the_database_behind_it(
    database: dict[str, Any], expected: dict[str, float], meters: Meters
) -> None:
    """vCPU of each instance, at least 2; capacity units of each Serverless instance, at least 8."""
    around = {"components": {"store": database}, "connections": [{"from": "it", "to": "store", "kind": "read"}]}
    assert meters({"kind": "rds_proxy", "database": "store"}, **around) == expected


def test_every_cache_node_counts_and_memcached_costs_what_redis_costs(meters: Meters) -> None:
    """Three nodes are three times 730 hours."""
    cache = {"kind": "elasticache", "node_class": "cache.t3.micro", "nodes": 3}
    assert meters(cache) == {"elasticache.redis.cache.t3.micro": 2190}
    assert meters({**cache, "engine": "memcached"}) == {"elasticache.redis.cache.t3.micro": 2190}
    assert meters({**cache, "engine": "valkey"}) == {"elasticache.valkey.cache.t3.micro": 2190}


def test_a_serverless_cache_has_a_minimum_and_counts_each_begun_kb(meters: Meters) -> None:
    """2.5 KB per call are three processing units; 100 MB (Valkey) or 1 GB (Redis) is always billed."""
    around = called(1e6, {"request_kb": 0.5, "response_kb": 2})
    found = meters({"kind": "elasticache", "engine": "valkey"}, **around)
    assert found["elasticache.serverless.valkey.ecpu"] == 3e6
    assert found["elasticache.serverless.valkey.storage"] == pytest.approx(73)
    assert meters({"kind": "elasticache"})["elasticache.serverless.redis.storage"] == 730


def test_dynamodb_counts_units_by_the_size_of_items(meters: Meters) -> None:
    """An item of 4.5 KB: five write units; two read units, one when eventually consistent."""
    around = called(1e6, {"op": "write"}, {"op": "read", "count": 3})
    table = {"kind": "dynamodb", "item_kb": 4.5}
    assert meters({**table, "consistent_read_share": 1}, **around)["dynamodb.on_demand.reads"] == 6e6
    found = meters(table, **around)
    assert found["dynamodb.on_demand.writes"] == 5e6
    assert found["dynamodb.on_demand.reads"] == 3e6


def test_provisioned_tables_pay_for_capacity_whatever_is_asked(meters: Meters) -> None:
    """Ten read and five write units for 730 hours."""
    table = {"kind": "dynamodb", "mode": "provisioned", "read_capacity": 10, "write_capacity": 5, "storage_gb": 2}
    found = meters({**table, "point_in_time_recovery": True, "backup_gb": 3}, **called(1e9, {}))
    assert found == {
        "dynamodb.provisioned.wcu": 3650,
        "dynamodb.provisioned.rcu": 7300,
        "dynamodb.storage": 2,
        "dynamodb.pitr": 2,
        "dynamodb.backup": 3,
    }


def test_streams_read_by_functions_are_free(counted: Counted) -> None:
    """Other readers poll as often as they like: an open meter."""
    table = {"kind": "dynamodb", "streams": True}
    assert any(isinstance(item, DependsOnUsage) for item in counted(table))


def test_s3_counts_by_class_and_by_operation(meters: Meters) -> None:
    """With a lifecycle, writes go to the standard class and move on once; reads of the colder class pay by the GB."""
    bucket = {"kind": "s3", "storage_gb": 1000, "classes": {"standard": 0.75, "standard_ia": 0.25}, "lifecycle": True}
    around = called(1e6, {"op": "write", "count": 2}, {"op": "read", "count": 4, "response_kb": 1.048576})
    assert meters(bucket, **around) == {
        "s3.standard.storage": 750,
        "s3.standard_ia.storage": 250,
        "s3.standard.put": 2e6,
        "s3.standard.get": 3e6,
        "s3.standard_ia.get": 1e6,
        "s3.standard_ia.retrieval": pytest.approx((4 * 1.048576 + 2 * 1) * 1e6 / 1024**2 * 0.25),
        "s3.transition.infrequent": 2e6,
    }


def test_a_search_domain_counts_volumes_per_node(meters: Meters) -> None:
    """Three data nodes with 100 GB each, three masters, two warm nodes."""
    domain = {"kind": "opensearch", "instance_class": "r6g.large.search", "nodes": 3, "volume_gb": 100}
    more = {"master_class": "m5.large.search", "masters": 3, "iops": 1000, "throughput_mbps": 50}
    warm = {"warm_class": "ultrawarm1.medium.search", "warm_nodes": 2, "warm_gb": 500}
    assert meters({**domain, **more, **warm}) == {
        "opensearch.r6g.large.search": 2190,
        "opensearch.m5.large.search": 2190,
        "opensearch.ebs.gp3": 300,
        "opensearch.iops.gp3": 3000,
        "opensearch.throughput.gp3": 150,
        "opensearch.ultrawarm1.medium.search": 1460,
        "opensearch.ultrawarm.storage": 500,
    }


def test_an_aurora_without_a_size_is_unpriced(counted: Counted) -> None:
    """Neither class nor range: the reason stands on the bill."""
    assert any(isinstance(item, Unpriced) for item in counted({"kind": "aurora"}))
