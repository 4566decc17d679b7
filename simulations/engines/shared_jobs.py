"""Jobs of a sharing station in the kernel: a heap of its own, ordered by the virtual time of their end."""

from __future__ import annotations

from simulations.engines.codes import Floats, Ints


def shared_rate(jobs: int, servers: int, slow: float) -> float:
    """How fast each job of a sharing station runs: on one whole server, or on its part of all."""
    if jobs > servers:
        return servers / jobs / slow
    return 1.0 / slow


def job_before(job_work: Floats, job_seq: Ints, i: int, j: int) -> bool:
    """Whether job i of a sharing station ends before job j."""
    return job_work[i] < job_work[j] or (job_work[i] == job_work[j] and job_seq[i] < job_seq[j])


def job_push(
    job_work: Floats, job_seq: Ints, job_token: Ints, base: int, size: int, work: float, order: int, t: int
) -> None:
    """Adds a job to the heap of a sharing station that begins at `base`."""
    i = size
    while i > 0:
        above = (i - 1) >> 1
        if job_work[base + above] < work or (job_work[base + above] == work and job_seq[base + above] < order):
            break
        job_work[base + i] = job_work[base + above]
        job_seq[base + i] = job_seq[base + above]
        job_token[base + i] = job_token[base + above]
        i = above
    job_work[base + i] = work
    job_seq[base + i] = order
    job_token[base + i] = t


def job_pop(job_work: Floats, job_seq: Ints, job_token: Ints, base: int, size: int) -> None:
    """Takes the first job off the heap of a sharing station; `size` is what it held before."""
    last = base + size - 1
    work, order, t = job_work[last], job_seq[last], job_token[last]
    size -= 1
    i = 0
    while True:
        below = 2 * i + 1
        if below >= size:
            break
        if below + 1 < size and job_before(job_work, job_seq, base + below + 1, base + below):
            below += 1
        if work < job_work[base + below] or (work == job_work[base + below] and order < job_seq[base + below]):
            break
        job_work[base + i] = job_work[base + below]
        job_seq[base + i] = job_seq[base + below]
        job_token[base + i] = job_token[base + below]
        i = below
    job_work[base + i] = work
    job_seq[base + i] = order
    job_token[base + i] = t
