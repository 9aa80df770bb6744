"""Whatever months come again: what is kept then is what a run of all orders would keep, not its answer alone."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.orders import file_numbers
from rfm_engine.orders.cells.amounts import AMOUNT_TEXT
from rfm_engine.orders.parsing import TIME_TEXT
from rfm_engine.orders.reading import SOURCE_FILE, SOURCE_ROW
from rfm_engine.state import keeping
from rfm_engine.state.folder import read_kept
from rfm_engine.state.parts.columns import COUNTS
from rfm_engine.state.parts.merging import amend
from tests.laws.months import day, describe, job_of, row, write_month, write_text

if TYPE_CHECKING:
    from pathlib import Path

    from rfm_engine.state.memo import Memo

MONTHS = [
    [
        row("o1", 1),
        row("o2", 2, customer_id="c2"),
        row("o3", 3, customer_id="c3"),
        row("o3", 3, customer_id="c3"),
        row("o4", 30, customer_id="c4"),
        row("o5", 35, customer_id="c4", product_name="rope"),
        row("o6", 45, customer_id="c5", region="east"),
        row("o7", 9, order_amount=None),
        row("o8", 9, order_status="void", region="south"),
        row("o9", 5, customer_id="c6"),
    ],
    [
        row("o10", 41, region="east"),
        row("o9", 5, customer_id="c6", region="east"),
        row("o2", 2, customer_id="c2"),
        row("o5", 35, customer_id="c4", product_name="rope"),
        row("o3", 4, customer_id="c3"),
        row("o11", 33, order_amount=None),
        row("o12", 0, customer_id="c7"),
        row("o13", 36, customer_id=None),
    ],
    [
        row("o6", 45, customer_id="c5", region="east"),
        row("o10", 41, region="east"),
        row("o12", 0, customer_id="c7", order_amount="7.00"),
        row("o15", 43, customer_id="c2"),
        row("o4", 30, customer_id="c4"),
        row("o14", 44, order_status="gone", region="west"),
    ],
]
"""Ids come again of the last order of some, of their only one, and of what was open, or beyond a window."""


def _divide(order: dict[str, Any]) -> list[dict[str, Any]]:
    """Return two or three lines of an order, as its number says, of several amounts."""
    more = [{"order_amount": f"{fen}.00"} for fen in (7, 11)[: 1 + int(order["order_id"][1:]) % 2]]
    return [order, *(order | other for other in more)]


def _keep(folder: Path, state: str, **keys: Any) -> tuple[str | None, Memo]:  # noqa: ANN401 keys of a dataset
    """Run with a state; return why it did not answer, if so, and what is kept then."""
    regions = ["east", "north", "south"]
    job = job_of(folder, state=state, latest_export="rejected", by=["region"], region=regions, **keys)
    _, run = describe(job)
    assert run is not None
    assert run.state is not None
    assert run.state.not_kept is None
    with run.state.keep(job):
        pass
    return run.state.why_not, read_kept(run.state.folder, job).read_memo()


def _tell(memo: Memo) -> dict[str, Any]:
    """Return what a memo knows, but for the ids and days of its files."""
    unknown: dict[str, Any] = dict.fromkeys(("first_id", "last_id", "first_day", "last_day", "state"))
    customers = amend(memo.base.table.clone(), memo.delta, memo.gone)
    opened = memo.open_rows.drop(AMOUNT_TEXT, TIME_TEXT)  # what was written matters where it is no amount or time
    return {
        "window": (memo.since, memo.as_of),
        "files": {name: replace(facts, **unknown) for name, facts in memo.files.items()},
        "customers": customers.filter(pl.any_horizontal(pl.col(COUNTS) != 0)).rows(),
        "open rows": opened.select(sorted(opened.columns)).sort(SOURCE_FILE, SOURCE_ROW).rows(),
        "days": memo.days.rows(),
        "order lines": memo.order_lines.filter(pl.col("several") > 0).sort("day").rows(),
        "rejects": memo.rejects.sort("file", "row").rows(),
        "values": memo.values.rows(),
        "columns": (memo.columns, memo.mapping, memo.dtypes, memo.unmapped, memo.reading),
    }


@pytest.fixture(params=[0, 10**9], autouse=True)
def _write_no_base_or_each_and_number_small_files(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "LONGEST", request.param)
    monkeypatch.setattr(file_numbers, "FEWEST_ROWS", 1)


@pytest.mark.parametrize(
    ("form", "refunds", "since"),
    [
        ("months", "net", 1),
        ("months", "reject", None),
        ("one text", "net", None),
        ("one text", "reject", 0),
        ("lines", "net", 0),
        ("lines", "reject", 1),
        ("typed lines", "reject", 1),
    ],
)
def test_a_state_knows_then_what_a_run_of_all_orders_would_keep(
    tmp_path: Path, form: str, refunds: str, since: int | None
) -> None:
    for number, rows in enumerate(MONTHS):
        if form == "months":
            write_month(tmp_path, f"m{number}", rows)
        elif form == "typed lines":  # of as few rows as there are, a file is known by its number too
            for file, some in enumerate((rows[:2], rows[2:])):
                write_month(tmp_path, f"m{number}{file}", [*chain(*map(_divide, some))])
        elif form == "lines":
            write_text(tmp_path / f"m{number}.csv", [*chain(*map(_divide, rows))])
        else:
            write_text(tmp_path / "m.csv", rows)
        keys: dict[str, Any] = {"refunds": refunds, "as_of": day((40, 41, 46)[number])}
        keys |= {"grain": "line"} if "lines" in form else {}
        keys |= {} if since is None else {"since": day(since + number)}
        reason, known = _keep(tmp_path, "state", **keys)
        _, expected = _keep(tmp_path, f"state {number}", **keys)

        assert reason == (None if number else "nothing is kept yet")
        assert _tell(known) == _tell(expected)
        assert known.gone.equals(known.gone.unique().sort(known.gone.columns))
        assert all(known.files[name].extend(facts) == known.files[name] for name, facts in expected.files.items())
