"""Measured against predicted: an architecture's stand-in over HTTP beside a simulation of the same arrivals."""
