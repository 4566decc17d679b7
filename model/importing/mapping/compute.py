"""Compute: EC2 instances and groups, Lambda functions, services of containers, App Runner."""

from __future__ import annotations

from typing import Any, Final

from model.catalog.instances import instance_classes
from model.importing.found import Found, Scene
from model.importing.mapping.case import Case, Mapped
from model.importing.mapping.places import subnet_of
from model.importing.schedules import monthly_runs
from model.importing.values import Values
from model.kinds.fargate import MEMORY_GB
from model.units import HOURS_PER_MONTH

VOLUME_TYPES: Final = ("gp2", "gp3", "io1", "io2", "st1", "sc1", "standard")
_SIZE: Final = (0.25, 1.0, 8.0)


def ec2_instance(case: Case) -> Mapped:
    """An instance with its root volume and the volumes attached to it."""
    template = case.values.block("launch_template")
    return _machines(case, case.values, 1.0, [] if case.values.known("instance_type") else _templates(case, template))


def autoscaling_group(case: Case) -> Mapped:
    """A group of instances at its desired size; between its bounds when that is not set."""
    low, high = case.values.whole("min_size", 0), case.values.whole("max_size", 1)
    desired = case.values.number("desired_capacity", 0.0)
    count: float | str = desired
    if desired <= 0:
        why = f"no desired capacity is set: the group may hold {low} to {high} instances"
        count = case.assume("instances", low, low, max(low, high), "instances", why)
    return _machines(case, Values(), count, _templates(case, case.values))


def _templates(case: Case, settings: Values) -> list[Found]:
    types = ("aws_launch_template", "aws_launch_configuration")
    return [found for found in case.scene.targets(case.found) if found.type in types]


def _machines(case: Case, own: Values, count: float | str, templates: list[Found]) -> Mapped:
    settings = Values({**(templates[0].values if templates else {}), **own})
    fields: dict[str, Any] = {"instance_type": settings.text("instance_type"), "count": count}
    if fields["instance_type"] not in instance_classes("ec2"):
        given = fields["instance_type"]
        if given:
            raise ValueError(f"'{given}' is not an instance type of the catalogue")
        fields["instance_type"] = "t3.medium"
        why = "the instance type is not in the file: from a t3.nano to an m5.2xlarge"
        fields["usage"] = {"instance_hours": case.part_of_hours(HOURS_PER_MONTH, (0.125, 1.0, 9.2), why)}
    volumes = [
        *(_volume(block, root=True) for block in settings.blocks("root_block_device")),
        *(_volume(block) for block in settings.blocks("ebs_block_device")),
        *(_volume(block.block("ebs")) for block in settings.blocks("block_device_mappings") if block.block("ebs")),
        *(_volume(found.values) for found in _attached(case)),
    ]
    if volumes:
        fields["volumes"] = [volume for volume in volumes if volume is not None]
    if settings.block("instance_market_options").text("market_type") == "spot" or settings.known("spot_price"):
        fields["purchase"] = "spot"
    return Mapped("ec2", {**fields, **subnet_of(case)})


def _attached(case: Case) -> list[Found]:
    """Volumes that an attachment puts on the instance."""
    attachments = case.scene.pointing_to(case.found, ["aws_volume_attachment"])
    return [volume for item in attachments for volume in case.scene.targets(item) if volume.type == "aws_ebs_volume"]


def _volume(block: Values, root: bool = False) -> dict[str, Any] | None:
    """One volume; the provider's default type is gp2, and a root volume has 8 GB when no size is written."""
    size = block.number("volume_size", block.number("size", 8.0 if root else 0.0))
    kind = block.text("volume_type", block.text("type", "gp2"))
    if size <= 0 or kind not in VOLUME_TYPES:
        return None
    volume: dict[str, Any] = {"type": kind, "gb": size}
    if block.number("iops", 0) > 0 and kind in ("io1", "io2", "gp3"):
        volume["iops"] = block.number("iops", 0)
    if block.number("throughput", 0) > 0 and kind == "gp3":
        volume["throughput_mbps"] = block.number("throughput", 0)
    return volume


