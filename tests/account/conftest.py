"""An AWS of our own: moto's server in this process, spoken to over real HTTP; no test needs an account."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import urllib3
from moto.server import ThreadedMotoServer

from account.scan import scan
from account.session import _NAMED_OTHERWISE, session
from model.importing.drafting import Drafted, draft
from model.importing.found import Inventory
from stageplan.cli import main
from tests.account import moto_gaps


class Done(NamedTuple):
    """A command that has run."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command as a user does, in this process, without a terminal to ask on."""

    def command(*arguments: str) -> Done:
        monkeypatch.setattr(sys, "argv", ["stageplan", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return Done(int(ended.value.code or 0), said.out, said.err)

    return command


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """The address of the server, for the whole session."""
    moto_gaps.fill()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def unsigned(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which nobody is signed in to AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def aws(unsigned: None, moto_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A machine signed in to an empty account of moto's; the server's address."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_url)
    urllib3.PoolManager().request("POST", f"{moto_url}/moto-api/reset")
    return moto_url


class Imported(NamedTuple):
    """An account that was scanned and drafted, with the IAM actions of the calls that it took."""

    inventory: Inventory
    drafted: Drafted
    actions: frozenset[str]


Import = Callable[[Callable[[Any], None], str], Imported]


@pytest.fixture(scope="module")
def imported(moto_url: str) -> Iterator[Import]:
    """Builds an account in moto's empty one, then scans and drafts it; a module may do so once for all its tests."""
    with pytest.MonkeyPatch.context() as machine:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            machine.setenv(name, "testing")
        machine.delenv("AWS_PROFILE", raising=False)
        machine.setenv("AWS_ENDPOINT_URL", moto_url)

        def whole(build: Callable[[Any], None], name: str) -> Imported:
            urllib3.PoolManager().request("POST", f"{moto_url}/moto-api/reset")
            build(session("us-east-1", attempts=1))
            here, actions = session("us-east-1", attempts=1), set[str]()
            here.events.register("before-call", lambda model, **_: actions.add(_action_of(model)))
            inventory = scan(here, name)
            return Imported(inventory, draft(inventory), frozenset(actions))

        yield whole


def _action_of(model: Any) -> str:
    """The IAM action of an operation: the APIs of API Gateway have one for all that reads."""
    service = {"monitoring": "cloudwatch"}.get(model.service_model.signing_name, model.service_model.signing_name)
    return f"{service}:{'GET' if service == 'apigateway' else _NAMED_OTHERWISE.get(model.name, model.name)}"


Refusal = Callable[[dict[str, str]], None]


@pytest.fixture
def refuses(monkeypatch: pytest.MonkeyPatch) -> Refusal:
    """Makes some operations of the account answer with an error code: {operation: code}."""
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    plain = BaseClient._make_api_call  # type: ignore[attr-defined]

    def refuse(codes: dict[str, str]) -> None:
        def call(self: Any, name: str, arguments: Any) -> Any:
            if name in codes:
                raise ClientError({"Error": {"Code": codes[name], "Message": "no"}}, name)
            return plain(self, name, arguments)

        monkeypatch.setattr(BaseClient, "_make_api_call", call)

    return refuse
