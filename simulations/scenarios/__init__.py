"""Faults and surges as scenarios: what they do to latency, errors and the bill, beside the same hour without them."""
