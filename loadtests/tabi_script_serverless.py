"""The load test of Tabi Script, serverless: `locust -f loadtests/tabi_script_serverless.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("tabi-script-serverless")
