"""Sessions with an AWS account: the usual credential chain, retries, and refusals as one clear sentence.

    aws = session(region="eu-west-1")
    with told("ce:GetCostAndUsage"):
        aws.client("ce").get_cost_and_usage(...)

boto3 is imported here alone, and only when an account is asked. Where it is looked for is boto3's own choice:
environment, profile, single sign-on, container or instance role; `AWS_ENDPOINT_URL` leads elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from account.errors import AccountRefusal, NoCredentials, PermissionMissing, Throttled, Unreachable
from model.nearest import did_you_mean
from model.problems import BadInput

if TYPE_CHECKING:
    import boto3
    from botocore.exceptions import ClientError

ATTEMPTS: Final = 8
"""Tries of one call in all, with growing pauses (botocore's standard mode)."""

_DENIED: Final = ("AccessDenied", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError", "OptInRequired")
_SIGN_IN: Final = (
    "ExpiredToken",
    "InvalidClientTokenId",
    "UnrecognizedClient",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "AuthFailure",
    "MissingAuthenticationToken",
    "IncompleteSignature",
)
_THROTTLED: Final = ("Throttl", "TooManyRequests", "RequestLimitExceeded", "LimitExceededException", "SlowDown")
_SIGN_IN_HINT: Final = "sign in (aws sso login, aws configure), or name a profile with --profile"


def session(region: str | None = None, profile: str | None = None, attempts: int = ATTEMPTS) -> boto3.Session:
    """A session with retries; every client made from it has them. Raise BadInput for an unknown profile.

    `region` and `profile` are the usual ones of the machine when absent; us-east-1 when it has no region either.
    """
    try:
        import boto3
    except ImportError:
        raise BadInput("boto3 is not installed: pip install 'stageplan[account]'") from None
    import botocore.session
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    core = botocore.session.get_session()
    core.set_default_client_config(
        Config(retries={"mode": "standard", "total_max_attempts": attempts}, connect_timeout=10, read_timeout=60)
    )
    try:
        known = core.available_profiles
        if profile is not None and profile not in known:
            near = did_you_mean(profile, known)
            raise BadInput(f"--profile: '{profile}' is not an AWS profile of this machine{near}")
        found = boto3.Session(botocore_session=core, region_name=region, profile_name=profile)
    except BotoCoreError as error:
        raise BadInput(f"the AWS settings of this machine cannot be used: {_sentence(error)}") from None
    return found if found.region_name else boto3.Session(botocore_session=core, region_name="us-east-1")


@contextmanager
def told(*actions: str, needs: str = "") -> Iterator[None]:
    """Whatever the account refuses inside, as an AccountRefusal that names the IAM `actions` it needs.

    `needs` says in words what they are for, where one of many questions stands for all.
    """
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        EndpointConnectionError,
        HTTPClientError,
        NoCredentialsError,
        PartialCredentialsError,
        SSOError,
        TokenRetrievalError,
    )

    asked = ", ".join(actions)
    permissions = f"permissions {needs}" if needs else f"permission{'s' * (len(actions) > 1)} {asked}"
    try:
        yield
    except ClientError as error:
        raise _refusal(error, actions) from None
    except (NoCredentialsError, PartialCredentialsError, TokenRetrievalError, SSOError) as error:
        raise NoCredentials(
            f"no AWS credentials: {_sentence(error)}; {_SIGN_IN_HINT}. It needs the {permissions} "
            "(--policy prints the policy)"
        ) from None
    except (EndpointConnectionError, HTTPClientError) as error:
        raise Unreachable(f"AWS did not answer to {asked}: {_sentence(error)}") from None
    except BotoCoreError as error:
        raise AccountRefusal(f"AWS was not asked for {asked}: {_sentence(error)}") from None


def _refusal(error: ClientError, actions: tuple[str, ...]) -> AccountRefusal:
    """The refusal that an answer of the account means."""
    code = str(error.response.get("Error", {}).get("Code", ""))
    said = str(error.response.get("Error", {}).get("Message", "")).strip()
    action = _action(error.operation_name, actions)
    if any(word in code for word in _SIGN_IN):
        return NoCredentials(f"AWS does not accept the credentials for {action} ({code}): {_SIGN_IN_HINT}")
    if any(word in code for word in _DENIED):
        return PermissionMissing(
            action, f"AWS denied {action} ({code}): the permission {action} is missing (--policy prints the policy)"
        )
    if any(word in code for word in _THROTTLED):
        return Throttled(f"AWS throttled {action} ({code}) through all retries: try again later")
    return AccountRefusal(f"AWS refused {action} ({code or 'no code'}): {said or 'without a reason'}")


_NAMED_OTHERWISE: Final = {
    "GetBucketNotificationConfiguration": "GetBucketNotification",
    "ListBuckets": "ListAllMyBuckets",
}
"""Operations whose IAM action has another name (Service Authorization Reference, Amazon S3)."""


def _action(operation: str, actions: tuple[str, ...]) -> str:
    """The IAM action of an operation: the one of that name, else the only or first one stated."""
    name = _NAMED_OTHERWISE.get(operation, operation)
    return next((action for action in actions if action.endswith(f":{name}")), actions[0] if actions else operation)


def _sentence(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
