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
