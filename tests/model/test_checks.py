"""The rules of a document, each broken once; the sentence is part of the promise."""

from collections.abc import Callable
from typing import Any

import pytest

from model.loading import read
from model.problems import BadDocument

Problems = Callable[[dict[str, Any]], list[str]]
Change = Callable[[dict[str, Any]], object]


def test_the_small_document_is_valid(small: dict[str, Any], problems: Problems) -> None:
    """What the other tests break is sound by itself."""
    assert problems(small) == []


CASES: list[tuple[Change, str]] = [
    (
        lambda d: d["components"]["cache"].update(kind="elasticcache"),
        "components.cache.kind: 'elasticcache' is not a component kind (did you mean 'elasticache'?)",
    ),
    (lambda d: d["components"]["cache"].pop("kind"), "components.cache.kind: is required"),
    (
        lambda d: d["components"]["api"].update(vcpu=0.3),
        "components.api.vcpu: 0.3 vCPU is not a Fargate size (nearest: 0.25 or 0.5)",
    ),
    (
        lambda d: d["components"]["api"].update(vcpu=float("nan")),
        "components.api.vcpu: nan vCPU is not a Fargate size (there are: 0.25, 0.5, 1, 2, 4, 8, 16)",
    ),
    (
        lambda d: d["components"]["api"].update(memory_gb=9),
        "components.api.memory_gb: 9 GB is not sold with 0.5 vCPU (nearest: 4)",
    ),
    (
        lambda d: d["components"]["database"].update(instance_class="db.t3.mirco"),
        "components.database.instance_class: 'db.t3.mirco' is not a class that the service sells"
        " (did you mean 'db.t3.micro'?)",
    ),
    (
        lambda d: d["components"].update(f={"kind": "lambda", "memory_mb": 64}),
        "components.f.memory_mb: 64 is below 128",
    ),
    (
        lambda d: d["components"]["database"].update(storage_typ="gp2"),
        "components.database.storage_typ: is not a field here (did you mean 'storage_type'?)",
    ),
    (
        lambda d: d["components"]["database"].update(storage_type="gp4"),
        "components.database.storage_type: 'gp4' is not one of gp2, gp3, io1, io2, standard (did you mean 'gp3'?)",
    ),
    (
        lambda d: d["components"]["database"].update(storage_gb=-5),
        "components.database.storage_gb: -5 is not a number of zero or more",
    ),
    (
        lambda d: d["components"]["database"].update(storage_gb=1e30),
        "components.database.storage_gb: 1e+30 is not sold: 20 to 65,536 GB with gp3",
    ),
    (
        lambda d: d["components"]["database"].update(storage_gb=50, storage_type="io2", iops=1e6),
        "components.database.iops: 1e+06 is not sold: at most 256,000 IOPS with io2",
    ),
    (
        lambda d: d["stages"][1]["components"].update(database={"throughput_mbps": 4001}),
        "stages[1].components.database.throughput_mbps: 4001 is not sold: at most 4,000 MB/s with gp3",
    ),
    (
        lambda d: d["components"]["database"].update(storage_gb="users * 1000"),
        "components.database.storage_gb: 200000 is not sold: 20 to 65,536 GB with gp3 (at stage 'first')",
    ),
    (
        lambda d: d["components"]["database"].update(backup_gb="users / (users - users)"),
        "components.database.backup_gb: 'users / (users - users)' divides by zero (at stage 'first')",
    ),
    (
        lambda d: d["workload"].update(monthly_requests="users / (users - users)"),
        "stages[0].workload.monthly_requests: 'users / (users - users)' divides by zero",
    ),
    (
        lambda d: d["components"]["database"].update(implied=True),
        "components.database.why: is required: an implied component says why it is needed",
    ),
    (
        lambda d: d["stages"][1]["components"]["api"]["tasks"].update(min=3, max=2),
        "stages[1].components.api.tasks.max: 2 is below tasks.min 3",
    ),
    (
        lambda d: d["stages"][1]["components"].update(databse={"storage_gb": 9}),
        "stages[1].components.databse: 'databse' is not a component at this stage (did you mean 'database'?)",
    ),
    (
        lambda d: d["stages"][1].update(remove=["cahce"]),
        "stages[1].remove[0]: 'cahce' is not a component at this stage (did you mean 'cache'?)",
    ),
    (
        lambda d: d["stages"][1].update(builds_on="frist"),
        "stages[1].builds_on: 'frist' is not an earlier stage (did you mean 'first'?)",
    ),
    (lambda d: d["stages"][1].update(name="first"), "stages[1].name: 'first' is the name of another stage too"),
    (
        lambda d: d["stages"][1].update(add={"api": {"kind": "lambda"}}),
        "stages[1].add.api: is there already: resize it under 'components'",
    ),
    (
        lambda d: d["stages"][1]["components"]["api"].update(kind="lambda"),
        "stages[1].components.api.kind: 'lambda' changes the kind: remove 'api' and add another",
    ),
    (
        lambda d: d["endpoints"]["read"]["calls"].append({"to": "databse"}),
        "endpoints.read.calls[1]: 'databse' is not a component (did you mean 'database'?)",
    ),
    (
        lambda d: d["endpoints"]["read"]["calls"].append({"to": "database"}),
        "endpoints.read.calls[1]: 'web' has no connection to 'database' (at stage 'first')",
    ),
    (
        lambda d: d["endpoints"]["read"].update(share=0.5),
        "stages[0].name: 'first': the shares of its endpoints sum to 0.75, not 1",
    ),
    (
        lambda d: d["endpoints"]["read"].update(share=None),
        "endpoints.read: has neither a share of the requests nor monthly_calls",
    ),
    (
        lambda d: d["endpoints"]["read"]["calls"][0]["calls"][0].update(hit_ratio=1.2),
        "endpoints.read.calls[0].calls[0].hit_ratio: 1.2 is not between 0 and 1",
    ),
    (
        lambda d: d["connections"].append({"from": "api", "to": "cash", "kind": "read"}),
        "connections[3].to: 'cash' is not a component (did you mean 'cache'?)",
    ),
    (
        lambda d: d["connections"][0].update(kind="requst"),
        "connections[0].kind: 'requst' is not one of request, event, read, write, auth, origin, telemetry, replication"
        " (did you mean 'request'?)",
    ),
    (
        lambda d: d["components"].update(spare={"kind": "sqs"}),
        "components.spare: is not reached: no connection leads to it or from it",
    ),
    (
        lambda d: d["workload"].update(monthly_requests="user * 30"),
        "workload.monthly_requests: 'user' in 'user * 30' is not an assumption (did you mean 'users'?)",
    ),
    (lambda d: d["workload"].update(peak_factor=30), "stages[0].workload.peak_factor: 30 is not between 1 and 24"),
    (
        lambda d: d["assumptions"]["users"].update(likely=50),
        "assumptions.users.likely: 50 is below users.low 100",
    ),
    (lambda d: d["assumptions"]["users"].pop("why"), "assumptions.users.why: is required"),
    (lambda d: d.update(enpoints={}), "enpoints: is not a part of a document (did you mean 'endpoints'?)"),
    (lambda d: d.pop("title"), "title: is required"),
    (
        lambda d: d["components"]["api"].update(group="vpc"),
        "components.api.group: 'vpc' is not a group",
    ),
    (
        lambda d: d.update(targets={"fast": {"metric": "latency_ms", "threshold": 100, "endpoints": ["raed"]}}),
        "targets.fast.endpoints[0]: 'raed' is not an endpoint (did you mean 'read'?)",
    ),
    (
        lambda d: d.update(journeys={"both": {"steps": ["read", "wriet"]}}),
        "journeys.both.steps[1]: 'wriet' is not an endpoint (did you mean 'write'?)",
    ),
    (
        lambda d: d.update(journeys={"both": {"steps": ["read"], "think_s": "user / 10"}}),
        "journeys.both.think_s: 'user' in 'user / 10' is not an assumption (did you mean 'users'?)",
    ),
    (
        lambda d: d.update(journeys={"both": {"steps": ["read"], "think_s": "0 - users"}}),
        "journeys.both.think_s: -200 is not a number of zero or more",
    ),
    (
        lambda d: (
            d["endpoints"]["read"].update(gives={"token": "$response.body#/token"}),
            d["endpoints"]["write"].update(takes={"bearer": "tokn"}),
        ),
        "endpoints.write.takes.bearer: no endpoint gives 'tokn' (did you mean 'token'?)",
    ),
    (
        lambda d: d["endpoints"]["read"].update(gives={"id": "$response.body#/id"}, takes={"bearer": "id"}),
        "endpoints.read.takes: 'id' cannot be had at stage 'first'",
    ),
    (
        lambda d: (
            d["endpoints"]["read"].update(gives={"id": "$response.body#/id"}, stages=["second"], share=0),
            d["endpoints"]["write"].update(takes={"bearer": "id"}, share=1),
        ),
        "endpoints.write.takes: 'id' cannot be had at stage 'first'",
    ),
    (
        lambda d: (
            d["endpoints"]["read"].update(gives={"id": "$response.body#/id"}, path="/items/{itemId}")
            or d["endpoints"]["write"].update(takes={"path": {"itmId": "id"}}, path="/items/{itemId}")
        ),
        "endpoints.write.takes.path.itmId: 'itmId' is not a hole of '/items/{itemId}' (did you mean 'itemId'?)",
    ),
    (
        lambda d: d["endpoints"]["read"].update(gives={"id": "$request.path.key"}, path="/items/{itemId}"),
        "endpoints.read.gives.id: 'key' is not a hole of '/items/{itemId}'",
    ),
    (
        lambda d: d["endpoints"]["read"].update(gives={"a": "$response.body#/x", "b": "$response.body#/x/y"}),
        "endpoints.read.gives.a: '$response.body#/x' holds the place of 'b' too",
    ),
    (
        lambda d: (
            d["endpoints"]["read"].update(gives={"it": "$response.body#/it"}),
            d["endpoints"]["write"].update(takes={"bearer": "it", "url": "it"}),
        ),
        "endpoints.write.takes.url: 'it' is the bearer of write: a value is one thing",
    ),
    (
        lambda d: d["endpoints"]["write"].update(takes={"bearr": "token"}),
        "endpoints.write.takes.bearr: is not a field here (did you mean 'bearer'?)",
    ),
    (
        lambda d: d.update(claims=[{"id": "C-1", "kind": "price", "subject": "x", "stages": ["thrid"]}]),
        "claims[0].stages[0]: 'thrid' is not a stage",
    ),
    (
        lambda d: d.update(
            claims=[
                {"id": "C-1", "kind": "price", "subject": "x"},
                {"id": "C-1", "kind": "price", "subject": "y"},
            ]
        ),
        "claims[1].id: 'C-1' is the id of another claim too",
    ),
]


