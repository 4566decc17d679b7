"""The load test of Vertical Vibing: `locust -f loadtests/vertical_vibing.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("vertical-vibing")
