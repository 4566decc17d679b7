"""Values go from an answer into the next request of the same user, and no credential to another host."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from loadtests.carrying import User, usable
from loadtests.generator import generator
from loadtests.plan import Journey, Plan, Request
from loadtests.prelude import prelude_of
from loadtests.recording import Recording
from loadtests.replies import Reply
from loadtests.result_text import result_text
from loadtests.results import judged
from loadtests.run import run
from loadtests.safety import check_allowed, check_target, refusal_of
from loadtests.standin.process import Running, stand_in
from loadtests.suite import Suite
from model.carrying import Takes
from model.problems import BadInput
from tests.loadtests.serving import Answer, serving


def calls(time_ms: float = 2) -> list[dict[str, Any]]:
    return [{"to": "api", "time_ms": time_ms, "distribution": "constant"}]


@pytest.fixture
def shop(raw: dict[str, Any], tmp_path: Path) -> str:
    """A document in which everything is carried: a token, an address, an id, a job's place."""
    token = {"bearer": "token"}
    endpoints: dict[str, dict[str, Any]] = {
        "sign_in": {"method": "POST", "path": "/login", "share": 0.2, "gives": {"token": "$response.body#/auth/token"}},
        "list": {"path": "/items", "share": 0.2, "takes": token},
        "ask_upload": {
            "method": "POST",
            "path": "/uploads",
            "share": 0.1,
            "takes": token,
            "gives": {"upload_url": "$response.body#/upload/url", "file_id": "$response.body#/upload/id"},
        },
        "upload": {"method": "PUT", "path": "presigned", "share": 0.1, "takes": {"url": "upload_url"}},
        "view": {"path": "/files/{id}", "share": 0.2, "takes": {"path": {"id": "file_id"}}},
        "order": {
            "method": "POST",
            "path": "/jobs",
            "share": 0.1,
            "takes": token,
            "gives": {"job": "$response.header.Location"},
        },
        "poll": {"path": "/jobs/{id}", "share": 0.1, "takes": {"bearer": "token", "url": "job"}},
    }
    raw["endpoints"] = {name: {"client": "web", "calls": calls(), **one} for name, one in endpoints.items()}
    raw["journeys"] = {
        "upload": {"steps": ["sign_in", "ask_upload", "upload", "view"], "think_s": 0.05},
        "order": {"steps": ["order", "poll", "poll"], "think_s": 0.05},
    }
    raw["targets"] = {"errors": {"metric": "error_rate", "threshold": 0.05}}
    path = tmp_path / "shop.yaml"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return str(path)


def driven(plan: Plan, host: str, auth_header: str = "") -> Recording:
    """What a plan's generator records against a host."""
    with generator(plan, host, auth_header=auth_header) as started:
        return started.finished()


def plan_of(shop: str, host: str, **wishes: Any) -> Plan:
    """A second of journeys and single requests."""
    chosen: dict[str, Any] = {"rate_per_s": 60, "duration_s": 1.0, "warm_up_s": 0.0, "most_error_share": 1.0}
    return Suite.of(shop).plan(host=host, **(chosen | wishes))


def causes(recording: Recording, endpoint: str) -> dict[str, int]:
    return dict(recording.endpoints[endpoint].errors)


def test_the_stand_in_serves_only_what_it_gave_and_the_chain_holds(shop: str) -> None:
    """Journeys and single requests all succeed; every upload went to an address that the stand-in gave, and its own
    count is the generator's, with what made users ready beside it.
    """
    plan = Suite.of(shop).plan(rate_per_s=80, duration_s=2, warm_up_s=0)
    with stand_in(shop, "only", scale=plan.scale) as standing:
        recording = driven(plan, standing.url)
        counted = standing.counters()["endpoints"]
    assert {journey.name for journey in plan.journeys} == {"upload", "order"}
    assert [step.endpoint for step in plan.prelude] == ["sign_in", "ask_upload", "upload", "order"]
    assert not recording.whole().errors
    assert not recording.prelude_errors
    assert set(recording.endpoints) == set(counted) == {request.endpoint for request in plan.requests}
    assert dict(recording.prelude) == dict.fromkeys(["sign_in", "ask_upload", "upload", "order"], 8)
    for name, seen in recording.endpoints.items():
        assert counted[name]["turned_away"] == 0
        assert counted[name]["answered"] == seen.times.count + recording.prelude[name]
    assert recording.endpoints["upload"].times.count > 5


