"""Data transfer, NAT gateways, VPC endpoints, public addresses: which bytes are billed where."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import DependsOnUsage, Included, Usage

Meters = Callable[..., dict[str, float]]
Counted = Callable[..., list[Usage]]
GB_KB = 1024 * 1024
MILLION = 1_000_000
MB_KB = GB_KB / MILLION
"""A million calls of this many KB are one GB."""
TASK = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 2, "max": 2}, "subnet": "private"}


def flow(target: str, request: float, response: float, *calls: dict[str, Any]) -> dict[str, Any]:
    """A call of which a month sends so many GB each way."""
    return {"to": target, "request_kb": request * MB_KB, "response_kb": response * MB_KB, "calls": list(calls)}


def network(components: dict[str, Any], *calls: dict[str, Any], zones: int = 2) -> dict[str, Any]:
    """A million requests from a browser by the given plan, in a VPC of so many zones."""
    edges: set[tuple[str, str]] = set()

    def walk(caller: str, call: dict[str, Any]) -> None:
        edges.add((caller, call["to"]))
        for child in call["calls"]:
            walk(call["to"], child)

    for call in calls:
        walk("web", call)
    return {
        "components": {
            "web": {"kind": "web_client"},
            "network": {"kind": "vpc", "availability_zones": zones},
            **components,
        },
        "connections": [{"from": source, "to": target, "kind": "request"} for source, target in sorted(edges)],
        "endpoints": {"use": {"client": "web", "share": 1, "calls": list(calls)}},
        "workload": {"monthly_requests": MILLION},
    }


DATABASE = {"kind": "rds", "instance_class": "db.t3.micro", "subnet": "private"}
WEB_APP = network(
    {"balancer": {"kind": "alb"}, "api": TASK, "store": DATABASE, "mail": {"kind": "external_api", "included": True}},
    flow("balancer", 1, 100, flow("api", 1, 100, flow("store", 2, 20), flow("mail", 5, 50))),
)


def test_answers_to_clients_and_requests_to_others_leave_the_region(meters: Meters) -> None:
    """100 GB to browsers and 5 GB to the mail service; what comes in is free."""
    assert meters({"kind": "data_transfer"}, **WEB_APP)["transfer.internet"] == pytest.approx(105)


def test_what_crosses_zones_pays_at_both_ends(meters: Meters) -> None:
    """Half of 22 GB crosses between two zones: the task's end pays and the database's, the balancer's does not."""
    assert meters({"kind": "data_transfer"}, **WEB_APP)["transfer.inter_az"] == pytest.approx(22)


def test_a_cache_does_not_pay_for_its_own_end(meters: Meters) -> None:
    """Half of 22 GB crosses between two zones, and only the task's end pays."""
    cache = {"kind": "elasticache", "node_class": "cache.t3.micro", "subnet": "private"}
    around = network({"api": TASK, "store": cache}, flow("api", 0, 0, flow("store", 2, 20)))
    assert meters({"kind": "data_transfer"}, **around)["transfer.inter_az"] == pytest.approx(11)


def test_what_is_pushed_to_clients_leaves_the_region(meters: Meters) -> None:
    """A function that sends 7 GB to browsers sends them over the internet."""
    around = network(
        {"push": {"kind": "lambda"}, "phone": {"kind": "mobile_client"}}, flow("push", 0, 0, flow("phone", 7, 0))
    )
    assert meters({"kind": "data_transfer"}, **around)["transfer.internet"] == pytest.approx(7)


def test_two_services_pay_at_both_ends(meters: Meters) -> None:
    """Of 30 GB between two services, two thirds cross in three zones, and both ends pay."""
    around = network({"api": TASK, "other": TASK}, flow("api", 0, 0, flow("other", 10, 20)), zones=3)
    assert meters({"kind": "data_transfer"}, **around)["transfer.inter_az"] == pytest.approx(40)


def test_one_zone_has_nothing_to_cross(meters: Meters) -> None:
    """With a single zone no byte is billed."""
    around = network({"api": TASK, "other": TASK}, flow("api", 0, 0, flow("other", 10, 20)), zones=1)
    assert meters({"kind": "data_transfer"}, **around)["transfer.inter_az"] == 0


def test_stated_inter_zone_bytes_are_billed_in_both_directions(meters: Meters) -> None:
    """A GB moved is two GB on the bill."""
    transfer = {"kind": "data_transfer", "usage": {"monthly_inter_az_gb": 50, "monthly_internet_out_gb": 7}}
    assert meters(transfer) == {"transfer.internet": 7, "transfer.inter_az": 100}


