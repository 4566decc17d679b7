"""`stageplan audit`: the document's claims against the model."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from model.loading import bundled_names, load
from reports.audit_csv import audits_csv
from stageplan.options import Csv, Json, PricesDate, Seed
from stageplan.output import one_format, write_json
from studies.audit.audit import audit
from studies.audit.text import audit_markdown, audits_text


def run(
    arch: Annotated[str | None, typer.Argument(metavar="[ARCH]", help="All bundled ones when absent.")] = None,
    json: Json = False,
    csv: Csv = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, fit for a pull request.")] = False,
    prices_date: PricesDate = None,
    seed: Seed = 0,
) -> None:
    """Print the findings of one architecture, or of all bundled ones; findings are no failure."""
    one_format(json=json, csv=csv, markdown=markdown)
    names = [arch] if arch else list(bundled_names())
    audits = [audit(load(name), prices_date=prices_date, seed=seed) for name in names]
    if json:
        answer = audits[0].as_json() if arch else {"audits": [item.as_json() for item in audits]}
        write_json(answer)
    elif csv:
        sys.stdout.write(audits_csv(audits))
    elif markdown:
        sys.stdout.write("\n".join(audit_markdown(item) for item in audits))
    else:
        sys.stdout.write(audits_text(audits))
