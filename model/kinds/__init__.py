"""One component kind per file; `registry` knows them all."""
