"""No more is read than orders that come again, and a window that moves, need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.state import refresh, rereading
from rfm_engine.state.rereading import ALL, read_files
from tests.laws.months import FEBRUARY, day, reason_of, row, write_month

if TYPE_CHECKING:
    from pathlib import Path


def test_customers_with_too_many_orders_are_not_counted_anew_and_no_known_file_is_read(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "FEW_ORDERS", 0)
    monkeypatch.setattr(rereading.KnownFiles, "read", None)
    write_month(months, "m2", FEBRUARY)

    assert reason_of(months, as_of=day(41)) == "last orders come again of customers with 1 of 3 orders"


def test_of_a_customer_who_keeps_the_last_order_no_row_is_read_again(
    months: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "rows_of", None)
    write_month(months, "m2", [row("o4", 31), row("o1", 1), row("o6", 1)])

    assert reason_of(months) is None


def test_an_id_that_no_known_row_has_takes_nothing_out(months: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh.Refresh, "_take_out", None)
    write_month(months, "m2", [row("o15", 31)])

    assert reason_of(months) is None


def _record_reading(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """Return a list to which is added what is read: the names of files, days, columns that are spared."""
    read: list[tuple[Any, ...]] = []

    def record(job: Any, files: Any, known: Any = None, wanted: Any = ALL) -> Any:  # noqa: ANN401 as the function in its place
        read.append(("".join(file.path.stem for file in files), wanted.days, *wanted.spared))
        return read_files(job, files, known, wanted)

    monkeypatch.setattr(rereading, "read_files", record)
    return read


@pytest.mark.parametrize(
    ("ids", "keys", "read"),
    [
        (["a0", "b6", "z"], {}, []),
        (["a2", "a4"], {}, ["z"]),
        (["c2", "b0", "a3"], {}, ["xz"]),
        (["c2", "b0", "a2"], {"unique_order_ids": True}, []),
    ],
)
def test_of_ids_that_may_be_known_the_files_that_may_have_them_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ids: list[str], keys: dict[str, Any], read: list[str]
) -> None:
    for name, kind, first in (("x", "c", 1), ("y", "b", 20), ("z", "a", 30)):  # ids that rise on would be one run
        write_month(tmp_path, name, [row(f"{kind}{number}", first + number) for number in (1, 3, 5)])
    assert reason_of(tmp_path, since=day(9), **keys) == "nothing is kept yet"
    write_month(tmp_path, "d", [row(one, 33) for one in ids])
    recorded = _record_reading(monkeypatch)

    assert reason_of(tmp_path, since=day(9), **keys) is None
    assert recorded == [("d", None), *((names, None) for names in read)]
