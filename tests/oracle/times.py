"""Order times of the oracle."""

from __future__ import annotations

from datetime import datetime


def parse_time(text: str) -> datetime | None:
    """The time of YYYY-MM-DD or YYYY-MM-DD HH:MM:SS, perhaps with .ffffff; None for every other spelling."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    spellings = (time.date().isoformat(), time.isoformat(" ", "seconds"), time.isoformat(" ", "microseconds"))
    return time if time.tzinfo is None and text in spellings else None
