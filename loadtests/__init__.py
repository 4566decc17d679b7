"""Load tests: open-loop Locust suites built from the model, a stand-in to try them on, verdicts to believe."""