@pytest.mark.parametrize("wishes", [{"users": 5, "think_s": 0.02}, {"mixes": 2}, {"workers": 2}])
def test_users_mixes_and_workers_have_what_they_need(shop: str, wishes: dict[str, Any]) -> None:
    """Without journeys too, no request lacks a token, an address or an id."""
    result = run(Suite.of(shop).plan(rate_per_s=60, duration_s=1, warm_up_s=0, **wishes), predict=False)
    assert result.recording.whole().times.count > 20
    assert not result.recording.whole().errors
    assert result.recording.prelude["sign_in"] == 8 * wishes.get("workers", 1)


def ask(standing: Running, method: str, path: str, **headers: str) -> tuple[int, dict[str, str], Any]:
    """One request; status, headers, JSON."""
    connection = HTTPConnection(standing.url.partition("//")[2], timeout=10)
    try:
        connection.request(method, path, b"{}" if method != "GET" else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, {key.lower(): value for key, value in answer.getheaders()}, json.loads(text)
    finally:
        connection.close()


def test_the_stand_in_turns_away_what_it_never_gave(shop: str) -> None:
    """No token or a wrong one: 401. An unknown signature: 403. An unknown id: 404. The given ones: 200."""
    with stand_in(shop, "only") as standing:
        token = ask(standing, "POST", "/login")[2]["auth"]["token"]
        wrong = token[:-1] + ("0" if token[-1] != "0" else "1")
        assert ask(standing, "GET", "/items")[0] == 401
        status, headers, body = ask(standing, "GET", "/items", Authorization=f"Bearer {wrong}")
        assert (status, headers["www-authenticate"], body["error"].partition(":")[0]) == (401, "Bearer", "token")
        assert ask(standing, "GET", "/items", Authorization=f"Bearer {token}")[0] == 200
        given = ask(standing, "POST", "/uploads", Authorization=f"Bearer {token}")[2]["upload"]
        assert given["url"].startswith(standing.url)
        path = given["url"].removeprefix(standing.url)
        assert ask(standing, "PUT", path.partition("?")[0])[0] == 403
        assert ask(standing, "PUT", path.replace("signature=", "signature=9"))[0] == 403
        assert ask(standing, "PUT", path)[0] == 200
        assert ask(standing, "GET", "/files/17")[0] == 404
        assert ask(standing, "GET", f"/files/{given['id']}")[0] == 200
        assert ask(standing, "GET", f"/files/{token}")[0] == 404
        counted = standing.counters()["endpoints"]
        described = ask(standing, "GET", "/openapi.json")[2]
    assert (counted["upload"]["turned_away"], counted["upload"]["answered"]) == (2, 1)
    upload = described["paths"]["/uploads"]["post"]
    assert upload["security"] == [{"token": []}]
    assert "401" in upload["responses"]
    shape = upload["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(shape["properties"]["upload"]["properties"]) == {"url", "id"}
    assert described["components"]["securitySchemes"]["token"] == {"type": "http", "scheme": "bearer"}


def test_the_same_seed_gives_the_same_values(shop: str) -> None:
    """What is given is made up from the seed: no secret, and the same each time."""
    tokens = []
    for seed in (3, 3, 4):
        with stand_in(shop, "only", seed) as standing:
            tokens.append(ask(standing, "POST", "/login")[2]["auth"]["token"])
    assert tokens[0] == tokens[1] != tokens[2]


def test_a_server_that_gives_no_token_fails_the_step_that_should_have_given_it(shop: str) -> None:
    """The sign-in is an error with its own cause, what needs the token is not sent, and the run proves nothing."""
    with serving(lambda *_: (200, {}, {"auth": {}})) as (host, asked):
        plan = plan_of(shop, host)
        recording = driven(plan, host)
    assert set(causes(recording, "sign_in")) == {"no token in the answer"}
    assert recording.endpoints["sign_in"].times.count == 0
    assert set(causes(recording, "list")) == {"not sent: no token"}
    assert {path for _, path, _ in asked} == {"/login"}
    assert recording.prelude_errors["sign_in: no token in the answer"] == 8
    result = judged(plan, recording, host)
    assert result.exit_code == 4
    assert any("requests were not sent: no token" in why for why in result.invalid_because)
    assert "failed: 8 ask_upload: not sent: no token" in result_text(result)


def answering(upload_url: str) -> Answer:
    """A service whose files are kept elsewhere, and which sets a cookie."""
    bodies = {
        "/login": {"auth": {"token": "secret-token"}},
        "/uploads": {"upload": {"url": upload_url, "id": 7}},
    }
    headers = {"Set-Cookie": "session=secret-cookie; Path=/; HttpOnly", "Location": "/jobs/3"}
    return lambda _, path: (200, headers, bodies.get(path, {}))


@pytest.mark.parametrize("given", ["", "Authorization: Bearer given", "X-Key: given"])
def test_what_bears_credentials_never_leaves_the_tested_host(shop: str, given: str) -> None:
    """An address on another host is asked without token, cookie or header; the tested host is asked with them."""
    with ExitStack() as opened:
        elsewhere, asked_there = opened.enter_context(serving(lambda *_: (200, {"Set-Cookie": "other=1"}, {})))
        put = f"{elsewhere.replace('127.0.0.1', 'localhost')}/put?sign=a%2Fb%3D"
        host, asked = opened.enter_context(serving(answering(put)))
        recording = driven(plan_of(shop, host), host, given)
    assert not recording.whole().errors
    assert len(asked_there) > 3
    for method, path, headers in asked_there:
        assert (method, path) == ("PUT", "/put?sign=a%2Fb%3D")
        assert headers.keys() <= {"host", "user-agent", "content-type", "content-length", "accept-encoding"}
    tokens = {headers.get("authorization") for _, path, headers in asked if path == "/uploads"}
    assert tokens <= {"Bearer secret-token", given.partition(": ")[2] if given.startswith("Auth") else ""}
    assert "Bearer secret-token" in tokens
    cookies = {headers.get("cookie") for _, path, headers in asked if path == "/uploads"}
    assert "session=secret-cookie" in cookies
    assert not any("other" in (cookie or "") for cookie in cookies)
    assert {path for _, path, _ in asked} >= {"/files/7", "/jobs/3"}


def test_a_given_header_stands_for_the_token_of_single_requests(shop: str) -> None:
    """With an Authorization header from the user, nobody signs in to make users ready."""
    with serving(answering("/put")) as (host, asked):
        recording = driven(plan_of(shop, host), host, "Authorization: Bearer given")
    assert "sign_in" not in recording.prelude
    assert {headers["authorization"] for _, path, headers in asked if path == "/items"} == {"Bearer given"}


def test_an_address_on_a_host_that_is_not_allowed_is_not_asked(shop: str) -> None:
    """It is an error that says how to allow it, and the run proves nothing."""
    with serving(answering("https://files.example.com/put")) as (host, _):
        plan = plan_of(shop, host)
        recording = driven(plan, host)
    cause = "not sent: upload_url leads to files.example.com: allow it with --allow-host files.example.com"
    assert set(causes(recording, "upload")) == {cause}
    assert any(cause in why for why in judged(plan, recording, host).invalid_because)


@pytest.mark.parametrize(
    "address", ["ftp://127.0.0.1/x", "http://a:b@127.0.0.1/x", "http://[bad/x", "http://127.0.0.1:x/"]
)
def test_what_is_no_address_is_not_asked(shop: str, address: str) -> None:
    """Another scheme, credentials in it, or no address at all: a counted cause, no exception."""
    with serving(answering(address)) as (host, _):
        recording = driven(plan_of(shop, host), host)
    assert all(cause.startswith("not sent: upload_url is ") for cause in causes(recording, "upload"))
    assert causes(recording, "upload")


API, LOCAL = ("https", "api.example.com", 443), ("http", "127.0.0.1", 8000)


@pytest.mark.parametrize(
    ("origin", "own", "allowed", "asked"),
    [
        (("https", "api.example.com", 8443), API, (), True),
        (("https", "files.example.com", 443), API, (), False),
        (("https", "files.example.com", 443), API, ("files.example.com",), True),
        (("https", "files.example.com.evil.org", 443), API, ("files.example.com",), False),
        (("http", "localhost", 9000), LOCAL, (), True),
        (("http", "127.0.0.1", 5432), API, (), False),
        (("http", "169.254.169.254", 80), LOCAL, (), False),
    ],
)
def test_answers_lead_to_the_tested_host_and_to_those_allowed(
    origin: tuple[str, str, int], own: tuple[str, str, int], allowed: tuple[str, ...], asked: bool
) -> None:
    """A deployment's answer never leads to this machine, nor to a host that merely looks like an allowed one."""
    assert (refusal_of(origin, own, allowed) is None) == asked


def test_an_allowed_host_is_another_machine_that_needs_a_yes(make_plan: Callable[..., Plan]) -> None:
    """A test of this machine whose files go to another is confirmed above 100 requests per second."""
    plan = make_plan(rate_per_s=200, allow_hosts=check_allowed(["Files.example.com"]))
    assert plan.allow_hosts == ("files.example.com",)
    with pytest.raises(BadInput, match=r"files\.example\.com is not this machine"):
        check_target("http://127.0.0.1:8000", plan, confirmed=False)
    with pytest.raises(BadInput, match="'https://x' is not the name of a host"):
        check_allowed(["https://x", "ok.example.com"])


@pytest.mark.parametrize("found", ["", "a b", "a\r\nX: y", "ä", "x" * 9000, None, True, [1], {"a": 1}, 1.5])
def test_what_a_header_cannot_hold_is_no_value(found: object) -> None:
    """A value with a line's end would add a header of the server's choice."""
    assert usable(found) is None


def test_a_body_that_is_no_json_gives_nothing() -> None:
    """Its step fails with the name of the value."""
    request = Request(endpoint="a", method="GET", path="/", share=1.0, gives={"token": "$response.body#/a/token"})
    for content in (b"", b"<html>", b"[1]", b'{"a": "token"}', b"[" * 100_000):
        assert User().keep(request, Reply(0.0, 0.0, 200, None, content), {}) == "no token in the answer"


def test_a_prelude_goes_the_shortest_way_and_asks_nothing_twice() -> None:
    """A file is put there before it is fetched; a token comes from the endpoint that is called most."""

    def one(name: str, share: float = 0.1, gives: tuple[str, ...] = (), **takes: Any) -> Request:
        places = {value: f"$response.body#/{value}" for value in gives}
        return Request(endpoint=name, method="GET", path="/", share=share, gives=places, takes=Takes(**takes))

    requests = {
        request.endpoint: request
        for request in (
            one("sign_up", 0.1, ("token",)),
            one("sign_in", 0.2, ("token",)),
            one("ask", 0.1, ("put_url", "get_url"), bearer="token"),
            one("put", url="put_url"),
            one("get", url="get_url"),
            one("home"),
        )
    }
    journeys = (
        Journey(name="long", steps=("sign_up", "home", "ask", "put", "get")),
        Journey(name="short", steps=("ask", "put", "get")),
    )
    prelude = prelude_of([requests["get"], requests["home"], requests["ask"]], journeys, requests)
    assert [step.endpoint for step in prelude] == ["sign_in", "ask", "put"]
    assert prelude_of([requests["home"]], journeys, requests) == ()
