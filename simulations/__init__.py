"""How an architecture behaves under load: programs, engines, results."""
