"""The load test of Writlix on Supabase, the present system: `locust -f loadtests/writlix_supabase.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("writlix-supabase")
