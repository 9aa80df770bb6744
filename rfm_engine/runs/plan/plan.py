"""A month's call plan of a finished run: due, owned, placed, carried over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, CUSTOMER_NAME, MONETARY, OWN_PREFIX, PHONE, TIER
from rfm_engine.errors import UsageError
from rfm_engine.runs.plan.due import STATE, set_due_dates
from rfm_engine.runs.plan.owners import OwnerRow, assign_owners, owners_by_column
from rfm_engine.runs.plan.placing import PLACED, Agenda, place_calls, place_second_calls, rank_calls
from rfm_engine.runs.plan.working_days import working_days
from rfm_engine.runs.scale import RANK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from rfm_engine.runs.finished import FinishedRun
    from rfm_engine.runs.plan.month import Month
    from rfm_engine.runs.plan.working_days import Calendar

ROW: Final = f"{OWN_PREFIX}row"
FACTS: Final = ("rfm_score", "recency_days", "frequency", MONETARY, "last_product_name", "last_order_time", "focus")


@dataclass(frozen=True, kw_only=True)
class PlanOptions:
    """The month, who calls, and when there is time: `capacity` calls a working day for each owner."""

    month: Month
    capacity: int = 8
    owners: Sequence[OwnerRow] = ()
    owner_column: str | None = None
    calendar: Calendar | None = None
    days_off: frozenset[date] = field(default_factory=frozenset)
    work_days: frozenset[date] = field(default_factory=frozenset)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A month's plan.

    `customers` has one row per customer, the state that the next month begins with. `calls` has one row per planned
    call, by owner, day and customer. `carried_over` are the customers who are due and have no room. `agendas` are the
    working days of each owner.
    """

    month: Month
    customers: pl.DataFrame
    calls: pl.DataFrame
    carried_over: pl.DataFrame
    agendas: tuple[Agenda, ...]


def make_plan(run: FinishedRun, options: PlanOptions, state: pl.LazyFrame | None = None) -> Plan:
    """Return the plan of a month; `state` is what the month before left of each customer, as `read_state` has it.

    A customer of several lists is one call, in the best tier; `also_in` names the other lists. Who is due by the end of
    the month is called, the most urgent first, on the owner's working days; what has no room is carried over. Spare
    room takes second contacts.
    """
    owned = _assign(one_row_each(run), options)
    due = set_due_dates(owned, state if state is not None else pl.LazyFrame(schema=STATE), options.month).collect()
    ranked = rank_calls(due.lazy(), options.month).collect()
    agendas = _make_agendas(due["owner"].unique().sort(), options)
    placed = _place_all(agendas, due, ranked, options.month)
    calls = (
        placed.join(due.drop("date", strict=False), on=CUSTOMER_ID)
        .with_columns(_why())
        .sort("owner", "date", CUSTOMER_ID)
    )
    first = placed.filter(pl.col("call") == 1)
    carried_over = ranked.join(first, on=CUSTOMER_ID, how="anti", maintain_order="left")
    return Plan(month=options.month, customers=due, calls=calls, carried_over=carried_over, agendas=agendas)


def one_row_each(run: FinishedRun) -> pl.LazyFrame:
    """Return each customer once, by customer_id, in the best tier of their lists; `also_in` are the other lists."""
    by = run.record.lists_by
    name = pl.concat_str(by, separator=" / ") if by else pl.lit("")
    named = run.customers().with_columns(
        name.alias("list"), pl.col(TIER).to_physical().cast(pl.Int32).alias(RANK), pl.col(TIER).cast(pl.String)
    )
    customers = named.drop(CUSTOMER_NAME, PHONE, strict=False).collect().rechunk()
    each = _choose_lists(customers.select(CUSTOMER_ID, RANK, MONETARY, "list").with_row_index(ROW))
    return customers.select(pl.all().gather(each[ROW])).with_columns(each["also_in"]).lazy()


