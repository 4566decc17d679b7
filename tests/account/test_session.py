"""A session with an account: what is refused comes as one sentence that names the missing permission."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from botocore.stub import Stubber

import account
from account.errors import AccountRefusal, NoCredentials, PermissionMissing, Throttled, Unreachable
from account.permissions import ACTIONS, policy_text
from account.session import ATTEMPTS, session, told
from model.problems import BadInput, UnknownName

ACTION = "ce:GetCostAndUsage"
MONTH = {"Start": "2026-09-01", "End": "2026-10-01"}


def test_a_session_reaches_the_account_over_http(aws: str) -> None:
    """The usual environment variables are enough."""
    with told("sts:GetCallerIdentity"):
        assert session().client("sts").get_caller_identity()["Account"] == "123456789012"


def test_the_region_falls_back_to_us_east_1(unsigned: None) -> None:
    """A machine without a region still gets an answer from services that know none."""
    assert session().region_name == "us-east-1"
    assert session(region="eu-west-1").region_name == "eu-west-1"


def test_every_client_retries(unsigned: None) -> None:
    """The retries belong to the session, so that no client can lack them."""
    config = session().client("ce").meta.config
    assert config.retries == {"mode": "standard", "total_max_attempts": ATTEMPTS}


def test_missing_credentials_name_the_permission(unsigned: None) -> None:
    """Nobody signed in: what to do, and which permission it will take."""
    with pytest.raises(NoCredentials, match=r"no AWS credentials.*--profile.*ce:GetCostAndUsage"), told(ACTION):
        session().client("ce").get_cost_and_usage(TimePeriod=MONTH, Granularity="MONTHLY", Metrics=["UnblendedCost"])


def test_an_unknown_profile_names_the_nearest(unsigned: None, tmp_path: Path) -> None:
    """A profile that the machine does not have."""
    (tmp_path / "config").write_text("[profile production]\nregion = eu-west-1\n")
    with pytest.raises(BadInput, match=r"'prodution' is not an AWS profile .* 'production'"):
        session(profile="prodution")
    assert session(profile="production").region_name == "eu-west-1"


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("AccessDeniedException", PermissionMissing, "the permission ce:GetCostAndUsage is missing"),
        ("ThrottlingException", Throttled, "try again later"),
        ("LimitExceededException", Throttled, "try again later"),
        ("ExpiredTokenException", NoCredentials, "does not accept the credentials"),
        ("DataUnavailableException", AccountRefusal, r"\(DataUnavailableException\): not yet"),
    ],
)
def test_every_refusal_is_one_sentence(unsigned: None, code: str, kind: type[AccountRefusal], words: str) -> None:
    """Denied, throttled, expired or anything else: a sentence of its own, without a traceback."""
    client = session().client("ce")
    with Stubber(client) as stub:
        stub.add_client_error("get_cost_and_usage", code, "not yet")
        with pytest.raises(kind, match=words) as caught, told(ACTION):
            client.get_cost_and_usage(TimePeriod=MONTH, Granularity="MONTHLY", Metrics=["UnblendedCost"])
    assert "\n" not in str(caught.value)


def test_no_answer_is_said(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A closed port is not a traceback."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(Unreachable, match="did not answer to sts:GetCallerIdentity"), told("sts:GetCallerIdentity"):
        session(attempts=1).client("sts").get_caller_identity()


@pytest.mark.parametrize("command", sorted(ACTIONS))
def test_a_policy_grants_just_what_the_command_calls(command: str) -> None:
    """Every action of the command once, no wildcard action, and nothing that writes outside of budgets."""
    policy = json.loads(policy_text(command))
    granted = [action for statement in policy["Statement"] for action in statement["Action"]]
    assert sorted(granted) == sorted(ACTIONS[command])
    assert not any("*" in action for action in granted)
    reads = ("get", "list", "describe", "view", "filter")
    writes = [action for action in granted if not action.split(":")[1].casefold().startswith(reads)]
    assert writes == (["budgets:ModifyBudget"] if command == "budgets push" else [])


def test_settings_that_cannot_be_read_are_said(unsigned: None, tmp_path: Path) -> None:
    """A broken configuration file is a sentence."""
    (tmp_path / "config").write_text("[profile\n")
    with pytest.raises(BadInput, match="AWS settings of this machine cannot be used"):
        session()


def test_every_action_that_is_asked_for_stands_in_a_policy() -> None:
    """What the code tells to be missing is what `--policy` grants."""
    root = Path(account.__file__).parent
    asked = {
        action
        for path in root.glob("*.py")
        for call in re.findall(r"\btold\(([^)]*)\)", path.read_text())
        for action in re.findall(r'"([a-z]+:[A-Za-z]+)"', call)
    }
    assert len(asked) > 4
    assert asked <= {action for actions in ACTIONS.values() for action in actions}


def test_an_unknown_command_has_no_policy() -> None:
    """The nearest command is named."""
    with pytest.raises(UnknownName, match="actuals"):
        policy_text("actual")
