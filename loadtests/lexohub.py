"""The load test of LexoHub on AWS: `locust -f loadtests/lexohub.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("lexohub")
