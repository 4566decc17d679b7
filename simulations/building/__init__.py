"""How programs are written: equipment, work on it, turns that a request takes, flows; one file for each."""
