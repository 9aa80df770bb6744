"""What stands in the columns of orders: the values of their status, and of what shape their ids are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, LEFT_OUT, ORDER_AMOUNT_FEN, ORDER_ID, ORDER_TIME, STATUS
from rfm_engine.orders.cells.blanks import BLANKS
from rfm_engine.orders.cleaning import NO_PURCHASE, is_present
from rfm_engine.vocabulary.no_customer import no_customer_spellings
from rfm_engine.vocabulary.statuses import status_meaning

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from rfm_engine.rules import Rules

SHAPES: Final = (
    (r"^[0-9]+$", "digits"),
    (r"^[^@\s]+@[^@\s]+\.[^@\s]+$", "e-mail addresses"),
    (r"^[^0-9]*$", "words"),
    (r"^[0-9A-Za-z_-]+$", "letters and digits"),
)
OTHER: Final = "other text"


@dataclass(frozen=True, kw_only=True)
class StatusCount:
    """One status: its rows, their sum in fen, whether they count, and what the word says of an order if no purchase."""

    status: str | None
    rows: int
    sum_fen: int
    counts: bool
    meaning: str | None


@dataclass(frozen=True, kw_only=True)
class IdShape:
    """Ids of one shape: how many different ones, and one of them."""

    shape: str
    different: int
    sample: str


@dataclass(frozen=True, kw_only=True)
class IdSurvey:
    """The ids of one column: how many rows have none or a word for none, how many ids stand in several rows."""

    column: str
    missing: int
    repeated: int
    shapes: tuple[IdShape, ...]


@dataclass(frozen=True, kw_only=True)
class Survey:
    """The statuses of all rows, those of most rows first, their ids, and the day of the newest whose status counts."""

    statuses: tuple[StatusCount, ...]
    ids: tuple[IdSurvey, ...]
    newest_day: date | None = None

    def mask(self, mask: str) -> Survey:
        """Return the survey with a mask for every value."""
        statuses = tuple(replace(one, status=one.status and mask) for one in self.statuses)
        ids = tuple(replace(one, shapes=tuple(replace(each, sample=mask) for each in one.shapes)) for one in self.ids)
        return replace(self, statuses=statuses, ids=ids)


def survey_orders(orders: pl.LazyFrame, rules: Rules) -> Survey:
    """Return what stands in the columns of prepared orders; all rows are looked at, whether they count or not."""
    columns = orders.collect_schema().names()
    statuses = _count_statuses(orders, rules) if STATUS in columns and STATUS not in rules.drop else ()
    ids = tuple(_survey_ids(orders, name, rules) for name in (CUSTOMER_ID, ORDER_ID) if name in columns)
    newest_day = (
        orders.filter(_may_be_purchase(columns, rules)).select(pl.col(ORDER_TIME).max().dt.date()).collect().item()
    )
    return Survey(statuses=statuses, ids=ids, newest_day=newest_day)


def _may_be_purchase(columns: Sequence[str], rules: Rules) -> pl.Expr:
    """Return whether the status of a row counts: by the rules, else by the order source of its file."""
    if rules.keep_status is not None:
        return pl.col(STATUS).is_in(rules.keep_status)
    return pl.col(LEFT_OUT).ne_missing(NO_PURCHASE) if LEFT_OUT in columns else pl.lit(value=True)


def _count_statuses(orders: pl.LazyFrame, rules: Rules) -> tuple[StatusCount, ...]:
    counts = _may_be_purchase(orders.collect_schema().names(), rules).fill_null(value=False).any().alias("counts")
    status = pl.col(STATUS).str.strip_chars(BLANKS)
    counted = orders.group_by(pl.when(status != "").then(status).alias(STATUS)).agg(
        pl.len().alias("rows"), pl.col(ORDER_AMOUNT_FEN).sum(), counts
    )
    by_rows = counted.sort("rows", STATUS, descending=[True, False]).collect()
    return tuple(
        StatusCount(
            status=status,
            rows=rows,
            sum_fen=sum_fen,
            counts=counts,
            meaning=status_meaning(status) if status else None,
        )
        for status, rows, sum_fen, counts in by_rows.iter_rows()
    )


def _survey_ids(orders: pl.LazyFrame, column: str, rules: Rules) -> IdSurvey:
    words = no_customer_spellings(rules.nobody) if column == CUSTOMER_ID else []
    is_id = is_present(pl.col(column)).fill_null(value=False) & ~pl.col(column).is_in(words).fill_null(value=False)
    missing = orders.select((~is_id).sum()).collect().item()
    ids = orders.filter(is_id).group_by(column).agg(pl.len().alias("rows"))
    shape = pl.coalesce(
        *(pl.when(pl.col(column).str.contains(pattern)).then(pl.lit(name)) for pattern, name in SHAPES), pl.lit(OTHER)
    )
    shapes = (
        ids.group_by(shape.alias("shape"))
        .agg(pl.len().alias("different"), pl.col(column).min(), (pl.col("rows") > 1).sum())
        .sort("different", "shape", descending=[True, False])
        .collect()
    )
    return IdSurvey(
        column=column,
        missing=missing,
        repeated=int(shapes["rows"].sum()),
        shapes=tuple(IdShape(shape=name, different=count, sample=one) for name, count, one, _ in shapes.iter_rows()),
    )
