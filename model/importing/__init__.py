"""Importing: infrastructure code and accounts become found resources, then a draft document and an import report."""
