"""What stands around the running system: pipelines, infrastructure code, people, modules of the code."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage


class Tool(Component):
    """A tool, a code module or a person that a document names; it serves no request and is not billed."""

    service: ClassVar[str] = "Tool"
    category: ClassVar[Category] = "development"
    provider: ClassVar[str] = ""

    kind: Literal["tool", "software", "operator", "github_actions"]
    usage: NoUsage | None = None
