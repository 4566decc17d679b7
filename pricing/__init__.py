"""What an architecture costs: dated price tables, one metering rule per service, and the bill."""
