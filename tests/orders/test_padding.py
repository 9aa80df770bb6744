"""White space around typed texts, wherever it stands, changes no answer: the run is that of the trimmed texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.padding import has_padding, none_begins_padded
from tests.examples import examples

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

TEXTS = ("customer_id", "order_id", "region", "product_name", "store_code")
RULES: dict[str, Any] = {"as_of": "2025-07-01"}
BLANK = st.text(BLANKS, max_size=2)
WORD = st.sampled_from(["a", "b", "guest", "北", "é", "", "10"])


def run_of(frame: pl.DataFrame, folder: Path, rules: dict[str, Any]) -> tuple[Any, ...]:
    """Return the customers, ledger and rejects of a Parquet file of these orders, or the error's words."""
    frame.write_parquet(folder / "orders.parquet")
    (folder / "dataset.toml").write_text('name = "d"\norders = ["orders.parquet"]\nas_of = 2025-07-01\n', "utf-8")
    try:
        run = rfm_engine.run(folder / "dataset.toml", **rules)
    except rfm_engine.RfmError as error:
        return (str(error),)
    return run.customers().collect().rows(), run.ledger.as_table(), run.rejects.rows()


ORDERS = st.lists(
    st.tuples(*[st.tuples(BLANK, WORD, BLANK)] * len(TEXTS), st.sampled_from([5, -3, None]), st.integers(0, 60)),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(60), deadline=None)
@given(
    rows=ORDERS,
    rules=st.sampled_from(
        [
            {},
            {"by": ["region", "store_code"]},
            {"unique_order_ids": True},
            {"refunds": "net"},
            {"grain": "line"},
            {"region": ["a"]},
            {"exclude_customer": ["a"], "since": "2025-06-01"},
            {"same_id": ["case"]},
        ]
    ),
)
def test_padded_texts_give_the_run_of_trimmed_texts(
    rows: list[tuple[Any, ...]], rules: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    schema = {**dict.fromkeys(TEXTS, pl.String), "order_amount": pl.Int64, "order_time": pl.Int64}
    padded = [(*("".join(cell) for cell in cells), amount, day) for *cells, amount, day in rows]
    frame = pl.DataFrame(padded, schema, orient="row").with_columns(
        order_time=pl.lit("2025-05-10").str.to_date() + pl.duration(days="order_time")
    )
    trimmed = frame.with_columns(pl.col(TEXTS).str.strip_chars(BLANKS))

    folder = tmp_path_factory.mktemp("padded")

    assert run_of(frame, folder, rules) == run_of(trimmed, folder, rules)


@given(texts=st.lists(st.one_of(st.none(), st.tuples(BLANK, WORD, BLANK).map("".join)), max_size=6))
def test_padding_is_found_where_trimming_changes_a_text(texts: list[str | None]) -> None:
    frame = pl.LazyFrame({"id": texts}, schema={"id": pl.String})

    assert has_padding(frame, ["id"]) is any(text != text.strip(BLANKS) for text in texts if text is not None)


@given(texts=st.lists(st.text(f"{BLANKS}!az~é北\U0001f600", min_size=1, max_size=3), min_size=3, max_size=3))
def test_between_two_texts_none_begins_padded_if_that_is_said(texts: list[str]) -> None:
    least, between, greatest = sorted(texts)

    assert not none_begins_padded(least, greatest) or between.lstrip(BLANKS) == between
