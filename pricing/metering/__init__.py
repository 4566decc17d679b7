"""One metering rule per service: a sized component and its traffic become monthly quantities."""
