"""Integration: queues, topics, buses, state machines, mail."""

from __future__ import annotations

import re
from typing import Any

from model.importing.mapping.case import Case, Mapped
from model.importing.values import parsed


def queue(case: Case) -> Mapped:
    """A queue, with how often it hands a message out before it gives up."""
    values = case.values
    fields: dict[str, Any] = {}
    if values.flag("fifo_queue") or values.text("name").endswith(".fifo"):
        fields["fifo"] = True
    if values.known("visibility_timeout_seconds"):
        fields["visibility_timeout_s"] = values.number("visibility_timeout_seconds", 30)
    redrive = values.block("redrive_policy")
    receives = redrive.whole("maxReceiveCount", redrive.whole("max_receive_count", 0))
    if receives > 0:
        fields["max_receives"] = min(receives, 1000)
    return Mapped("sqs", fields)


def topic(case: Case) -> Mapped:
    """A topic."""
    return Mapped("sns", {"fifo": True} if case.values.flag("fifo_topic") else {})


def event_bus(case: Case) -> Mapped:
    """A bus of one's own."""
    return Mapped("eventbridge", {"bus": case.values.text("name", case.found.name)})


def state_machine(case: Case) -> Mapped:
    """A workflow; its transitions are taken to be its states, each once."""
    values = case.values
    kind = values.text("type", values.text("state_machine_type", "STANDARD")).lower()
    definition = parsed(
        values.get("definition", values.get("definition_string", values.get("definition_substitutions")))
    )
    states = len(definition.get("States", {})) if isinstance(definition, dict) else 0
    if not states:
        states = len(re.findall(r'"Type"\s*:\s*"(?:Task|Choice|Map|Parallel|Pass|Wait|Succeed|Fail)"', str(definition)))
    fields: dict[str, Any] = {"type": "express" if kind == "express" else "standard"}
    if states:
        fields["states"] = float(states)
    else:
        why = "the definition is not in the file: its states could not be counted"
        fields["states"] = case.assume("states", 2, 8, 30, "states", why)
    return Mapped("step_functions", fields)


def mail(case: Case) -> Mapped:
    """Outgoing mail."""
    return Mapped("ses", {})


def trail(case: Case) -> Mapped:
    """A trail of the account's events."""
    return Mapped("cloudtrail", {})


def vpc(case: Case) -> Mapped:
    """A network with the subnets that belong to it."""
    from model.importing.mapping.places import is_public

    subnets = [item for item in case.scene.pointing_to(case.found) if item.type == "aws_subnet"]
    public = sum(is_public(subnet, case.scene) for subnet in subnets)
    zones = {item.values.text("availability_zone") for item in subnets} - {""}
    fields: dict[str, Any] = {"public_subnets": public, "private_subnets": len(subnets) - public}
    if zones:
        fields["availability_zones"] = min(6, len(zones))
    if case.values.known("cidr_block"):
        fields["cidr"] = case.values.text("cidr_block")
    if any(item.type == "aws_flow_log" for item in case.scene.pointing_to(case.found)):
        fields["flow_logs"] = True
    return Mapped("vpc", fields)


def database_proxy(case: Case) -> Mapped:
    """A proxy in front of a database; raise ValueError when the file does not say which."""
    from model.importing.mapping.data import database_behind

    database = database_behind(case.found, case)
    if database is None:
        raise ValueError("the file does not say which database is behind the proxy")
    return Mapped("rds_proxy", {"database": f"${{{database.address}}}", "subnet": "private"})
