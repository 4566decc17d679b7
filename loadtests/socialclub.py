"""The load test of SocialClub: `locust -f loadtests/socialclub.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("socialclub")
