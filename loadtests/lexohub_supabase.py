"""The load test of LexoHub on Supabase: `locust -f loadtests/lexohub_supabase.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("lexohub-supabase")
