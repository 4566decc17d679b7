"""Mapping: what a found resource is in our words, one family of services per file."""
