"""Load tests: suites built from the model, profiles, the stand-in API, measured against predicted."""
