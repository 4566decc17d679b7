"""The load test of Tabi Script, Vercel and Supabase: `locust -f loadtests/tabi_script_vercel_supabase.py`."""

from loadtests.locust_suite import locust_user

Generator = locust_user("tabi-script-vercel-supabase")