def lambda_function(case: Case) -> Mapped:
    """A function: memory, processor, runtime, limits."""
    values = case.values
    fields: dict[str, Any] = {
        "memory_mb": values.whole("memory_size", 128),
        "architecture": "arm" if "arm64" in values.texts("architectures") else "x86",
        "runtime": values.text("runtime", "nodejs" if values.text("package_type") != "Image" else "image"),
        "package": "image" if values.text("package_type").lower() == "image" else "zip",
        "timeout_s": values.number("timeout", 3),
    }
    storage_mb = values.block("ephemeral_storage").whole("size", 512)
    if storage_mb > 512:
        fields["ephemeral_storage_mb"] = storage_mb
    reserved = values.whole("reserved_concurrent_executions", -1)
    if reserved >= 0:
        fields["reserved_concurrency"] = reserved
    if values.block("snap_start").text("apply_on") == "PublishedVersions":
        fields["snapstart"] = True
    provisioned = sum(_provisioned(found) for found in case.scene.pointing_to(case.found))
    if provisioned > 0:
        fields["provisioned_concurrency"] = provisioned
    if values.unknown("memory_size"):
        case.note("its memory is known only after apply: 128 MB, the provider's default, stands for it")
    in_vpc = bool(values.block("vpc_config").texts("subnet_ids")) or bool(case.scene.targets(case.found, "vpc_config"))
    return Mapped("lambda", {**fields, **({"subnet": "private"} if in_vpc else {})})


def _provisioned(found: Found) -> float:
    if found.type == "aws_lambda_provisioned_concurrency_config":
        return found.values.number("provisioned_concurrent_executions", 0)
    block = found.values.block("provisioned_concurrency_config")
    return block.number("provisioned_concurrent_executions", 0) if found.type == "aws_lambda_alias" else 0.0


def ecs_service(case: Case) -> Mapped:
    """A service on Fargate; one that runs on the cluster's own instances is billed with those."""
    task = _task_definition(case)
    settings = task.values if task is not None else case.values
    launch = case.values.text("launch_type", "FARGATE" if _is_fargate(case, settings) else "EC2").upper()
    if launch == "EC2":
        case.note("runs on the cluster's EC2 instances, which are billed by themselves")
        return Mapped("software", {})
    count = case.values.whole("desired_count", 1)
    fields: dict[str, Any] = {"tasks": _bounds(case, count)}
    fields |= _task_size(case, settings, fields["tasks"]["min"] * HOURS_PER_MONTH)
    spot = _spot_share(case.values)
    if spot > 0:
        fields["spot_share"] = spot
    placed = case.values.block("network_configuration")
    address = (placed.block("awsvpc_configuration") or placed).text("assign_public_ip").upper()
    if address in ("TRUE", "ENABLED"):
        fields["public_ip"] = True
    return Mapped("fargate", {**fields, **subnet_of(case, "private")})


def _task_size(case: Case, settings: Values, hours: float | str) -> dict[str, Any]:
    """A task's size by its definition; without one, an assumption over the `hours` that it runs in a month."""
    fields: dict[str, Any] = {}
    sized = _sold_size(settings.number("cpu", 0) / 1024, settings.number("memory", 0) / 1024)
    if sized is None:
        sized = (0.5, 1.0)
        why = "the task's size is not in the file: from 0.25 vCPU to 4 vCPU with 8 GB"
        fields["usage"] = {"task_hours": case.part_of_hours(hours, (0.5, 1.0, 8.0), why)}
    fields["vcpu"], fields["memory_gb"] = sized
    platform = settings.block("runtime_platform")
    if platform.text("cpu_architecture").upper() == "ARM64":
        fields["architecture"] = "arm"
    if platform.text("operating_system_family").upper().startswith("WINDOWS"):
        fields["os"] = "windows"
    storage_gb = settings.block("ephemeral_storage").number("size_in_gib", 20)
    if storage_gb > 20:
        fields["ephemeral_storage_gb"] = storage_gb
    return fields


_RULES: Final = ("aws_cloudwatch_event_target", "aws_cloudwatch_event_rule", "aws_scheduler_schedule")


