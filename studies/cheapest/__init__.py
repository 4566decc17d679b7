"""The least cost that holds: which sizes, counts and promises serve so many users within the targets."""
