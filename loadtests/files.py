"""A result as files for others: JSON, JUnit XML for CI, CSV of the endpoints and windows, Markdown."""

from __future__ import annotations

import csv
import io
import json
from typing import Final
from xml.etree import ElementTree

from loadtests.page.render import html
from loadtests.result_text import behind, conclusion, few_requests, interval, shown
from loadtests.results import LoadTestResult
from loadtests.verdicts import said

MEASURED: Final = {f"p{p} ms": f"p{p}_ms" for p in (50, 95, 99)}
PREDICTED: Final = {f"predicted p{p}": f"p{p}_ms" for p in (50, 95, 99)} | {"unloaded mean": "unloaded_mean_ms"}


def result_files(result: LoadTestResult) -> dict[str, str]:
    """Every file of a result by name, for whoever writes them."""
    return {
        "loadtest.json": json.dumps(result.as_json(), indent=2, ensure_ascii=False) + "\n",
        "loadtest.junit.xml": junit(result),
        "loadtest-endpoints.csv": endpoints_csv(result),
        "loadtest-windows.csv": windows_csv(result),
        "loadtest.md": markdown(result),
        "loadtest.html": html(result),
    }


def junit(result: LoadTestResult) -> str:
    """JUnit XML: a test case per target, failed when missed, an error when undecided; one more for the run itself."""
    plan = result.plan
    undecided = [verdict for verdict in result.verdicts if verdict.state == "undecided"]
    suite = ElementTree.Element(
        "testsuite",
        name=f"loadtest {plan.architecture} {plan.stage} against {plan.against}",
        tests=str(len(result.verdicts) + len(result.not_judged) + 1),
        failures=str(len(result.missed)),
        errors=str(len(undecided) + (not result.valid)),
        skipped=str(len(result.not_judged)),
        time=f"{plan.load.duration_s:g}",
    )
    name = f"loadtest.{plan.architecture}.{plan.stage}"
    run = ElementTree.SubElement(suite, "testcase", classname=name, name="the run is valid")
    if not result.valid:
        ElementTree.SubElement(run, "error", message=clean("; ".join(result.invalid_because)))
    for verdict in result.verdicts:
        case = ElementTree.SubElement(suite, "testcase", classname=name, name=verdict.target)
        said = f"{shown(verdict, verdict.value)} ({interval(verdict)}), target {shown(verdict, verdict.threshold)}"
        if verdict.state == "missed":
            ElementTree.SubElement(case, "failure", message=said)
        elif verdict.state == "undecided":
            ElementTree.SubElement(case, "error", message=f"{said}: {verdict.why}")
    for target, why in result.not_judged.items():
        ElementTree.SubElement(
            ElementTree.SubElement(suite, "testcase", classname=name, name=target), "skipped", message=why
        )
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def clean(text: str) -> str:
    """Text without the control characters that XML cannot hold.

    >>> clean("a\\x00b")
    'ab'
    """
    return "".join(char for char in text if char.isprintable() or char in "\n\t")


def endpoints_csv(result: LoadTestResult) -> str:
    """A row per endpoint."""
    rows = []
    for row in result.as_json()["endpoints"]:
        predicted = row.pop("predicted")
        rows.append(row | {f"predicted_{key}": value for key, value in predicted.items()})
    return _csv(rows)


def windows_csv(result: LoadTestResult) -> str:
    """A row per window of time."""
    return _csv(result.as_json()["windows"])


def _csv(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, fieldnames=names or ["nothing"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def markdown(result: LoadTestResult) -> str:
    """A page: the conclusion, the verdicts, the endpoints with what was predicted."""
    plan = result.plan
    against = f"a stand-in: {behind(result)}, not a deployment" if plan.against == "standin" else result.host
    lines = [
        f"# Load test of {plan.architecture}, {plan.stage}",
        "",
        f"Against {against}. {_begun(conclusion(result))} Seed {plan.seed}.",
        *(["", _begun(plan.load_and_peak)] if plan.load_and_peak else []),
        "",
        *(f"- Invalid: {why}." for why in result.invalid_because),
        "",
        "| verdict | target | measured | 95 % interval | threshold | samples |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for verdict in result.verdicts:
        threshold = f"{'at most' if verdict.at_most else 'at least'} {shown(verdict, verdict.threshold)}"
        lines.append(
            f"| {said(verdict)} | {verdict.target} | {shown(verdict, verdict.value)} | {interval(verdict)} "
            f"| {threshold} | {verdict.samples} |"
        )
    lines += ["", *(f"- Not judged: {name}: {why}." for name, why in result.not_judged.items()), ""]
    heads = ["endpoint", "requests", "errors", *MEASURED, *PREDICTED]
    lines += ["| " + " | ".join(heads) + " |", "| --- " * len(heads) + "|"]
    for row in result.as_json()["endpoints"]:
        numbers = [row[key] for key in MEASURED.values()] + [row["predicted"].get(key) for key in PREDICTED.values()]
        cells = [row["endpoint"], row["requests"], row["errors"], *("" if n is None else f"{n:.4g}" for n in numbers)]
        lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
    lines += [line for words in few_requests(result) for line in ("", _begun(words))]
    return "\n".join(lines) + "\n"


def _begun(words: str) -> str:
    """Words as a sentence."""
    return f"{words[0].upper()}{words[1:]}."
