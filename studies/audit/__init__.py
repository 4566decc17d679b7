"""Audit: every number that a document states, against its own tables, the graph and the price tables."""
