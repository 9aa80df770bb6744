"""What the orders themselves show spares passes over them: which work is done for which orders."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine import pipeline
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.customers import aggregate, integer_keys, last_order
from rfm_engine.customers import metrics as customer_metrics
from rfm_engine.customers.integer_keys import IntegerKeys, TextKeys
from rfm_engine.customers.metrics import Shortcuts, metrics
from rfm_engine.orders import cleaning, duplicates, staging
from rfm_engine.plugins.host import PluginHost
from rfm_engine.system.stage_timer import StageTimer
from tests.engine import write_orders

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from tests.engine import Row

    Rules = dict[str, Any]

COLUMNS = ("customer_id", "order_id", "order_amount", "order_time", "region")
SNIFFED = 100
NEWEST = ("order_id", "order_amount", "region", "product_name", "store_code")
STAGES = ["read", "clean", "aggregate", "newest order", "ledger", "score and grade", "present"]


class Diary(StageTimer):
    """A clock that puts down which stages begin and end."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def begin(self, stage: str) -> None:
        self.told.append(f"begin {stage}")

    def lap(self, stage: str) -> None:
        super().lap(stage)
        self.told.append(stage)


def orders(rows: int, **last: str | None) -> list[Row]:
    """Return orders with rising ids, the last of which differs."""
    same: Row = {"order_amount": "5.00", "order_time": "2025-06-01 08:00:00"}
    told = [same | {"customer_id": f"c{n % 7}", "order_id": f"o{n:04}", "region": f"r{n % 2}"} for n in range(rows)]
    return [*told[:-1], told[-1] | last]


def graded(folder: Path, rows: list[Row], rules: Rules, clock: StageTimer | None = None) -> pipeline.Run:
    """Run a file of these orders."""
    path = write_orders(folder / "orders.csv", rows, COLUMNS)
    table = {"name": "x", "orders": [path.name], "as_of": "2025-07-01", **rules}
    return pipeline.run(prepare_job(table, folder, PluginHost(), Origins(whole="test")), clock=clock)


@pytest.fixture
def shortcuts(monkeypatch: pytest.MonkeyPatch) -> list[Shortcuts]:
    """Return what is known whenever metrics are computed."""
    noted_shortcuts: list[Shortcuts] = []

    def noted(orders: pl.LazyFrame, as_of: Any, shortcuts: Shortcuts) -> pl.LazyFrame:  # noqa: ANN401 as theirs
        noted_shortcuts.append(shortcuts)
        return metrics(orders, as_of, shortcuts)

    monkeypatch.setattr(customer_metrics, "metrics", noted)
    return noted_shortcuts


