"""The report model as HTML pages, each complete in one file."""
