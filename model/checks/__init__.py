"""The rules of a whole document, one kind of rule per file; each notes its problems in the draft."""

from model.checks.formulas import check_formulas
from model.checks.journeys import check_journeys
from model.checks.names import check_names
from model.checks.plans import check_plans
from model.checks.reach import check_reach
from model.checks.sizes import check_sizes
from model.checks.stages import check_stages
from model.draft import Draft


def check(draft: Draft) -> None:
    """Run every rule; rules over sized stages run only when the parts they need are valid."""
    check_names(draft)
    check_formulas(draft)
    check_stages(draft)
    check_sizes(draft)
    check_reach(draft)
    check_plans(draft)
    check_journeys(draft)


__all__ = ["check"]
