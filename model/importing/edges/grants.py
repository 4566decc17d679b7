"""What a function or task may do: policies of its role, and the names that its environment gives it.

A permission alone, or a name alone, makes a connection likely; both together make it certain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.connections import ConnectionKind
from model.importing.components import Components
from model.importing.found import Certainty, Edge, Found, Scene
from model.importing.values import leaves, parsed, tokens

_HOLDERS: Final = (
    "aws_lambda_function",
    "aws_ecs_service",
    "aws_instance",
    "aws_sfn_state_machine",
    "aws_apprunner_service",
)
_POLICIES: Final = frozenset(
    {"aws_iam_role_policy", "aws_iam_policy", "aws_iam_role_policy_attachment", "aws_iam_policy_attachment"}
)
_ROLE_SETTINGS: Final = ("role", "task_role_arn", "role_arn", "iam_instance_profile", "instance_configuration")
_WRITES: Final = ("put", "write", "update", "delete", "create", "*", "crud", "batchwrite", "upload")
_FED: Final = frozenset({"aws_sqs_queue", "aws_sns_topic", "aws_cloudwatch_event_bus"})
_CALLED: Final = frozenset(
    {"aws_lambda_function", "aws_sfn_state_machine", "aws_api_gateway_rest_api", "aws_apigatewayv2_api", "aws_lb",
     "aws_alb", "aws_ecs_service", "aws_ses_domain_identity", "aws_sesv2_email_identity", "aws_opensearch_domain"}
)  # fmt: skip
_AUTH: Final = frozenset({"aws_cognito_user_pool"})
_NEVER: Final = frozenset(
    {"aws_kms_key", "aws_cloudwatch_log_group", "aws_vpc", "aws_ecr_repository", "aws_cloudfront_distribution",
     "aws_internet_gateway", "aws_nat_gateway", "aws_acm_certificate", "aws_wafv2_web_acl", "aws_route53_zone",
     "aws_cloudwatch_metric_alarm", "aws_cloudwatch_dashboard"}
)  # fmt: skip
_OF_SERVICE: Final[Mapping[str, tuple[str, ...]]] = {
    "dynamodb": ("aws_dynamodb_table",),
    "events": ("aws_cloudwatch_event_bus",),
    "lambda": ("aws_lambda_function",),
    "s3": ("aws_s3_bucket",),
    "secretsmanager": ("aws_secretsmanager_secret",),
    "sns": ("aws_sns_topic",),
    "sqs": ("aws_sqs_queue",),
    "states": ("aws_sfn_state_machine",),
}
"""What a permission on `*` may be meant for, by the service of its actions."""


@dataclass(frozen=True)
class Grant:
    """That a holder may do some actions on a resource."""

    target: Found
    actions: tuple[str, ...]
    """Lower-case, without the service; empty when the file does not say which."""
    certainty: Certainty = "likely"


def grant_edges(scene: Scene, made: Components) -> Iterator[Edge]:
    """Edges from every holder of a role to what it may use or is told of."""
    for holder in scene.of_type(*_HOLDERS):
        grants = [grant for grant in _grants(holder, scene) if _may_be_called(grant.target, holder, made)]
        told = [end for end in _told(holder, scene) if _may_be_called(end, holder, made)]
        named = {end.address for end in told}
        permitted = {grant.target.address for grant in grants}
        for grant in grants:
            both = grant.target.address in named
            why = "permission and environment" if both else "permission"
            for kind in _kinds(grant.target, grant.actions):
                yield Edge(holder.address, grant.target.address, kind, "certain" if both else grant.certainty, why)
        for end in (end for end in told if end.address not in permitted):
            for kind in _kinds(end, ()):
                yield Edge(holder.address, end.address, kind, "likely", "environment")


def _may_be_called(end: Found, holder: Found, made: Components) -> bool:
    return end.address in made.owner and end.address != holder.address and end.type not in _NEVER


def _kinds(end: Found, actions: tuple[str, ...]) -> list[ConnectionKind]:
    """What a holder does with a resource; nothing when it only takes events from it."""
    if end.type == "aws_sqs_queue":
        receives = actions and not any(action.startswith(("send", "*")) for action in actions)
        return [] if receives else ["event"]
    if end.type in _FED:
        return ["event"]
    if end.type in _CALLED:
        return ["request"]
    if end.type in _AUTH:
        return ["auth"]
    used = [action for action in actions if "stream" not in action or end.type != "aws_dynamodb_table"]
    if actions and not used:
        return []
    kinds: list[ConnectionKind] = []
    if not used or any(not action.startswith(_WRITES) or action.startswith("*") for action in used):
        kinds.append("read")
    return [*kinds, "write"] if any(action.startswith(_WRITES) for action in used) else kinds


def _told(holder: Found, scene: Scene) -> list[Found]:
    """Resources that the environment of a function or of a task's containers names."""
    sources: list[tuple[Found, tuple[str, ...]]] = [(holder, ("environment", "environment_variables"))]
    if holder.type == "aws_ecs_service":
        tasks = [item for item in scene.targets(holder) if item.type == "aws_ecs_task_definition"]
        sources = [(task, ("container_definitions",)) for task in tasks]
    ends = [end for found, settings in sources for end in scene.targets(found, *settings)]
    return [end for end in ends if end.type != "aws_secretsmanager_secret" or holder.type != "aws_ecs_service"]


