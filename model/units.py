"""The constants of time and size that every layer shares, each said once."""

from typing import Final

HOURS_PER_MONTH: Final = 730
SECONDS_PER_HOUR: Final = 3600
SECONDS_PER_MONTH: Final = HOURS_PER_MONTH * SECONDS_PER_HOUR
DAYS_PER_MONTH: Final = HOURS_PER_MONTH / 24
KB_PER_MB: Final = 1024
MB_PER_GB: Final = 1024
KB_PER_GB: Final = KB_PER_MB * MB_PER_GB
