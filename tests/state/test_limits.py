"""Orders whose files mean something else beside others have no state, and the first reason is named."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from rfm_engine.columns import NOTHING_PAID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REFUNDED_FEN
from rfm_engine.errors import DataError
from rfm_engine.orders.order_ids.order_sums import STEP
from rfm_engine.state import limits
from rfm_engine.state.limits import (
    OTHER_COLUMNS,
    OTHER_DECIMALS,
    list_readings,
    refuse_other_columns,
    refuse_questions,
    refuse_unfit,
)
from rfm_engine.state.memo import UnusableStateError

DATASET = object()
TYPED = {ORDER_AMOUNT: "Decimal(12, 2)", ORDER_TIME: "Datetime"}


def _file(**other: Any) -> SimpleNamespace:  # noqa: ANN401 as an order file has them
    return SimpleNamespace(**{"options": DATASET, "columns": None, "format": "csv"} | other)


def _reading(**other: Any) -> SimpleNamespace:  # noqa: ANN401 as an interpretation has them
    known: dict[str, Any] = {
        "amount_style": None,
        "order_time_format": None,
        "currencies": (),
        "takes_short_years": True,
    }
    known |= {"style": "point", "is_style_found": True, "is_format_found": True} | other
    times = SimpleNamespace(takes_short_years=known["takes_short_years"])
    forms = SimpleNamespace(currencies=known["currencies"], times=times)
    return SimpleNamespace(forms=forms, options=SimpleNamespace(**known), **known)


def _refuse(
    files: list[SimpleNamespace] | None = None,
    rules: dict[str, Any] | None = None,
    columns: tuple[str, ...] = (ORDER_ID,),
    **source: Any,  # noqa: ANN401 as orders have them
) -> None:
    job: Any = SimpleNamespace(dataset=DATASET, files=[_file(), _file(format="csv")] if files is None else files)
    asked: dict[str, Any] = {"grain": "order", "dormant": False, "carry": (), "latest_export": "", "order_total": ""}
    same: dict[str, Any] = {key: {"a": {"k": "v"}, "b": {"k": "v"}} for key in ("mapping", "dtypes")}
    same |= {
        "is_text": True,
        "sources": {"a": None, "b": None},
        "copies": (),
        "findings": (),
        "interpretations": {"a": _reading()},
    }
    orders: Any = SimpleNamespace(**same | source)
    in_force: Any = SimpleNamespace(**asked | (rules or {}))
    refuse_unfit(job, orders, in_force, columns)


@pytest.mark.parametrize(
    "sound",
    [
        {},
        {"files": [_file(format="ndjson")]},
        {"files": [_file(format="parquet")], "dtypes": {"a": TYPED, "b": TYPED}},
        {"files": [_file(format="arrow")], "dtypes": {"a": TYPED | {ORDER_TIME: "Date"}}},
        {"interpretations": {"a": _reading(), "b": _reading()}},
    ],
)
def test_orders_of_files_that_stand_alone_have_a_state(sound: dict[str, Any]) -> None:
    _refuse(**sound)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"rules": {"grain": "day"}}, "it is not kept with grain day"),
        ({"rules": {"dormant": True}}, "it is not kept where dormant customers are listed"),
        ({"rules": {"carry": ("note",)}}, "it is not kept where further columns are carried"),
        ({"rules": {"latest_export": "wins"}}, "it is not kept where the latest export wins"),
        ({"rules": {"order_total": "repeated"}}, "it is not kept where each row of an order has its total"),
        ({"files": [_file(), _file(options=object())]}, "it is not kept where files are read in several ways"),
        ({"files": [_file(), _file(columns={"a": "b"})]}, OTHER_COLUMNS),
        ({"files": [_file(), _file(format="ndjson")]}, "it is not kept for files of several formats"),
        ({"files": []}, "it is kept for order files alone"),
        ({"files": [_file(format="xlsx")]}, "it is not kept for xlsx files"),
        ({"sources": {"a": None, "b": "shopify"}}, "it is not kept for the exports of an order source"),
        ({"copies": ("b.csv",)}, "b.csv is a copy of another file"),
        ({"findings": (SimpleNamespace(code="odd"),)}, r"the reading of the files has findings \(odd\)"),
        ({"mapping": {"a": {"k": "v"}, "b": {"k": "w"}}}, "the files have different columns"),
        ({"dtypes": {"a": {"k": "v"}, "b": {"k": "w"}}}, "the columns of the files have different types"),
        (
            {"interpretations": {"a": _reading(), "b": _reading(style="comma")}},
            "the cells of the files are read in different ways",
        ),
        (
            {"files": [_file(format="arrow")], "dtypes": {"a": TYPED | {ORDER_AMOUNT: "String"}}},
            "amounts or times are text",
        ),
        (
            {"files": [_file(format="arrow")], "dtypes": {"a": TYPED | {ORDER_TIME: "String"}}},
            "amounts or times are text",
        ),
        ({"files": [_file(format="arrow")], "dtypes": {"a": {ORDER_TIME: "Date"}}}, "amounts or times are text"),
        ({"files": [_file(format="parquet")], "dtypes": {"a": {ORDER_AMOUNT: "Int64"}}}, "amounts or times are text"),
        ({"columns": ()}, "no column holds order ids"),
        ({"columns": (ORDER_ID, STEP)}, OTHER_DECIMALS),
        ({"columns": (ORDER_ID, REFUNDED_FEN)}, "it is not kept for amounts with refunds taken off"),
    ],
)
def test_orders_whose_files_mean_something_else_beside_others_have_none(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableStateError, match=f"^{reason}$"):
        _refuse(**given)


@pytest.mark.parametrize(
    "other",
    [
        {"style": "comma"},
        {"amount_style": "point"},
        {"order_time_format": "dmy"},
        {"currencies": ("CNY",)},
        {"takes_short_years": False},
        {"is_style_found": False},
        {"is_format_found": False},
    ],
)
def test_cells_are_read_in_another_way_where_any_choice_is_another(other: dict[str, Any]) -> None:
    orders: Any = SimpleNamespace(interpretations={"a": _reading(), "b": _reading(**other), "c": _reading()})

    assert len(list_readings(orders)) == 2


def test_rejected_cells_that_a_run_would_ask_about_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def ask(*given: Any) -> None:  # noqa: ANN401 as the function in its place
        asked.append(given)
        message = "order times can be read in two ways"
        raise DataError(message)

    monkeypatch.setattr(limits, "question_rejects", ask)
    rejects, orders = pl.DataFrame(), SimpleNamespace(interpretations={"a": _reading()})
    with pytest.raises(UnusableStateError, match=r"^rejected cells may be meant in another way$"):
        refuse_questions(rejects, orders)  # type: ignore[arg-type]
    assert [(given[0] is rejects, given[1]) for given in asked] == [(True, orders.interpretations)]


def _refuse_beside_known(**source: Any) -> None:  # noqa: ANN401 as orders have them
    known: Any = {name: {"k": name} for name in ("mapping", "unmapped", "dtypes")}
    layouts = {"a": {"separator": ";"}}
    files = {name: SimpleNamespace(layout=layout) for name, layout in (layouts | {"b": {}}).items()}
    interpretations = {"a": _reading()}
    (reading,) = list_readings(SimpleNamespace(interpretations=interpretations))  # type: ignore[arg-type]
    memo: Any = SimpleNamespace(**known, columns=(ORDER_ID,), reading=reading, files=files)
    same = {name: {"a": value} for name, value in known.items()} | {"layouts": layouts}
    orders: Any = SimpleNamespace(columns=source.pop("columns", (ORDER_ID, NOTHING_PAID)))
    given: Any = SimpleNamespace(**same | {"interpretations": interpretations} | source)
    refuse_other_columns(memo, orders, given, ["a", "b"])


def test_files_that_are_read_as_those_before_them_go_beside_them() -> None:
    _refuse_beside_known()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ({"mapping": {"a": {}}}, "a has other columns than the files before it"),
        ({"unmapped": {"a": {}}}, "a has other columns than the files before it"),
        ({"dtypes": {"a": {}}}, "the columns of a have other types than those of the files before it"),
        ({"columns": (ORDER_TIME,)}, "the columns of a have other types than those of the files before it"),
        ({"interpretations": {"a": _reading(style="comma")}}, "the cells of a are read in another way than .* it"),
        ({"layouts": {"a": {"separator": ","}}}, "a changed"),
        ({"layouts": {"a": {"separator": ";"}, "b": {"separator": ";"}}}, "b changed"),
    ],
)
def test_files_that_are_read_otherwise_than_those_before_them_are_refused(source: dict[str, Any], reason: str) -> None:
    with pytest.raises(UnusableStateError, match=f"^{reason}$"):
        _refuse_beside_known(**source)
