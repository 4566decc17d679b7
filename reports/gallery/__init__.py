"""The diagrams that the project shows: one per bundled architecture, at its last stage."""
