"""A calendar file has an event for each owner and day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import icalendar

from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_a_calendar_has_one_event_a_day_with_a_name_that_stays(july_plan: Path) -> None:
    calendar = icalendar.Calendar.from_ical((july_plan / "unassigned.ics").read_bytes())
    events = list(calendar.walk("VEVENT"))
    days = sorted({row["联系日期"] for row in read_rows(july_plan / "plan.csv")})
    assert [str(event.decoded("dtstart")) for event in events] == days
    assert events[0]["uid"] == f"sichuan-hiking/unassigned/{days[0]}@rfm-engine"
    assert "25,679.81" not in str(events[0]["description"])
