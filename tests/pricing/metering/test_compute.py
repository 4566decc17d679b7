"""Lambda, Fargate, App Runner, EC2: known answers."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import Unpriced, Usage

Meters = Callable[..., dict[str, float]]
SERVICE = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 10}}


def called(requests: float, plan: dict[str, Any] | None = None, **workload: Any) -> dict[str, Any]:
    """`it` called by a browser so often in a month."""
    return {
        "components": {"web": {"kind": "web_client"}},
        "connections": [{"from": "web", "to": "it", "kind": "request"}],
        "endpoints": {"use": {"client": "web", "share": 1, "calls": [{"to": "it", **(plan or {})}]}},
        "workload": {"monthly_requests": requests, **workload},
    }


def test_lambda_rounds_up_to_a_millisecond_and_bills_waits(meters: Meters) -> None:
    """10.2 ms of own work and 30 ms of waiting on 512 MB are 41 ms, half a GB each."""
    around = called(1e6, {"cpu_ms": 10.2, "calls": [{"to": "table", "time_ms": 30}]})
    around["components"]["table"] = {"kind": "dynamodb"}
    around["connections"].append({"from": "it", "to": "table", "kind": "read"})
    found = meters({"kind": "lambda", "memory_mb": 512}, **around)
    assert found == {"lambda.requests": 1e6, "lambda.duration.x86": pytest.approx(1e6 * 0.041 * 0.5)}


def test_lambda_bills_the_initialisation_of_cold_starts(meters: Meters) -> None:
    """2 % cold starts of 500 ms add 10 ms to the mean call."""
    cold = {"cold_start_share": 0.02, "init_ms": 500}
    found = meters({"kind": "lambda", "memory_mb": 1024, **cold}, **called(1e6, {"cpu_ms": 50}))
    assert found["lambda.duration.x86"] == pytest.approx(1e6 * 0.060)


def test_provisioned_concurrency_moves_duration_to_its_own_rate(meters: Meters) -> None:
    """Two warm copies of 1 GB for 100 hours; the share that they serve pays the lower duration rate."""
    warm = {"provisioned_concurrency": 2, "provisioned_hours": 100, "provisioned_share": 0.25}
    found = meters({"kind": "lambda", "memory_mb": 1024, **warm}, **called(1e6, {"cpu_ms": 100}))
    assert found["lambda.provisioned.x86"] == pytest.approx(2 * 100 * 3600)
    assert found["lambda.provisioned_duration.x86"] == pytest.approx(25_000)
    assert found["lambda.duration.x86"] == pytest.approx(75_000)


def test_ephemeral_storage_pays_for_its_own_volume(meters: Meters) -> None:
    """1,536 MB are 1 GB above the free half, whatever the memory is."""
    found = meters({"kind": "lambda", "memory_mb": 2048, "ephemeral_storage_mb": 1536}, **called(1e6, {"cpu_ms": 100}))
    assert found["lambda.ephemeral"] == pytest.approx(100_000)


def test_snapshots_of_java_functions_are_free(meters: Meters) -> None:
    """Other runtimes pay for the kept snapshot and for each restore."""
    snap = {"kind": "lambda", "memory_mb": 1024, "snapstart": True, "cold_start_share": 0.01}
    assert "lambda.snapstart.cache" not in meters({**snap, "runtime": "java21"}, **called(1e6))
    found = meters({**snap, "runtime": "python"}, **called(1e6))
    assert found["lambda.snapstart.cache"] == 730 * 3600
    assert found["lambda.snapstart.restore"] == 10_000


def test_tasks_follow_the_cpu_at_the_target(meters: Meters) -> None:
    """100 requests a second of 21 ms are 2.1 cores: three at 70 %, hence three tasks of one vCPU."""
    found = meters(SERVICE, **called(100 * 730 * 3600, {"cpu_ms": 21}))
    assert found == {"fargate.vcpu.x86": 3 * 730.0, "fargate.gb.x86": 6 * 730.0}


def test_tasks_follow_the_course_of_the_day(meters: Meters) -> None:
    """With two busy hours at twelve times the mean and no other traffic, tasks run at the maximum only then."""
    weights = [0.0] * 22 + [1.0, 1.0]
    around = called(100 * 730 * 3600, {"cpu_ms": 21}, shape=weights, peak_factor=12)
    found = meters(SERVICE, **around)
    assert found["fargate.vcpu.x86"] == pytest.approx((22 * 1 + 2 * 10) / 24 * 730)


@pytest.mark.parametrize(
    ("scaling", "tasks"),
    [
        ({"metric": "requests_per_task", "target": 3000}, 2),
        ({"metric": "backlog_per_task", "target": 10}, 4),
        ({"metric": "memory", "target": 50}, 4),
        ({"kind": "none"}, 1),
    ],
)
def test_tasks_follow_other_metrics(scaling: dict[str, Any], tasks: int, meters: Meters) -> None:
    """100 a second are 6,000 a minute; 40 ms each keep four workers busy; each request in service holds 1 GB."""
    around = called(100 * 730 * 3600, {"time_ms": 40})
    found = meters({**SERVICE, "memory_per_request_mb": 1024, "scaling": scaling}, **around)
    assert found["fargate.vcpu.x86"] == tasks * 730


def test_stated_task_hours_replace_the_derived_ones_and_split_over_spot(meters: Meters) -> None:
    """1,000 hours, a quarter on Spot; 30 GB of storage are 10 above what is included."""
    stated = {"usage": {"task_hours": 1000}, "spot_share": 0.25, "ephemeral_storage_gb": 30}
    assert meters({**SERVICE, **stated}, **called(1e9, {"cpu_ms": 100})) == {
        "fargate.vcpu.x86": 750,
        "fargate.gb.x86": 1500,
        "fargate.spot.vcpu.x86": 250,
        "fargate.spot.gb.x86": 500,
        "fargate.ephemeral": 10_000,
    }


def test_windows_tasks_are_not_priced_as_linux(counted: Callable[..., list[Usage]]) -> None:
    """Their rates and licence are missing, and said to be."""
    (only,) = counted({**SERVICE, "os": "windows"})
    assert isinstance(only, Unpriced)


def test_app_runner_pays_cpu_while_active_and_memory_always(meters: Meters) -> None:
    """A tenth of a request in service on average: active a tenth of the time, provisioned for the rest."""
    service = {"kind": "app_runner", "vcpu": 1, "memory_gb": 2}
    found = meters(service, **called(730 * 3600, {"time_ms": 100}))
    assert found["apprunner.active.vcpu"] == pytest.approx(73)
    assert found["apprunner.active.gb"] == pytest.approx(146)
    assert found["apprunner.provisioned.gb"] == pytest.approx(657 * 2)
    busy = meters(service, **called(730 * 3600 * 250, {"time_ms": 1000}))
    assert busy["apprunner.active.vcpu"] == pytest.approx(3 * 730)


def test_instances_and_volumes_are_counted_alike(meters: Meters) -> None:
    """Four instances with 30 GB each."""
    machine = {"kind": "ec2", "instance_type": "t3.small", "count": 4, "volume_gb": 30}
    assert meters(machine) == {"ec2.t3.small": 2920, "ebs.gp3": 120}


def test_each_volume_of_an_instance_pays_by_its_own_rule(meters: Meters) -> None:
    """io1 pays every IOPS, gp3 those above what is included, disks gigabytes alone; two instances pay twice."""
    volumes = [
        {"type": "io1", "gb": 100, "iops": 800},
        {"type": "gp3", "gb": 50, "iops": 4000, "throughput_mbps": 200},
        {"type": "gp2", "gb": 8},
        {"type": "sc1", "gb": 500},
    ]
    found = meters({"kind": "ec2", "instance_type": "t3.small", "count": 2, "volumes": volumes})
    assert found == {
        "ec2.t3.small": 1460,
        "ebs.io1": 200,
        "ebs.iops.io1": 1600,
        "ebs.gp3": 100,
        "ebs.iops.gp3": 2000,
        "ebs.throughput.gp3": 150,
        "ebs.gp2": 16,
        "ebs.sc1": 1000,
    }


def test_a_gp3_volume_within_what_is_included_pays_gigabytes_only(meters: Meters) -> None:
    """3,000 IOPS and 125 MB/s come with it."""
    volume = {"type": "gp3", "gb": 50, "iops": 3000, "throughput_mbps": 125}
    machine = {"kind": "ec2", "instance_type": "t3.small", "volumes": [volume]}
    assert meters(machine) == {"ec2.t3.small": 730, "ebs.gp3": 50}
