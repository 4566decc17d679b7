"""`stageplan audit`: the document's claims against the model."""

from __future__ import annotations

import json as json_text
import sys

from model.loading import bundled_names, load
from model.problems import BadInput
from studies.audit.audit import audit
from studies.audit.text import audit_markdown, audits_text


def run(arch: str | None, *, json: bool, markdown: bool, prices_date: str | None, seed: int) -> None:
    """Print the findings of one architecture, or of all bundled ones; findings are no failure."""
    if json and markdown:
        raise BadInput("--json and --markdown exclude each other")
    names = [arch] if arch else list(bundled_names())
    audits = [audit(load(name), prices_date=prices_date, seed=seed) for name in names]
    if json:
        answer = audits[0].as_json() if arch else {"audits": [item.as_json() for item in audits]}
        sys.stdout.write(json_text.dumps(answer, indent=2, ensure_ascii=False) + "\n")
    elif markdown:
        sys.stdout.write("\n".join(audit_markdown(item) for item in audits))
    else:
        sys.stdout.write(audits_text(audits))