@pytest.mark.parametrize(("change", "sentence"), CASES, ids=[sentence.split(":")[0] for _, sentence in CASES])
def test_a_broken_rule_is_told_with_place_value_and_nearest_name(
    small: dict[str, Any], problems: Problems, change: Change, sentence: str
) -> None:
    """Each rule has its sentence."""
    change(small)
    assert sentence in problems(small)


def test_a_call_back_to_what_is_held_is_refused(small: dict[str, Any], problems: Problems) -> None:
    """A cycle of held calls can deadlock: the way round is shown."""
    small["connections"].append({"from": "database", "to": "api", "kind": "request"})
    small["endpoints"]["write"]["calls"][0]["calls"][0]["calls"] = [{"to": "api"}]
    sentence = (
        "endpoints.write.calls[0].calls[0].calls[0]: 'api' is held while it is called again: api -> database -> api"
    )
    assert sentence in problems(small)
    small["endpoints"]["write"]["calls"][0]["calls"][0]["calls"][0]["asynchronous"] = True
    assert problems(small) == []


def test_all_problems_are_told_at_once_sorted_by_place(small: dict[str, Any], problems: Problems) -> None:
    """A bad component does not hide a bad stage or a bad call."""
    small["components"]["cache"]["kind"] = "elasticcache"
    small["stages"][1]["components"]["api"]["tasks"] = {"min": 3, "max": 2}
    small["endpoints"]["read"]["calls"].append({"to": "databse"})
    found = problems(small)
    assert [sentence.split(":")[0] for sentence in found] == [
        "components.cache.kind",
        "endpoints.read.calls[1]",
        "stages[1].components.api.tasks.max",
    ]


