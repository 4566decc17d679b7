"""The load test of Writlix Social Spark Hub: `locust -f loadtests/writlix.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("writlix")
