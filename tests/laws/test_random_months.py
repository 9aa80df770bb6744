"""Whatever months come, in whatever order, with whatever rows: the state gives what a run of all orders gives."""

from __future__ import annotations

from datetime import timedelta
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.orders import failing_rows, staging
from rfm_engine.state import keeping
from tests.examples import examples
from tests.laws.months import FIRST, day, refresh, row, write_month, write_text

ORDERS = st.builds(
    row,
    st.one_of(st.integers(1, 60).map(lambda n: f"o{n:03}"), st.sampled_from([None, ""])),
    st.one_of(st.integers(-40, 160).map(lambda n: n / 2), st.none()),
    customer_id=st.sampled_from(["c1", "c2", "c3", "C1", "c5", None, "", " c1"]),
    region=st.sampled_from(["north", "north", "四川", "四川省", None]),
    store_code=st.sampled_from(["s", "t", None]),
    product_name=st.sampled_from(["tent", "", 'two\nlines, 3"', None, "tent "]),
    order_status=st.sampled_from(["paid", "paid", "paid", "Paid", " paid", "void", None]),
    order_amount=st.sampled_from(["5.00", "5.00", "7.50", "1.005", "0", "-2.00", "free", "7,50", None]),
    currency=st.sampled_from(["CNY", "CNY", "cny ", "人民币", "USD", "KWD", None, ""]),
)
SOUND = st.builds(
    row,
    st.integers(1, 900).map(lambda n: f"o{n:03}"),
    st.integers(0, 120).map(lambda n: n / 2),
    customer_id=st.sampled_from(["c1", "c2", "c3", "c4", "c5"]),
    currency=st.just("CNY"),
)