@pytest.fixture
def passes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return which looks at the orders are taken."""
    told: list[str] = []
    looks = (
        (duplicates, "suspect_hashes"),
        (duplicates, "rows_to_drop"),
        (cleaning, "count_by_check"),
        (aggregate, "tied_orders"),
    )
    for home, name in looks:
        monkeypatch.setattr(home, name, _noted(told, name, getattr(home, name)))
    return told


def _noted(told: list[str], name: str, look: Any) -> Any:  # noqa: ANN401 any look
    def taken(*given: Any) -> Any:  # noqa: ANN401 as its own
        told.append(name)
        return look(*given)

    return taken


KEYS = TextKeys(by=("region",))
EVERYTHING = Shortcuts(all_rows_are_orders=True, whole_seconds=True, ids_rise=True, keys=KEYS)


@pytest.mark.parametrize(
    ("last", "rules", "expected"),
    [
        ({}, {}, [EVERYTHING]),
        ({"order_id": "a"}, {}, [replace(EVERYTHING, ids_rise=False)]),
        ({"order_id": "a"}, {"drop": ["order_id", "order_amount"]}, [EVERYTHING]),
        ({"order_id": "a"}, {"unique_order_ids": True}, [replace(EVERYTHING, ids_rise=False)]),
        ({}, {"unique_order_ids": True}, [EVERYTHING]),
        ({}, {"refunds": "net"}, [replace(EVERYTHING, all_rows_are_orders=False)]),
        ({}, {"grain": "line"}, [replace(EVERYTHING, all_rows_are_orders=False, ids_rise=False)]),
        ({"order_time": "2025-06-01 08:00:00.5"}, {}, [EVERYTHING, replace(EVERYTHING, whole_seconds=False)]),
    ],
)
def test_metrics_know_what_the_orders_show(
    last: dict[str, str], rules: Rules, expected: list[Shortcuts], shortcuts: list[Shortcuts], tmp_path: Path
) -> None:
    graded(tmp_path, orders(SNIFFED + 1, **last), rules)

    assert shortcuts == expected


def test_many_customers_are_grouped_by_number_and_those_without_one_apart(
    shortcuts: list[Shortcuts], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    graded(tmp_path, orders(SNIFFED + 1), {})
    monkeypatch.setattr(staging, "MANY", SNIFFED)
    monkeypatch.setattr(integer_keys, "SAMPLED", 1)
    graded(tmp_path, orders(SNIFFED + 1), {})
    graded(tmp_path, orders(SNIFFED + 1, customer_id="someone"), {})
    graded(tmp_path, orders(SNIFFED + 1, customer_id="someone", order_time="2025-06-01 08:00:00.5"), {})

    used = [
        ((each.keys.prefix, each.keys.digits) if isinstance(each.keys, IntegerKeys) else None, each.whole_seconds)
        for each in shortcuts
    ]
    assert used == [
        (None, True),
        (("c", 1), True),
        *((("c", 1), True), (None, True)),
        *((("c", 1), True), (("c", 1), False), (None, False)),
    ]


def test_where_every_order_has_an_id_and_counts_nothing_is_filtered_or_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def noted(*given: Any) -> pl.LazyFrame:  # noqa: ANN401 as its own
        told.append(given[0].explain(optimized=False))
        return metrics(*given)

    monkeypatch.setattr(customer_metrics, "metrics", noted)
    for last in ({}, {"order_id": ""}, {"order_id": "o0000", "customer_id": "c0", "region": "r0"}):
        graded(tmp_path, orders(SNIFFED, **last), {})
    graded(tmp_path, orders(SNIFFED), {"refunds": "net"})

    words = ('col("order_id")', "gather", "is_order", "FILTER true")
    assert [[word in plan for word in words] for plan in told] == [
        [False, False, False, False],
        [True, False, False, False],
        [False, True, False, False],
        [False, False, True, False],
    ]


@pytest.mark.parametrize(("many", "tried"), [(SNIFFED - 1, False), (SNIFFED, True)])
def test_of_many_orders_an_early_fraction_of_a_second_spares_the_try_in_seconds(
    many: int, *, tried: bool, shortcuts: list[Shortcuts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "MANY", many)
    graded(tmp_path, orders(SNIFFED, order_time="2025-06-01 08:00:00.5"), {})

    assert any(each.whole_seconds for each in shortcuts) is tried


def test_regions_of_customers_are_known_and_not_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[set[str]] = []

    def noted(*given: Any) -> list[str]:  # noqa: ANN401 as its own
        told.append(given[2])
        return unmatched(*given)

    unmatched = cleaning.describe_unmatched
    monkeypatch.setattr(cleaning, "describe_unmatched", noted)
    graded(tmp_path, orders(SNIFFED), {"region": ["r0", "r1"]})
    graded(tmp_path, orders(SNIFFED), {"region": ["r0"], "by": ["store_code"], "columns": {"store_code": "order_id"}})

    assert told == [{"r0", "r1"}, set()]


@pytest.mark.parametrize(
    ("last", "rules", "expected"),
    [
        ({}, {}, []),
        ({"order_id": "a"}, {}, ["suspect_hashes", "tied_orders"]),
        (
            {"order_id": "o0000", "customer_id": "c0", "region": "r0"},
            {},
            ["suspect_hashes", "rows_to_drop", "tied_orders"],
        ),
        ({"order_id": "a"}, {"unique_order_ids": True}, ["tied_orders"]),
        ({"order_id": "a"}, {"drop": ["order_id", "order_amount"]}, ["suspect_hashes"]),
        ({"order_amount": "5.001"}, {}, ["count_by_check"]),
        ({"order_amount": "0"}, {}, ["count_by_check"]),
        ({}, {"refunds": "net"}, []),
        ({"order_amount": "-1"}, {"refunds": "net"}, ["count_by_check"]),
    ],
)
def test_a_second_look_is_taken_only_where_it_is_needed(
    last: dict[str, str], rules: Rules, expected: list[str], passes: list[str], tmp_path: Path
) -> None:
    graded(tmp_path, orders(SNIFFED, **last), rules)

    assert passes == expected


@pytest.mark.parametrize(("drop", "brought"), [([], 7), ([*NEWEST[:2]], 7), ([*NEWEST], 0)])
def test_only_what_newest_orders_are_asked_for_is_brought(
    drop: list[str], brought: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []

    def noted(*given: Any) -> pl.LazyFrame:  # noqa: ANN401 as its own
        found = last_order.fetch_last_orders(*given)
        told.append(found.collect().height)
        return found

    monkeypatch.setattr(aggregate, "fetch_last_orders", noted)
    graded(tmp_path, orders(SNIFFED), {"drop": drop, "by": []})

    assert told == [brought]


@pytest.mark.parametrize("rules", [{}, {"grain": "line"}])
def test_newest_orders_may_come_in_any_order(rules: Rules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = orders(SNIFFED)
    plain = graded(tmp_path, rows, rules)

    monkeypatch.setattr(aggregate, "fetch_last_orders", lambda *given: last_order.fetch_last_orders(*given).reverse())

    assert graded(tmp_path, rows, rules).customers.collect().equals(plain.customers.collect())


def test_the_stages_of_a_run_follow_each_other_by_their_names(tmp_path: Path) -> None:
    clock = Diary()

    run = graded(tmp_path, orders(SNIFFED), {}, clock)

    assert clock.told == [*STAGES[:2], "begin aggregate", *STAGES[2:5], "begin score and grade", *STAGES[5:]]
    assert list(run.seconds) == STAGES
