"""Days and times as text are those that Polars writes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfm_engine.output import spelled_times
from rfm_engine.output.formats import TIMES
from rfm_engine.output.spelled_times import spell_times

if TYPE_CHECKING:
    from collections.abc import Iterator

near = st.integers(-3, 3).map(lambda days: date(1970, 1, 1) + timedelta(days))
seconds = st.integers(0, 86_399).map(lambda second: timedelta(seconds=second))
times = st.builds(lambda day, time: datetime(day.year, day.month, day.day) + time, near | st.dates(), seconds)


@pytest.fixture(autouse=True, scope="module")
def _one_row_is_many() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spelled_times, "MANY", 1)
        yield


def write(table: pl.DataFrame) -> bytes:
    table.write_csv(written := BytesIO(), datetime_format=TIMES)
    return written.getvalue()


@given(st.lists(st.tuples(st.none() | near, st.none() | times), min_size=1, max_size=30))
def test_days_and_times_spelled_at_once_are_written_as_polars_does(
    rows: list[tuple[date | None, datetime | None]],
) -> None:
    table = pl.DataFrame(rows, {"day": pl.Date, "time": pl.Datetime("us")}, orient="row")

    assert write(spell_times(table)) == write(table)


def test_days_and_whole_seconds_become_text() -> None:
    table = pl.DataFrame({"day": [date(1969, 12, 31), None], "time": [datetime(1969, 12, 31, 23, 59, 59), None]})

    result = spell_times(table)

    assert result.rows() == [("1969-12-31", "1969-12-31 23:59:59"), (None, None)]


@pytest.mark.parametrize(
    "column",
    [
        pytest.param([datetime(2025, 7, 1, 9, 30, 0, 5)] * 2, id="a fraction of a second"),
        pytest.param([datetime(2025, 7, 1), datetime(2025, 7, 4)], id="times of more days than rows"),
        pytest.param([date(2025, 7, 1), date(2025, 7, 4)], id="more days than rows"),
        pytest.param([5, 7], id="no days"),
    ],
)
def test_other_columns_stay_as_they_are(column: list[object]) -> None:
    table = pl.DataFrame({"last": column})

    assert spell_times(table).equals(table)
    assert spell_times(table).schema == table.schema
