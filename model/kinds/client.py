"""Clients: whoever starts a request. They cost nothing here."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage


class Client(Component):
    """A browser, a mobile app, a program, or people as the document draws them."""

    service: ClassVar[str] = "Client"
    category: ClassVar[Category] = "client"
    provider: ClassVar[str] = ""

    kind: Literal["web_client", "mobile_client", "api_client", "users"]
    usage: NoUsage | None = None
