"""From a sized stage to a program: one file for each kind of station, one for the walk over call plans."""
