"""Plans as Terraform prints them, small, and what their drafts come to."""

from pathlib import Path
from typing import Any

from model.importing.drafting import Drafted, document_text, draft
from model.importing.terraform_plan import terraform_plan
from model.loading import read

FILES = Path(__file__).parent / "files"
PROVIDER = "registry.terraform.io/hashicorp/aws"


def resource(address: str, index: Any = None, **values: Any) -> dict[str, Any]:
    """A planned resource of an address; the module is left off for the type and the name."""
    type_, name = address.split(".")[-2:] if index is None else address.rsplit("[", 1)[0].split(".")[-2:]
    known = {"address": address, "mode": "managed", "type": type_, "name": name, "provider_name": PROVIDER}
    return {**known, **({} if index is None else {"index": index}), "values": values}


def plan(*resources: dict[str, Any], configuration: Any = None, **more: Any) -> dict[str, Any]:
    """A plan's JSON; resources of modules go to the modules that their addresses name."""
    root: dict[str, Any] = {"resources": [item for item in resources if not item["address"].startswith("module.")]}
    modules: dict[str, list[dict[str, Any]]] = {}
    for item in resources:
        if item["address"].startswith("module."):
            whole = item["address"].partition(f".{item['type']}.")[0]
            modules.setdefault(whole, []).append(item)
    root["child_modules"] = [{"address": name, "resources": items} for name, items in modules.items()]
    planned = {"format_version": "1.2", "terraform_version": "1.8.5", "planned_values": {"root_module": root}}
    return {**planned, **({"configuration": configuration} if configuration else {}), **more}


def drafted(*resources: dict[str, Any], **more: Any) -> Drafted:
    """The draft of a plan, which must be a valid document."""
    made = draft(terraform_plan(plan(*resources, **more), "plan.json", "shop"))
    read(document_text(made.document))
    return made


def links(made: Drafted) -> dict[tuple[str, str, str], str]:
    """(from, to, kind) of every connection to how sure it is."""
    return {(link.source, link.target, link.kind): link.certainty for link in made.report.connections}
