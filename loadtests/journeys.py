"""Journeys woven into a mix: the same requests per second of every endpoint, some of them in a user's order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from loadtests.plan import Journey, Request


def woven(requests: Sequence[Request], journeys: Sequence[Journey]) -> tuple[tuple[Request, ...], tuple[Journey, ...]]:
    """Requests and journeys with shares such that each endpoint is asked as often as before.

    A journey takes as much as its rarest step allows, shared with other journeys through that step; a journey with a
    step that is not in the mix is dropped.
    """
    left = {request.endpoint: request.share for request in requests}
    possible = [journey for journey in journeys if all(step in left for step in journey.steps)]
    claims = Counter(step for journey in possible for step in journey.steps)
    taken = []
    for journey in possible:
        share = min(left[step] / claims[step] for step in journey.steps)
        taken.append(journey.model_copy(update={"share": share}))
    for journey in taken:
        for step in journey.steps:
            left[step] -= journey.share
    rest = tuple(request.model_copy(update={"share": max(left[request.endpoint], 0.0)}) for request in requests)
    total = sum(request.share for request in rest) + sum(journey.share for journey in taken)
    return (
        tuple(request.model_copy(update={"share": request.share / total}) for request in rest),
        tuple(j.model_copy(update={"share": j.share / total}) for j in taken if j.share > 0),
    )
