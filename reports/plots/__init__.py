"""Plots for notebooks: one question each, drawn by matplotlib."""
