"""What pytest leaves alone when it looks for examples here: Locust patches the process that imports it."""

collect_ignore = [
    "exchange.py",
    "hooks.py",
    "locust_suite.py",
    "openloop.py",
    "planned.py",
    "sending.py",
    "sessions.py",
    "lexohub.py",
    "lexohub_supabase.py",
    "socialclub.py",
    "tabi_script_ecs.py",
    "tabi_script_serverless.py",
    "tabi_script_vercel_supabase.py",
    "vertical_vibing.py",
    "writlix.py",
    "writlix_supabase.py",
    "standin/real.py",
]
