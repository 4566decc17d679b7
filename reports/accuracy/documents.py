"""The bundled architectures, each stage priced, with the costs that their documents state beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from model.graph import Architecture
from model.loading import bundled_names, load
from pricing.bill import Bill
from pricing.price import price
from reports.claim_checks import CheckedClaim, check_costs

from .tables import plain


@dataclass(frozen=True)
class PricedDocument:
    """One architecture of a document."""

    architecture: Architecture
    bills: dict[str, Bill]
    """By stage, without the allowances of an account's first year."""
    first_year_usd: dict[str, float]
    """The likely total with them."""
    claims: tuple[CheckedClaim, ...]

    @property
    def name(self) -> str:
        return self.architecture.name

    @property
    def titles(self) -> dict[str, str]:
        """The stages as people read them."""
        stages = {name: self.architecture.at(name).stage for name in self.bills}
        return {name: plain(stage.title or name) for name, stage in stages.items()}

    @property
    def other_claims(self) -> int:
        """How many claims stand beside no figure of ours here."""
        return len(self.architecture.claims) - len({item.claim.id for item in self.claims})

    def totals(self, *stages: str) -> list[CheckedClaim]:
        """What the document says that everything costs in one stage, or in several together."""
        return [claim for claim in self.claims if _is_total(claim) and claim.stages == stages]

    @property
    def totals_together(self) -> list[CheckedClaim]:
        """Totals of several stages together."""
        return [claim for claim in self.claims if _is_total(claim) and len(claim.stages) > 1]


def priced_documents(names: Iterable[str] = bundled_names()) -> list[PricedDocument]:
    """Bundled architectures, priced with the usual draws and seed."""
    return [_priced(load(name)) for name in names]


def _priced(architecture: Architecture) -> PricedDocument:
    graphs = {name: architecture.at(name) for name in architecture.stage_names}
    bills = {name: price(graph, explain=False) for name, graph in graphs.items()}
    first_year = {
        name: price(graph, free_tier="12_months", draws=0, explain=False).total.likely for name, graph in graphs.items()
    }
    return PricedDocument(architecture, bills, first_year, tuple(check_costs(architecture, bills)))


def _is_total(claim: CheckedClaim) -> bool:
    return claim.claim.kind == "cost_total" and not claim.claim.components