def test_bytes_behind_cloudfront_are_billed_there(meters: Meters) -> None:
    """The origin's answers are free, also through a firewall drawn in between."""
    behind = flow("api", 1, 100)
    around = network({"cdn": {"kind": "cloudfront"}, "api": {"kind": "api_gateway"}}, flow("cdn", 1, 100, behind))
    assert meters({"kind": "data_transfer"}, **around)["transfer.internet"] == 0
    walled = {"wall": {"kind": "waf"}, "cdn": {"kind": "cloudfront"}, "api": {"kind": "api_gateway"}}
    around = network(walled, flow("cdn", 1, 100, flow("wall", 1, 100, behind)))
    assert meters({"kind": "data_transfer"}, **around)["transfer.internet"] == 0


def test_a_firewall_on_the_way_is_not_the_one_who_answers(meters: Meters) -> None:
    """web -> firewall -> API: the API's bytes leave once."""
    components = {"wall": {"kind": "waf"}, "api": {"kind": "api_gateway"}}
    around = network(components, flow("wall", 1, 100, flow("api", 1, 100)))
    assert meters({"kind": "data_transfer"}, **around)["transfer.internet"] == pytest.approx(100)


NAT = {"kind": "nat_gateway", "count": 2}
PRIVATE = network(
    {
        "api": TASK,
        "files": {"kind": "s3"},
        "queue": {"kind": "sqs"},
        "model": {"kind": "openai"},
        "store": DATABASE,
        "job": {"kind": "lambda", "subnet": "private"},
    },
    flow("api", 1, 1, flow("files", 10, 20), flow("queue", 1, 2), flow("model", 3, 4), flow("store", 50, 50)),
    flow("api", 0, 0, flow("job", 0.25, 0.25)),
)


def test_all_that_leaves_a_private_subnet_passes_the_gateway_in_both_directions(meters: Meters) -> None:
    """S3, queues, other clouds and the Lambda API: 30 + 3 + 7 + 0.5 GB; the database is in the VPC."""
    assert meters(NAT, **PRIVATE) == {"nat.hours": 1460, "nat.gb": pytest.approx(40.5)}


def test_endpoints_take_traffic_off_the_gateway(meters: Meters) -> None:
    """A gateway endpoint takes S3, an interface endpoint what it reaches, and bills that."""
    free = {"kind": "vpc_endpoint", "type": "gateway"}
    paid = {"kind": "vpc_endpoint", "reaches": ["queue"], "availability_zones": 2}
    around = {**PRIVATE, "components": {**PRIVATE["components"], "free": free, "paid": paid}}
    assert meters(NAT, **around)["nat.gb"] == pytest.approx(7.5)
    assert meters(paid, **PRIVATE) == {"vpce.interface.hours": 1460, "vpce.interface.gb": pytest.approx(3)}
    assert meters(free, **PRIVATE) == {}


def test_public_tasks_do_not_pass_the_gateway(meters: Meters) -> None:
    """They have their own address, and pay for that."""
    public = {**TASK, "subnet": "public", "public_ip": True}
    around = {**PRIVATE, "components": {**PRIVATE["components"], "api": public}}
    assert meters(NAT, **around)["nat.gb"] == 0
    assert meters({"kind": "public_ipv4"}, **around) == {"ipv4.hours": 1460}


def test_addresses_are_counted_by_gateway_zone_and_task(meters: Meters) -> None:
    """Two gateways and a balancer in three zones are five addresses; an internal balancer has none."""
    components = {"nat": NAT, "balancer": {"kind": "alb"}, "inner": {"kind": "nlb", "internet_facing": False}}
    around = network(components, flow("balancer", 1, 1), flow("inner", 1, 1), zones=3)
    assert meters({"kind": "public_ipv4"}, **around) == {"ipv4.hours": 5 * 730}
    assert meters({"kind": "public_ipv4", "count": 4}, **around) == {"ipv4.hours": 4 * 730}


def test_an_endpoint_that_says_nothing_leaves_its_bytes_open(counted: Counted) -> None:
    """Its hours are known, its GB are not."""
    assert any(isinstance(item, DependsOnUsage) for item in counted({"kind": "vpc_endpoint"}))


@pytest.mark.parametrize("kind", ["vpc", "internet_gateway"])
def test_the_network_itself_is_free_and_says_why(kind: str, counted: Counted) -> None:
    """No quantity, but a reason."""
    assert all(isinstance(item, Included) for item in counted({"kind": kind}))


def test_a_classic_balancer_pays_by_the_gigabyte_and_has_no_capacity_units(meters: Meters) -> None:
    """Hours, and what is stated to pass; nothing stated is nothing counted."""
    assert meters({"kind": "clb", "usage": {"monthly_processed_gb": 100}}) == {"clb.hours": 730, "clb.gb": 100}
    assert meters({"kind": "clb", "count": 2}) == {"clb.hours": 1460}
