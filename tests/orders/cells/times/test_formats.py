"""Formats that a user gives: instants are instants, and what is no format is refused with the right spelling."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from pydantic import ValidationError

from rfm_engine.orders.read_options import ReadOptions
from tests.orders.cells.definitions import parse

SHANGHAI = "Asia/Shanghai"
FOUR = datetime(2025, 7, 1, 4, 0)


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("%s", "1751313600"),
        ("epoch_seconds", " 1751313600 "),
        ("epoch_milliseconds", "1751313600000"),
        ("epoch_microseconds", "1751313600000000"),
        ("epoch_nanoseconds", "1751313600000000000"),
        ("%Y-%m-%d %H:%M:%S %z", "2025-06-30 20:00:00 +0000"),
        ("%Y-%m-%dT%H:%M:%S%:z", "2025-06-30T20:00:00+00:00"),
        ("%Y-%m-%d %H:%M:%S%#z", "2025-06-30 20:00:00+00"),
        ("%+", "2025-06-30T22:00:00+02:00"),
    ],
)
def test_an_instant_in_any_format_is_the_wall_clock_of_the_time_zone(form: str, text: str) -> None:
    result = parse({"time": [text, None]}, ReadOptions(order_time_format=form, time_zone=SHANGHAI))

    assert result.schema["order_time"] == pl.Datetime("us")
    assert result["order_time"].to_list() == [FOUR, None]


@pytest.mark.parametrize("form", ["%s", "%+", "%Y-%m-%dT%H:%M:%S%:z", "%d/%m/%Y %H:%M %z", "epoch_microseconds"])
def test_an_instant_needs_a_time_zone(form: str) -> None:
    with pytest.raises(ValidationError, match="needs a time zone to count days in"):
        ReadOptions(order_time_format=form)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("DD/MM/YYYY", "write %d/%m/%Y"),
        ("dd.mm.yyyy HH:mm", "write %d.%m.%Y %H:%M"),
        ("yyyy-MM-dd HH:mm:ss", "write %Y-%m-%d %H:%M:%S"),
        ("MM/dd/yyyy hh:mm:ss tt", "write %m/%d/%Y %I:%M:%S %p"),
        ("d MMM yy", "write %d %b %y"),
        ("YYYY-MM-DD hh:mm:ss", "write %Y-%m-%d %H:%M:%S"),
        ("M/D/YY h:mm AM/PM", "write %m/%d/%y %I:%M %p"),
        ("yyyyMMddHHmmss", "write %Y%m%d%H%M%S"),
        ("yyyy-MM-dd'T'HH:mm", "write %Y-%m-%dT%H:%M"),
        ("DD-MON-YYYY", "write %d-%b-%Y"),
        ("Y-m-d H:i:s", "write %Y-%m-%d %H:%M:%S"),
        ("jj/mm/aaaa", "write %d/%m/%Y"),
        ("TT.MM.JJJJ", "write %d.%m.%Y"),
        ("iso", "leave it out, such times are read"),
        ("timestamp", "write epoch_seconds, or epoch_milliseconds"),
        ("YMD", "did you mean 'ymd'"),
        ("%Y-%m-%d %I:%M", "the half of the day: %I:%M %p"),
        ("hello", "leave it out, or write ymd, dmy, mdy"),
        ("epoch_second", "did you mean 'epoch_seconds'"),
        ("", "has no part of a time"),
        ("%d/%m", "needs year, month and day"),
        ("%H:%M", "needs year, month and day"),
        ("%Y-%m", "needs year, month and day"),
        ("%", "needs year, month and day"),
        ("%Y-%m-%d %Q", "needs year, month and day"),
        ("%Y-%m-%d %H:%M:%S %Z", "leave order_time_format out where times end in UTC"),
    ],
)
def test_what_is_no_format_is_refused_with_the_right_spelling(form: str, words: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ReadOptions(order_time_format=form, time_zone=SHANGHAI)

    assert words in str(refused.value)


@pytest.mark.parametrize(
    "form", ["%d/%m/%Y", "%m/%d/%y %I:%M %p", "%F %T", "%c", "%j %Y", "%G-W%V-%u", "%e %b %Y", "%Y%m%d%H%M%S%.f"]
)
def test_a_format_that_reads_back_a_date_is_taken(form: str) -> None:
    assert ReadOptions(order_time_format=form).order_time_format == form
