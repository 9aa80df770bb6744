"""The tables of a plan as readers see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID
from rfm_engine.runs.plan.owners import UNASSIGNED
from rfm_engine.runs.plan.plan import FACTS
from rfm_engine.runs.plan.words import HEADERS, UNASSIGNED_WORDS, WHY
from rfm_engine.vocabulary.catalogue import load_catalogue
from rfm_engine.vocabulary.currencies import name_currency

if TYPE_CHECKING:
    from rfm_engine.runs.plan.plan import Plan

CALL: Final = ("list", "owner", "date", CUSTOMER_ID, "tier", "call", "due", "overdue_days", "attempt", "last_contact")
TO_FILL: Final = {"done_on": pl.Date, "outcome": pl.String, "note": pl.String}
"""What a caller enters."""

NAMED: Final = 2
"""Lists of a customer that a caller's sheet names beside the one that the call is of."""

LOOKED_FOR: Final = (
    *("tier", "why", "due", "overdue_days", "last_contact", "last_product_name", "last_order_time"),
    *("frequency", "monetary", "focus", "also_in"),
)


def select_calls(plan: Plan, language: str) -> pl.DataFrame:
    """Return the planned calls, one row each, by owner, day and customer, with empty cells for what comes of them."""
    empty = [pl.lit(None, dtype).alias(name) for name, dtype in TO_FILL.items()]
    return _translate_why(plan.calls.with_columns(empty), language).select(
        *CALL, *_present_facts(plan.calls), "why", "also_in", *TO_FILL
    )


def select_for_callers(calls: pl.DataFrame) -> pl.DataFrame:
    """Return what a caller needs of the calls, in the order in which it is looked for; cells to fill in come last.

    Of many lists that a customer is in as well, the first are named, and how many more: rows stay low.
    """
    given = [name for name in calls.columns if name not in {*CALL, *FACTS, *TO_FILL, "why", "also_in"}]
    facts = [name for name in LOOKED_FOR if name in calls.columns]
    return calls.select("owner", "date", CUSTOMER_ID, *given, *facts, *TO_FILL).with_columns(_shorten_lists("also_in"))


def _shorten_lists(name: str) -> pl.Expr:
    lists = pl.col(name).str.split(", ")
    shown, more = lists.list.head(NAMED).list.join(", "), lists.list.len().cast(pl.Int64) - NAMED
    return pl.when(more > 0).then(pl.format("{} … +{}", shown, more)).otherwise(name).alias(name)


def select_carried_over(plan: Plan) -> pl.DataFrame:
    """Return who is due and has no room, the most urgent first."""
    names = [name for name in CALL if name not in {"date", "call"}]
    return plan.carried_over.select(*names, *_present_facts(plan.carried_over), "also_in")


def select_state(plan: Plan) -> pl.DataFrame:
    """Return one row per customer and planned call, or per customer without one: what the next month begins with."""
    calls = plan.calls.select(CUSTOMER_ID, "date", "call", "why").sort(CUSTOMER_ID, "call")
    state = plan.customers.drop("date", "call", "why", strict=False)
    joined = state.join(calls, on=CUSTOMER_ID, how="left", maintain_order="left_right")
    return joined.with_columns(pl.lit(str(plan.month)).alias("month"))


def summarize(plan: Plan, done: pl.DataFrame) -> pl.DataFrame:
    """Return one row per owner and tier: what is due, planned and carried over, the room, and how last month went.

    `room` and `utilisation` (due calls over room) stand in the row of the owner's first tier. `reached` are last
    month's customers who were reached, `late` those who are overdue.
    """
    keys = ["owner", "tier"]
    rank = plan.customers.select(*keys, "rank of the tier").unique()
    reached = done.filter(pl.col("outcome") == "reached").select(CUSTOMER_ID).unique()
    counts = {
        "due_calls": pl.concat([plan.calls.filter(pl.col("call") == 1).select(keys), plan.carried_over.select(keys)]),
        "planned": plan.calls.select(keys),
        "carried_over": plan.carried_over.select(keys),
        "reached": plan.customers.join(reached, on=CUSTOMER_ID, how="semi").select(keys),
        "late": plan.customers.filter(pl.col("overdue_days") > 0, ~pl.col("do_not_call")).select(keys),
    }
    table = rank
    for name, rows in counts.items():
        table = table.join(rows.group_by(keys).len(name), on=keys, how="left")
    rooms = {agenda.owner: agenda.room for agenda in plan.agendas}
    room = pl.col("owner").replace_strict(rooms, return_dtype=pl.Int64)
    due = pl.col("due_calls").sum().over("owner")
    is_first = pl.int_range(pl.len()).over("owner") == 0
    return (
        table.with_columns(pl.col(*counts).fill_null(0).cast(pl.Int64))
        .sort("owner", "rank of the tier")
        .with_columns(
            pl.when(is_first).then(room).alias("room"),
            pl.when(is_first & (room > 0)).then((due * 100 / room).round(1)).alias("utilisation"),
        )
        .select(*keys, "due_calls", "planned", "carried_over", "room", "utilisation", "reached", "late")
    )


def translate_headers(table: pl.DataFrame, language: str, currency: str | None = None) -> pl.DataFrame:
    """Return the table with the headers of the language, its word for who has no owner, reasons and focus."""
    if language != "zh":
        return table
    owner = [pl.col("owner").replace(UNASSIGNED, UNASSIGNED_WORDS[language])] if "owner" in table.columns else []
    ours = [pl.col(name).replace(load_catalogue().data) for name in ("reason", "focus") if name in table.columns]
    headers = {name: name_currency(header, currency) for name, header in HEADERS.items()}
    return table.with_columns(*owner, *ours).rename(headers, strict=False)


def name_headers(table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with headers as people read them, `last contact` for `last_contact`; Chinese ones stay."""
    return table.rename({name: name.replace("_", " ") for name in table.columns if name in HEADERS})


def _present_facts(table: pl.DataFrame) -> list[str]:
    return [name for name in FACTS if name in table.columns]


def _translate_why(calls: pl.DataFrame, language: str) -> pl.DataFrame:
    words = {key: texts[language == "zh"] for key, texts in WHY.items()}
    return calls.with_columns(pl.col("why").replace_strict(words, return_dtype=pl.String))
