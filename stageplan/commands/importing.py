"""`stageplan import`: a draft from infrastructure code or the account, and what became of every resource."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from model.importing.draft_overlay import laid_over, read_draft_overlay
from model.importing.drafting import Drafted, document_text, draft
from model.importing.found import Inventory
from model.importing.report import report_text
from model.loading import read
from model.problems import BadInput
from reports.files import write_file
from stageplan.options import Json, Profile
from stageplan.output import write_json
from stageplan.policies import policy_option

app = typer.Typer(no_args_is_help=True, add_completion=False)

DraftFile = Annotated[
    str | None, typer.Option("-o", "--output", metavar="FILE", help="The draft; standard output when absent.")
]
Overlay = Annotated[
    str | None, typer.Option("--overlay", metavar="FILE", help="Your own changes, laid over every import.")
]
Policy = Annotated[bool, policy_option("import account")]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="The architecture's name.")]


@app.command("terraform-plan")
def terraform_plan(
    file: Annotated[str, typer.Argument(metavar="FILE", help="What `terraform show -json PLAN` prints.")],
    output: DraftFile = None,
    overlay: Overlay = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """A Terraform plan as JSON: modules, counts, what is known only after apply."""
    from model.importing.terraform_plan import read_terraform_plan

    _import(read_terraform_plan(Path(file)), output, overlay, name, json)


@app.command("terraform")
def terraform(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A folder with .tf files.")],
    output: DraftFile = None,
    overlay: Overlay = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """A folder of Terraform files, without Terraform; local modules are evaluated, no other is fetched."""
    from model.importing.terraform_folder import read_terraform_folder

    _import(read_terraform_folder(Path(folder)), output, overlay, name, json)


@app.command("cloudformation")
def cloudformation(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A template: YAML or JSON, plain, SAM or from the CDK.")],
    output: DraftFile = None,
    overlay: Overlay = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """A CloudFormation template, SAM's short forms and the CDK's output included."""
    from model.importing.cloudformation import read_cloudformation

    _import(read_cloudformation(Path(file)), output, overlay, name, json)


@app.command("compose")
def compose(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A compose file.")],
    output: DraftFile = None,
    overlay: Overlay = None,
    name: Name = None,
    json: Json = False,
) -> None:
    """A compose file, as suggestions: managed services for well-known images, Fargate for the rest."""
    from model.importing.compose import read_compose

    _import(read_compose(Path(file)), output, overlay, name, json)


@app.command("account")
def account(
    output: DraftFile = None,
    overlay: Overlay = None,
    name: Name = None,
    region: Annotated[
        str | None, typer.Option("--region", metavar="R", help="The account's region; the profile's when absent.")
    ] = None,
    profile: Profile = None,
    json: Json = False,
    policy: Policy = False,
) -> None:
    """What stands in an AWS account's region, read-only; what is denied or throttled makes the draft partial."""
    from account.scan import STEPS, scan
    from account.session import session
    from reports.progress import Progress

    with Progress(len(STEPS)) as progress:
        inventory = scan(session(region, profile), progress=progress)
    if not inventory.resources:
        missing = "".join(f"\n  {warning}" for warning in inventory.warnings)
        raise BadInput(f"nothing was found in {inventory.region}: no draft was written{missing}")
    _import(inventory, output, overlay, name, json)


def _import(inventory: Inventory, output: str | None, overlay: str | None, name: str | None, json: bool) -> None:
    """Draft, lay the overlay over it, check the whole, and only then write."""
    if not inventory.resources:
        raise BadInput(f"the {inventory.source} holds no resources: nothing was written")
    drafted = _overlaid(draft(replace(inventory, name=name) if name else inventory), overlay)
    if not drafted.document.get("components"):
        seen = drafted.report.seen
        raise BadInput(
            f"none of the {seen} resources of the {inventory.source} becomes a component: nothing was written"
        )
    text = document_text(drafted.document)
    read(text, output or "the draft")
    if output is not None:
        write_file(output, text)
    if json:
        write_json(drafted.report.as_json())
    elif output is None:
        sys.stdout.write(text)
        sys.stderr.write(report_text(drafted.report))
    else:
        sys.stdout.write(report_text(drafted.report))


def _overlaid(drafted: Drafted, overlay: str | None) -> Drafted:
    if overlay is None:
        return drafted
    document, missing = laid_over(drafted.document, read_draft_overlay(Path(overlay)))
    warnings = (*drafted.report.warnings, *missing)
    report = replace(
        drafted.report,
        warnings=warnings,
        architecture=str(document["architecture"]),
        components=len(document["components"]),
        endpoints=len(document.get("endpoints", ())),
        assumptions=tuple(document.get("assumptions", ())),
    )
    return Drafted(document, report)