def _grants(holder: Found, scene: Scene) -> Iterator[Grant]:
    for role in _roles(holder, scene):
        yield from _of_policy(role, scene, _documents(role.values, ("inline_policy", "policies")), "inline_policy")
        for policy in scene.pointing_to(role, _POLICIES):
            yield from _policy_grants(policy, scene)
            for attached in scene.targets(policy):
                if attached.type == "aws_iam_policy":
                    yield from _policy_grants(attached, scene)
    yield from _of_policy(holder, scene, _documents(holder.values, ("policies",)), "policies")


def _policy_grants(policy: Found, scene: Scene) -> Iterator[Grant]:
    if policy.type in ("aws_iam_role_policy", "aws_iam_policy"):
        documents = _documents(policy.values, ("policy", "policy_document"))
        yield from _of_policy(policy, scene, documents, "policy", "policy_document")


def _of_policy(found: Found, scene: Scene, documents: Iterable[Any], *settings: str) -> Iterator[Grant]:
    """Grants by statement where the statements show their resources, else over all that the policy names."""
    shown: set[str] = set()
    actions: list[str] = []
    for statement in (statement for document in documents for statement in statements(document)):
        allowed = _actions(statement)
        actions += allowed
        if _on_everything(statement):
            yield from _of_everything(statement, scene)
        for address in _tokens_of(statement):
            if address in scene.by_address:
                shown.add(address)
                yield Grant(scene.by_address[address], tuple(allowed))
    for end in scene.targets(found, *settings):
        if end.address not in shown:
            yield Grant(end, tuple(actions))


def _on_everything(statement: Mapping[str, Any]) -> bool:
    raw = next((value for key, value in statement.items() if str(key).lower() == "resource"), ())
    return raw == "*" or raw == ["*"]


def _of_everything(statement: Mapping[str, Any], scene: Scene) -> Iterator[Grant]:
    """Of a permission on `*`: the resources of its services; likely where there is one only, else guessed."""
    raw = next((value for key, value in statement.items() if str(key).lower() == "action"), ())
    by_service: dict[str, list[str]] = {}
    for item in raw if isinstance(raw, list | tuple) else [raw]:
        service, _, action = str(item).partition(":")
        by_service.setdefault(service, []).append(action.lower())
    for service, actions in by_service.items():
        ends = scene.of_type(*_OF_SERVICE.get(service, ()))
        for end in ends:
            yield Grant(end, tuple(actions), "likely" if len(ends) == 1 else "guessed")


def _roles(holder: Found, scene: Scene) -> list[Found]:
    """The roles that a holder works under: its own, its task's, its instance profile's."""
    direct = scene.targets(holder, *_ROLE_SETTINGS)
    if holder.type == "aws_ecs_service":
        tasks = [item for item in scene.targets(holder) if item.type == "aws_ecs_task_definition"]
        direct = [end for task in tasks for end in scene.targets(task, "task_role_arn")]
    profiles = [end for item in direct if item.type == "aws_iam_instance_profile" for end in scene.targets(item)]
    return [item for item in (*direct, *profiles) if item.type == "aws_iam_role"]


def _documents(values: Mapping[str, Any], settings: Iterable[str]) -> Iterator[Any]:
    """The policy documents below some settings, wherever in them they stand."""
    for name in settings:
        yield parsed(values.get(name))


def statements(document: Any) -> Iterator[Mapping[str, Any]]:
    """The allowing statements inside a value, at any depth; ready-made policies of SAM count as statements."""
    value = parsed(document)
    if isinstance(value, list | tuple):
        for item in value:
            yield from statements(item)
    elif isinstance(value, Mapping):
        keys = {str(key).lower(): key for key in value}
        if "action" in keys and str(value.get(keys.get("effect", ""), "Allow")).lower() == "allow":
            yield value
        elif "resource" not in keys:
            for key, item in value.items():
                if str(key).lower().endswith("_policy") and isinstance(item, Mapping) and "statement" not in item:
                    yield {"action": str(key), "resource": [leaf for _, leaf in leaves(item)]}
                yield from statements(item)


def _actions(statement: Mapping[str, Any]) -> list[str]:
    raw = next((value for key, value in statement.items() if str(key).lower() == "action"), ())
    items = raw if isinstance(raw, list | tuple) else [raw]
    return [str(item).split(":")[-1].lower() for item in items]


def _tokens_of(statement: Mapping[str, Any]) -> list[str]:
    raw = next((value for key, value in statement.items() if str(key).lower() == "resource"), ())
    return [address for _, leaf in leaves({"r": raw}) if isinstance(leaf, str) for address in tokens(leaf)]
