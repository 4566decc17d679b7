"""The suite that runs a plan from a file: `locust -f loadtests/planned.py --plan FILE`."""

from loadtests.locust_suite import planned_user

Generator = planned_user()
