"""The load test of Tabi Script, containers: `locust -f loadtests/tabi_script_ecs.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("tabi-script-ecs")
