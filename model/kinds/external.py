"""External services: who bills outside AWS, and who is free."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, NoUsage
from model.quantity import Quantity


class FreeApi(Component):
    """An external API that asks no money for what the architecture does with it."""

    service: ClassVar[str] = "External API"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = ""

    kind: Literal["social_network", "oauth_provider", "recaptcha"]
    usage: NoUsage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""


class ExternalApi(Component):
    """Any other external service: what it costs is stated here, with its source."""

    service: ClassVar[str] = "External API"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "stated"

    kind: Literal["external_api"]
    usage: NoUsage | None = None
    usd_per_call: Quantity | None = None
    usd_per_month: Quantity | None = None
    price_source: str | None = None
    """Where the price was read; a priced service needs one."""
    requests_per_s: float | None = None
    included: bool = False
    """Part of another component's price, or free: not billed here."""


class Clerk(Component):
    """Sign-in as a service: a plan with included users, then per user."""

    service: ClassVar[str] = "Clerk"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "clerk"

    class Usage(Fact):
        """Users of a month."""

        monthly_active_users: Quantity | None = None

    kind: Literal["clerk"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    plan: Literal["free", "pro", "pro_2024"] = "pro"
    """pro_2024: the plan with 10,000 included users that documents of 2024 and 2025 quote."""

    def size(self) -> str:
        return self.plan.replace("_", " ")


class OpenAi(Component):
    """Language models by the token."""

    service: ClassVar[str] = "OpenAI API"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "openai"

    class Usage(Fact):
        """Tokens of a month."""

        monthly_input_tokens: Quantity | None = None
        monthly_output_tokens: Quantity | None = None

    kind: Literal["openai"]
    usage: Usage | None = None
    models: dict[Literal["gpt_4o", "gpt_4o_mini"], Quantity] = {"gpt_4o_mini": 1.0}
    """Share of the calls by model."""
    input_tokens: Quantity = 1000.0
    """Per call."""
    output_tokens: Quantity = 500.0
    """Per call."""
    requests_per_s: float | None = None

    def size(self) -> str:
        return " + ".join(self.models).replace("_", "-")


class Stripe(Component):
    """Card payments: a share and a fixed fee of each payment."""

    service: ClassVar[str] = "Stripe"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "stripe"

    class Usage(Fact):
        """Payments of a month."""

        monthly_payments: Quantity | None = None

    kind: Literal["stripe"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    mean_payment_usd: Quantity | None = None
    """Absent: fees depend on a revenue that the document does not give; they are shown per payment."""


class Supabase(Component):
    """A project with database, sign-in, storage and realtime."""

    service: ClassVar[str] = "Supabase"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "supabase"

    class Usage(Fact):
        """What a project counts in a month."""

        monthly_active_users: Quantity | None = None
        monthly_egress_gb: Quantity | None = None

    kind: Literal["supabase"]
    usage: Usage | None = None
    plan: Literal["free", "pro", "team"] = "pro"
    part: Literal["project", "database", "auth", "storage", "realtime", "functions"] = "project"
    """A part of a project is billed with the component that is the project."""
    database_gb: Quantity = 0.5
    storage_gb: Quantity = 0.0
    max_connections: int = 60

    def size(self) -> str:
        return self.plan if self.part == "project" else self.part


class Vercel(Component):
    """Front-end hosting by seat and by transfer."""

    service: ClassVar[str] = "Vercel"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "vercel"

    class Usage(Fact):
        """What a team counts in a month."""

        monthly_transfer_gb: Quantity | None = None
        monthly_edge_requests: Quantity | None = None

    kind: Literal["vercel"]
    usage: Usage | None = None
    plan: Literal["hobby", "pro"] = "pro"
    seats: Quantity = 1.0

    def size(self) -> str:
        return self.plan


class Mapbox(Component):
    """Maps by load and by request."""

    service: ClassVar[str] = "Mapbox"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "mapbox"

    class Usage(Fact):
        """What is drawn and asked in a month."""

        monthly_map_loads: Quantity | None = None
        monthly_geocoding_requests: Quantity | None = None
        monthly_mobile_users: Quantity | None = None

    kind: Literal["mapbox"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""


class Sentry(Component):
    """Error tracking by plan."""

    service: ClassVar[str] = "Sentry"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "sentry"

    kind: Literal["sentry"]
    usage: NoUsage | None = None
    plan: Literal["developer", "team", "business"] = "developer"

    def size(self) -> str:
        return self.plan


class Twilio(Component):
    """Text messages and verifications."""

    service: ClassVar[str] = "Twilio"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "twilio"

    class Usage(Fact):
        """Messages of a month."""

        monthly_sms: Quantity | None = None
        monthly_verifications: Quantity | None = None

    kind: Literal["twilio"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""


class SendGrid(Component):
    """Mail by plan."""

    service: ClassVar[str] = "SendGrid"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "sendgrid"

    class Usage(Fact):
        """Mails of a month."""

        monthly_emails: Quantity | None = None

    kind: Literal["sendgrid"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    plan: Literal["free", "essentials", "pro"] = "essentials"

    def size(self) -> str:
        return self.plan
