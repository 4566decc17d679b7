"""What functions, tasks and machines of an account may do: the policies of the roles that they work under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from account.scanned import Part, client_of, found, pages
from model.importing.found import Found
from model.importing.values import leaves, token

if TYPE_CHECKING:
    import boto3

_ROLE_SETTINGS: Final = ("role", "task_role_arn", "role_arn", "iam_instance_profile")
_KINDS: Final = {
    "aws_lambda_function", "aws_ecs_task_definition", "aws_instance", "aws_sfn_state_machine",
}  # fmt: skip


def roles(aws: boto3.Session, parts: Sequence[Part]) -> Iterator[Part]:
    """The roles that what was found works under, with what they permit, statement by statement."""
    named = _named(parts)
    profiles = [arn for arn in named if ":instance-profile/" in arn]
    wanted = [arn for arn in named if ":role/" in arn]
    client: Any = client_of(aws, "iam")
    for arn in profiles:
        name = arn.rpartition("/")[2]
        held = [
            role["Arn"] for role in client.get_instance_profile(InstanceProfileName=name)["InstanceProfile"]["Roles"]
        ]
        yield found("aws_iam_instance_profile", name, arn, {}, role=held)
        wanted += held
    seen: dict[str, list[Mapping[str, Any]]] = {}
    for arn in dict.fromkeys(wanted):
        yield from _role(aws, client, arn, seen)


def _named(parts: Sequence[Part]) -> list[str]:
    """ARNs of the roles and instance profiles in the settings of what works."""
    working = (part for part in parts if isinstance(part, Found) and part.type in _KINDS)
    settings = ((path, leaf) for part in working for path, leaf in leaves(part.values))
    return list(
        dict.fromkeys(leaf for path, leaf in settings if isinstance(leaf, str) and path and path[0] in _ROLE_SETTINGS)
    )


def _role(aws: boto3.Session, client: Any, arn: str, seen: dict[str, list[Mapping[str, Any]]]) -> Iterator[Part]:
    name = arn.rpartition("/")[2]
    yield found("aws_iam_role", name, arn, {})
    for policy in pages(aws, "iam", "list_role_policies", "PolicyNames", RoleName=name):
        document = client.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        yield from _statements(arn, f"{name}/{policy}", _listed(document))
    for policy in pages(aws, "iam", "list_attached_role_policies", "AttachedPolicies", RoleName=name):
        identity = policy["PolicyArn"]
        if identity not in seen:
            version = client.get_policy(PolicyArn=identity)["Policy"]["DefaultVersionId"]
            whole = client.get_policy_version(PolicyArn=identity, VersionId=version)["PolicyVersion"]
            seen[identity] = _listed(whole["Document"])
        yield from _statements(arn, f"{name}/{policy['PolicyName']}", seen[identity])


def _listed(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The statements of a policy, one by one, so that each keeps its own actions and resources."""
    statements = document.get("Statement", [])
    return list(statements) if isinstance(statements, list) else [statements]


def _statements(role: str, name: str, statements: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    for number, statement in enumerate(statements, 1):
        if statement.get("Effect", "Allow") == "Allow":
            short = {"Statement": [{key: statement[key] for key in ("Action", "Resource") if key in statement}]}
            address = f"iam:{name}#{number}"
            yield found("aws_iam_role_policy", address, address, {}, role=token(role), policy=short)