def test_other_problems_do_not_hide_shares_or_cycles(small: dict[str, Any], problems: Problems) -> None:
    """What is wrong whatever a broken component comes to is told beside it; what depends on it is not."""
    small["components"]["cache"]["kind"] = "elasticcache"
    small["endpoints"]["read"]["share"] = 0.5
    small["endpoints"]["write"]["calls"][0]["calls"][0]["calls"] = [{"to": "api"}]
    found = problems(small)
    assert "endpoints: the shares sum to 0.75, not 1" in found
    assert any("'api' is held while it is called again: api -> database -> api" in sentence for sentence in found)
    small["endpoints"]["read"]["share"] = "users / 1000"
    assert not any("shares" in sentence for sentence in problems(small))
    small["endpoints"] = 5
    assert "endpoints: is not a mapping of names" in problems(small)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\na: 2\n", "line 2: 'a' is written twice in the same mapping"),
        ("a: &x [1]\nb: *x\n", "line 1: anchors and aliases are not allowed: write the value out"),
        ("a: !!python/object/apply:os.system [ls]\n", "the tag !!python/object/apply:os.system would run code"),
        ("[" * 60 + "]" * 60, "line 1: is nested more than 40 levels deep"),
        ("a: [1\n", "line 2:"),
        ("- 1\n- 2\n", "is not a mapping with components, connections, endpoints and stages"),
        ("", "is not a mapping with components, connections, endpoints and stages"),
        ("x: " + "y" * 2_000_001, "2.0 MB is too large: a document has at most 2 MB"),
    ],
)
def test_a_file_is_data_only(text: str, sentence: str) -> None:
    """Aliases, duplicate keys, code, huge and deeply nested files are refused with a sentence."""
    with pytest.raises(BadDocument) as refused:
        read(text, "x.yaml")
    assert sentence in str(refused.value)