def _choose_lists(customers: pl.DataFrame) -> pl.DataFrame:
    """Return the row of each customer in the list of the best tier, and `also_in`; one row each, by customer_id."""
    is_in_several = customers[CUSTOMER_ID].is_duplicated()
    alone = customers.lazy().filter(~is_in_several).with_columns(pl.lit(None, pl.String).alias("also_in"))
    chosen = [alone, _choose_best_list(customers.lazy().filter(is_in_several))]
    return pl.concat(chosen).sort(CUSTOMER_ID).select(ROW, "also_in").collect()


def _choose_best_list(several: pl.LazyFrame) -> pl.LazyFrame:
    """Return customers of several lists once, in the best tier; `also_in` are the other lists."""
    best_first = several.sort(RANK, MONETARY, "list", descending=[False, True, False])
    others = pl.col("list").slice(1).sort().str.join(", ").over(CUSTOMER_ID)
    named = best_first.with_columns(others.replace("", None).alias("also_in"))
    return named.unique(CUSTOMER_ID, keep="first", maintain_order=True)


def read_state(plan: pl.DataFrame) -> pl.LazyFrame:
    """Return what a month hands to the next: one row per customer of a plan, as `STATE`."""
    return (
        plan.lazy()
        .unique(CUSTOMER_ID)
        .with_columns(pl.col(RANK).alias("previous_rank"))
        .select(pl.col(name).cast(dtype) for name, dtype in STATE.items())
    )


def refuse_gap(previous: str, month: Month) -> None:
    """Check that the plan before is of an earlier month.

    Raises:
        UsageError: It is of this month or a later one.
    """
    if previous >= str(month):
        message = f"--after: that plan is of {previous}, not earlier than {month}"
        raise UsageError(message)


def _assign(customers: pl.LazyFrame, options: PlanOptions) -> pl.LazyFrame:
    if options.owner_column is not None:
        return owners_by_column(customers, options.owner_column)
    return assign_owners(customers, options.owners)


def _make_agendas(owners: Iterable[str], options: PlanOptions) -> tuple[Agenda, ...]:
    """Return the agenda of each owner, whose capacity is that of the first row that gives one."""
    rows_of: dict[str, list[OwnerRow]] = {}
    for row in options.owners:
        rows_of.setdefault(row.owner, []).append(row)
    return tuple(_make_agenda(owner, rows_of.get(owner, []), options) for owner in owners)


def _make_agenda(owner: str, rows: Sequence[OwnerRow], options: PlanOptions) -> Agenda:
    off = options.days_off | {day for row in rows for day in row.days_off}
    capacity = next((row.capacity for row in rows if row.capacity is not None), options.capacity)
    days = working_days(options.month, options.calendar, off, options.work_days)
    return Agenda(owner=owner, days=days, capacity=capacity)


def _place_all(agendas: Sequence[Agenda], due: pl.DataFrame, ranked: pl.DataFrame, month: Month) -> pl.DataFrame:
    """Return the first and second calls of all owners."""
    due_of, ranked_of = (table.partition_by("owner", as_dict=True) for table in (due, ranked))
    placed = [pl.DataFrame(schema=PLACED)]
    for agenda in agendas:
        first = place_calls(ranked_of.get((agenda.owner,), ranked.clear()), agenda)
        placed += [first, place_second_calls(due_of[agenda.owner,].lazy(), first, agenda, month)]
    return pl.concat(placed)


def _why() -> pl.Expr:
    """Return why a call is planned, as a word of `words.WHY`."""
    return (
        pl.when(pl.col("call") > 1)
        .then(pl.lit("second"))
        .when(pl.col("attempt") > 0)
        .then(pl.lit("retry"))
        .when(pl.col("overdue_days") > 0)
        .then(pl.lit("overdue"))
        .when(pl.col("last_contact").is_null())
        .then(pl.lit("first"))
        .otherwise(pl.lit("due"))
        .alias("why")
    )
