"""Times in any mix of styles are read as meant, or asked about with the option that reads them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.orders.reading import read
from tests.examples import examples
from tests.orders.cells.definitions import parse
from tests.orders.cells.mixes import mixes, read_or_ask, read_texts
from tests.orders.cells.styles import TIMES, some_times
from tests.orders.readers.files import order_files

if TYPE_CHECKING:
    from pathlib import Path


@settings(max_examples=examples(60), deadline=None)
@given(st.data(), mixes(TIMES), st.lists(some_times, min_size=1, max_size=8), st.sampled_from([None, "UTC"]))
def test_times_in_any_mix_of_styles_are_read_as_meant_or_asked(
    data: st.DataObject, styles: list[str], values: list[datetime], zone: str | None
) -> None:
    texts = [TIMES[data.draw(st.sampled_from(styles))](value) for value in values]

    result = read_or_ask([("1.50", text) for text in texts], ReadOptions(time_zone=zone))

    if isinstance(result, str):
        assert "--order-time-format" in result or "--time-zone" in result
    else:
        assert result["order_time"].to_list() == values


@pytest.mark.parametrize("style", [name for name in TIMES if "short" not in name and name != "Persian calendar"])
def test_times_of_one_style_are_read_or_named_with_the_option_that_reads_them(style: str) -> None:
    values = [datetime(2025, 6, 5, 15, 22, 10), datetime(2025, 6, 28, 0, 5, 1)]
    texts = [("1.50", TIMES[style](value)) for value in values]
    calendars = {"Buddhist": "buddhist", "Minguo": "minguo", "Minguo in digits": "minguo", "Japanese": "japanese_era"}
    options = ReadOptions(time_zone="UTC", order_time_format=calendars.get(style))

    if style in calendars:
        with pytest.raises(DataError, match=f"--order-time-format {calendars[style]}"):
            read_texts(texts, ReadOptions())

    result = read_texts(texts, options)

    days = [value.date() for value in values]
    assert [time.date() for time in result["order_time"]] == days
    assert style in calendars or result["order_time"].to_list() == values


@pytest.mark.parametrize("text", ["Jul-25-26", "Jul 25 26", "Jul 25, 26", "25-Jul-26"])
@pytest.mark.parametrize("order", ["mdy", "dmy"])
def test_a_year_of_two_digits_beside_the_name_of_a_month_has_one_reading(text: str, order: str) -> None:
    read = parse({"time": [text, "Jul 25 10:00"]}, ReadOptions(order_time_format=order))

    assert read["order_time"].to_list() == [datetime(2026, 7, 25), None]


@pytest.mark.parametrize(
    ("texts", "orders"),
    [
        (("03/05/25", "03/16/25"), ["mdy"]),
        (("1.5.25", "31.5.25 10:00"), ["dmy"]),
        (("5/3/25", "6/4/25"), ["dmy", "mdy"]),
        (("05/03/25", "06/04/25"), ["ymd", "dmy", "mdy"]),
    ],
)
def test_only_readings_in_which_years_of_two_digits_make_dates_are_offered(
    texts: tuple[str, ...], orders: list[str], tmp_path: Path
) -> None:
    rows = "".join(f"c{number},{number},9.00,{text}\n" for number, text in enumerate(texts))
    (tmp_path / "o.csv").write_text(f"customer_id,order_id,order_amount,order_time\n{rows}", "utf-8")

    with pytest.raises(DataError) as error:
        read(order_files([tmp_path / "o.csv"]))

    assert re.findall("--order-time-format (...)", str(error.value)) == orders