def _lines(order: dict[str, Any], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines of an order: what differs from the first of them is in `others`."""
    return [order, *(order | other for other in others)]


LINES = st.builds(
    _lines,
    st.one_of(SOUND, ORDERS),
    st.lists(
        st.fixed_dictionaries(
            {"order_amount": st.sampled_from(["5.00", "-5.00", "-2.50", "1.005", "0.005", "0", None])},
            optional={
                "order_time": st.integers(-30, 100).map(lambda n: FIRST + timedelta(days=n / 2)),
                "product_name": st.sampled_from(["rope", "tent", None]),
                "order_status": st.sampled_from(["paid", "void"]),
                "customer_id": st.none(),
            },
        ),
        max_size=2,
    ),
)
MONTHS = st.lists(st.one_of(SOUND.map(lambda one: [one]), ORDERS.map(lambda one: [one]), LINES), min_size=1, max_size=9)
PLAIN_RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "by": st.sampled_from([["region"], [], ["store_code", "region"]]),
        "refunds": st.sampled_from(["reject", "net"]),
        "keep_status": st.sampled_from([["paid"], ["PAID", "gone"], ["paid", "void"], None]),
        "region": st.sampled_from([None, None, ["north"], ["north", "west"]]),
        "latest_export": st.sampled_from(["rejected", "rejected", None]),
        "drop": st.sampled_from([[], [], ["order_id"], ["product_name", "order_amount"]]),
    }
)
GRAINS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{"grain": "line"}, {"grain": "line"}, {}, {}, {"unique_order_ids": True}]
)
RARE_RULES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "nobody": st.sampled_from([["c3"], ["c1", "c5"]]),
        "same_id": st.sampled_from([["case"], ["case", "width", "space"]]),
        "same_region": st.just(value=True),
        "exclude_customer": st.sampled_from([["c2"], ["c1", "c9"]]),
        "order_ids_per": st.just("store"),
        "generalize": st.just(["order_time"]),
        "max_rejects": st.sampled_from([3, "50%"]),
        "unit": st.sampled_from(["fen", "ten_thousand_yuan"]),
        "time_zone": st.just("Asia/Shanghai"),
        "scheme": st.sampled_from([{"name": "quintile"}, {"name": "quintile", "ties": "ordinal"}]),
    },
)
CURRENCIES: st.SearchStrategy[dict[str, Any] | None] = st.sampled_from(
    [None, None, None, {}, {"keep_currency": "cny"}, {"by": ["currency"]}]
)
"""Keys for files with a column of currencies; None where there is none."""


def _add_up(keys: tuple[dict[str, Any] | None, ...]) -> tuple[dict[str, Any], bool]:
    together: dict[str, Any] = {}
    for some in keys:
        together |= some or {}
    return together, keys[-1] is not None


RULES = st.tuples(PLAIN_RULES, GRAINS, st.one_of(st.just({}), RARE_RULES), CURRENCIES).map(_add_up)
"""Keys, and whether the files have a column of currencies."""

WINDOWS = st.tuples(st.sampled_from([None, -20, -20, 0, 10]), st.integers(20, 50))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "add", "grow", "grow", "again", "remove", "change", "first"]),
        MONTHS,
        st.integers(0, 12),
        st.integers(-1, 8),
    ),
    min_size=2,
    max_size=7,
)


POINT = {"amount_style": "point"}
FORMS: st.SearchStrategy[tuple[str, dict[str, Any]]] = st.sampled_from(
    [
        (".parquet", {}),
        (".parquet", {}),
        (".csv", {}),
        (".csv", POINT),
        ("d.csv", POINT | {"order_time_format": "dmy"}),
        ("d.csv", POINT),
        (".ndjson", POINT),
    ]
)
"""How the names of the files end, and the keys for their cells: in d.csv times have the day first."""


def _write(path: Path, rows: list[dict[str, Any]], without: list[str]) -> None:
    if path.suffix == ".parquet":
        write_month(path.parent, path.stem, rows, without)
    else:
        write_text(path, rows, without, "%d/%m/%Y %H:%M" if path.stem.endswith("d") else "%Y-%m-%d %H:%M:%S")


@settings(max_examples=examples(20), deadline=None)
@given(
    rules=RULES,
    form=st.tuples(FORMS, st.sampled_from([0, staging.MANY]), st.sampled_from([0, 0, 4, 10**9])),
    window=WINDOWS,
    months=st.lists(MONTHS, min_size=1, max_size=2),
    steps=STEPS,
)
def test_a_state_gives_what_a_run_of_all_orders_gives(
    rules: tuple[dict[str, Any], bool],
    form: tuple[tuple[str, dict[str, Any]], int, int],
    window: tuple[int | None, int],
    months: list[Any],
    steps: list[Any],
) -> None:
    keys, has_currency = rules
    (ending, more), many, longest = form
    keys |= more
    without = [] if has_currency else ["currency"]
    with (
        TemporaryDirectory() as place,
        mock.patch.object(staging, "MANY", many),
        mock.patch.object(keeping, "LONGEST", longest),
        mock.patch.object(failing_rows, "BLOCK", 2),
    ):
        folder, (since, as_of) = Path(place), window
        for number, orders in enumerate(months):
            _write(folder / f"m{number:02}{ending}", [*chain(*orders)], without)
        for number, (what, orders, later_since, later) in enumerate((("again", [], 0, 0), *steps), len(months)):
            paths = sorted(path for path in folder.iterdir() if path.is_file())
            named = {"add": folder / f"m{number:02}{ending}", "first": folder / f"a{number:02}{ending}"}
            if what == "remove" and len(paths) > 1:
                paths[0].unlink()
            elif what != "again":
                path = named.get(what, paths[-1])
                if what == "change":
                    path.unlink()
                _write(path, [*chain(*orders)], without)
            as_of = max(as_of + later, 0)
            since = since if since is None else min(since + (later_since if later > 0 else 0), as_of)
            limits = {} if since is None else {"since": day(since)}
            refresh(folder, as_of=day(as_of), **limits, **keys)
