"""One rule per file; each reads a case and yields findings."""
