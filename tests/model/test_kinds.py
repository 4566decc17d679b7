"""Component kinds and what the provider sells."""

import pytest

from model.catalog.instances import instance_classes, max_connections
from model.component import Component
from model.kinds.registry import KINDS, kind_class


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_names_its_service_and_itself(kind: str) -> None:
    """A kind's class accepts its own name, has a service, a category and a docstring."""
    cls = kind_class(kind)
    assert issubclass(cls, Component)
    assert cls.service
    assert cls.category
    assert cls.__doc__
    assert kind in cls.model_fields["kind"].annotation.__args__  # type: ignore[union-attr]
    assert "usage" in cls.model_fields


@pytest.mark.parametrize(
    ("name", "connections"), [("db.t3.micro", 112), ("db.t3.small", 225), ("db.m5.large", 901), ("db.r6g.xlarge", 3604)]
)
def test_max_connections_follow_the_memory(name: str, connections: int) -> None:
    """PostgreSQL's default on RDS: memory / 9,531,392 bytes."""
    assert max_connections(name) == connections


def test_burstable_classes_earn_credits() -> None:
    """A t3.micro earns 12 credits an hour: two vCPUs at 10 %."""
    micro = instance_classes("rds")["db.t3.micro"]
    assert (micro.vcpu, micro.memory_gb, micro.credits_per_hour) == (2, 1, 12)
    assert instance_classes("rds")["db.m5.large"].baseline_share == 1


@pytest.mark.parametrize(
    ("component", "field", "inside", "outside"),
    [
        ({"kind": "rds", "instance_class": "db.t3.micro"}, "storage_gb", (20, 65_536), (19.9, 65_537)),
        (
            {"kind": "rds", "instance_class": "db.t3.micro", "engine": "sqlserver-se"},
            "storage_gb", (20, 16_384), (19, 16_385),
        ),
        ({"kind": "aurora", "instance_class": "db.r6g.large"}, "storage_gb", (0, 262_144), (262_145,)),
        ({"kind": "aurora", "instance_class": "db.r6g.large"}, "readers", (0, 15), (16,)),
        ({"kind": "opensearch", "instance_class": "t3.small.search"}, "volume_gb", (10, 65_536), (1e5,)),
        ({"kind": "elasticache", "node_class": "cache.t3.micro"}, "nodes", (1, 500), (501,)),
        ({"kind": "dynamodb"}, "item_kb", (1, 400), (401,)),
        ({"kind": "ec2", "instance_type": "t3.small"}, "volume_gb", (0, 65_536), (65_537,)),
    ],
)  # fmt: skip
def test_a_size_is_sold_up_to_its_bounds(
    component: dict[str, object], field: str, inside: tuple[float, ...], outside: tuple[float, ...]
) -> None:
    """The published bounds themselves are sold, what lies beyond is refused with them."""
    kind = kind_class(str(component["kind"]))

    def refusals(value: float) -> list[str | None]:
        sized = kind.model_validate({**component, field: value})
        return [sold.refusal(value) for sold in sized.sold() if sold.at == (field,)]

    assert [refusals(value) for value in inside] == [[None]] * len(inside)
    assert all("is not sold" in str(message) for value in outside for message in refusals(value))
