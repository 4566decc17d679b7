"""A load test's own page: its verdicts, its charts, its tables, in one file that opens offline."""