def is_run_by_rules(found: Found, scene: Scene) -> bool:
    """Whether rules run a task definition by itself on Fargate, and no service does."""
    on_fargate = "FARGATE" in [text.upper() for text in found.values.texts("requires_compatibilities")]
    by_service = scene.pointing_to(found, ["aws_ecs_service"])
    return on_fargate and not by_service and bool(scene.pointing_to(found, _RULES))


def ecs_task(case: Case) -> Mapped:
    """A task that rules run by itself: billed for the time of each run, which is not in the file."""
    minutes = case.assume("run_min", 1, 5, 60, "min", "how long one run of the task takes is not in the file")
    written = [monthly_runs(text) for text in _schedules(case)]
    known = [number for number in written if number is not None]
    often = "how often the task is run is not in the file"
    whole = written and len(known) == len(written)
    runs = f"{sum(known):g}" if whole else case.assume("monthly_runs", 1, 30, 43_800, "runs a month", often)
    hours = f"{runs} * {minutes} / 60"
    case.note("runs only when a rule starts it, one task each time")
    fields = {"tasks": {"min": 1, "max": 1}, "usage": {"task_hours": hours}, **_task_size(case, case.values, hours)}
    return Mapped("fargate", {**fields, "subnet": "private"}, time_ms=f"{minutes} * 60000")


def _schedules(case: Case) -> list[str]:
    """The schedules of the rules that run a task; empty texts for those that wait for events."""
    rules: dict[str, Found] = {}
    for item in case.scene.pointing_to(case.found, _RULES):
        ends = case.scene.targets(item) if item.type == "aws_cloudwatch_event_target" else [item]
        rules |= {rule.address: rule for rule in ends if rule.type != "aws_cloudwatch_event_target"}
    return [rule.values.text("schedule_expression") for rule in rules.values() if rule.type in _RULES]


def _task_definition(case: Case) -> Found | None:
    tasks = [found for found in case.scene.targets(case.found) if found.type == "aws_ecs_task_definition"]
    return tasks[0] if tasks else None


def _is_fargate(case: Case, task: Values) -> bool:
    strategies = case.values.blocks("capacity_provider_strategy")
    if strategies:
        return any("FARGATE" in item.text("capacity_provider").upper() for item in strategies)
    return "FARGATE" in [text.upper() for text in task.texts("requires_compatibilities")]


def _bounds(case: Case, count: int) -> dict[str, int]:
    """Task counts: the bounds of a scaling target when there is one, else the desired count."""
    for target in case.scene.pointing_to(case.found, ["aws_appautoscaling_target"]):
        low = target.values.whole("min_capacity", count)
        return {"min": low, "max": max(low, 1, target.values.whole("max_capacity", count))}
    if case.values.unknown("desired_count"):
        case.note("its task count is known only after apply: one task stands for it")
    return {"min": count, "max": max(count, 1)}


def _sold_size(vcpu: float, memory_gb: float) -> tuple[float, float] | None:
    """The size when it is sold; the smallest that holds it when it is not quite; None when there is none to go by."""
    if vcpu <= 0 and memory_gb <= 0:
        return None
    for sold in sorted(MEMORY_GB):
        fitting = [size for size in MEMORY_GB[sold] if size >= memory_gb]
        if sold >= vcpu and fitting:
            return sold, float(min(fitting))
    return None


def _spot_share(values: Values) -> float:
    weights = {
        item.text("capacity_provider"): item.number("weight", 1) for item in values.blocks("capacity_provider_strategy")
    }
    total = sum(weights.values())
    return round(weights.get("FARGATE_SPOT", 0.0) / total, 4) if total > 0 else 0.0


def app_runner(case: Case) -> Mapped:
    """A service with its instance's size."""
    block = case.values.block("instance_configuration")
    vcpu, memory = _units(block.text("cpu", "1024")), _units(block.text("memory", "2048"))
    return Mapped("app_runner", {"vcpu": vcpu, "memory_gb": memory})


def _units(text: str) -> float:
    """vCPU or GB from `1024`, `1 vCPU` or `2 GB`."""
    number = Values(n=text.split()[0] if text.split() else "").number("n", 1024)
    return number / 1024 if number >= 256 else number
