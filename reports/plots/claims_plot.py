"""What a document states beside what we compute: one row per stated cost, the farthest apart on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reports.claim_checks import CheckedClaim
from reports.plots.plot import BAND, INK, LIKELY, SAID, SOFT, Plot, dollars_on, new_axes


def claims_plot(claims: Sequence[CheckedClaim], titles: Mapping[str, str] | None = None, most: int = 12) -> Plot:
    """The stated costs that lie farthest outside our range, in dollars; `titles` are those of the stages by name."""
    wrong = [claim for claim in claims if claim.verdict != "within our range"]
    shown = sorted(wrong, key=lambda claim: (-_apart(claim), claim.claim.id))[:most][::-1]
    figure, axes = new_axes("Stated and computed costs, USD a month", height_in=1.4 + 0.32 * max(len(shown), 1))
    for place, claim in enumerate(shown):
        first = place == 0
        axes.barh(place, claim.ours.high - claim.ours.low, left=claim.ours.low, height=0.5, color=BAND,
                  label="our 90 % range" if first else None)  # fmt: skip
        axes.plot([claim.ours.likely] * 2, [place - 0.32, place + 0.32], color=LIKELY, linewidth=2.4,
                  label="our likely cost" if first else None)  # fmt: skip
        axes.plot([claim.low, claim.high], [place] * 2, color=SAID, linewidth=1.4, marker="D", markersize=5,
                  label="the document" if first else None)  # fmt: skip
    names = [f"{claim.claim.subject}, {claim.stage_text(titles or {})}" for claim in shown]
    axes.set_yticks(range(len(shown)), names, fontsize=8, color=INK)
    axes.set_xlim(left=0)
    axes.margins(x=0.05)
    dollars_on(axes, "x")
    if shown:
        figure.legend(loc="outside lower left", ncols=3, frameon=False, fontsize=8, labelcolor=SOFT)
    return Plot(figure, f"{len(wrong)} of {len(claims)} stated costs lie outside our range")


def _apart(claim: CheckedClaim) -> float:
    """Dollars between the document's figure and our range."""
    return max(claim.ours.low - claim.high, claim.low - claim.ours.high)
