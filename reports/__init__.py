"""What people read: diagrams, plots, tables and reports."""
