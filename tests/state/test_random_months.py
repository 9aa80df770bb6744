"""Whatever months come, in whatever order, with whatever rows: the state gives what a run of all orders gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.state.months import day, refresh, row, write_month

ORDERS = st.builds(
    row,
    st.one_of(st.integers(1, 60).map(lambda n: f"o{n:03}"), st.sampled_from([None, ""])),
    st.one_of(st.integers(-40, 160).map(lambda n: n / 2), st.none()),
    customer_id=st.sampled_from(["c1", "c2", "c3", "c4", "c5", None, ""]),
    region=st.sampled_from(["north", "north", "east", None]),
    store_code=st.sampled_from(["s", "t", None]),
    product_name=st.sampled_from(["tent", "", None]),
    order_status=st.sampled_from(["paid", "paid", "paid", "Paid", "void", None]),
    order_amount=st.sampled_from(["5.00", "5.00", "7.50", "1.005", "0", "-2.00", None]),
)
SOUND = st.builds(
    row,
    st.integers(1, 900).map(lambda n: f"o{n:03}"),
    st.integers(0, 120).map(lambda n: n / 2),
    customer_id=st.sampled_from(["c1", "c2", "c3", "c4", "c5"]),
)
MONTHS = st.lists(st.one_of(SOUND, SOUND, SOUND, ORDERS), min_size=1, max_size=12)
RULES = st.fixed_dictionaries(
    {
        "by": st.sampled_from([["region"], [], ["store_code", "region"]]),
        "refunds": st.sampled_from(["reject", "net"]),
        "keep_status": st.sampled_from([["paid"], ["PAID", "gone"], ["paid", "void"]]),
        "unique_order_ids": st.sampled_from([False, False, False, True]),
        "region": st.sampled_from([None, None, ["north"], ["north", "west"]]),
        "latest_export": st.sampled_from(["rejected", "rejected", None]),
        "drop": st.sampled_from([[], [], ["order_id"], ["product_name", "order_amount"]]),
    }
)
WINDOWS = st.tuples(st.sampled_from([None, -20, -20, 0, 10]), st.integers(20, 50))
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "add", "add", "again", "remove", "change", "first"]),
        MONTHS,
        st.integers(0, 12),
        st.integers(-1, 8),
    ),
    min_size=2,
    max_size=7,
)


def _rules(rules: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rules.items() if value is not None}


@settings(max_examples=20, deadline=None)
@given(rules=RULES, window=WINDOWS, months=st.lists(MONTHS, min_size=1, max_size=2), steps=STEPS)
def test_a_state_gives_what_a_run_of_all_orders_gives(
    rules: dict[str, Any], window: tuple[int | None, int], months: list[Any], steps: list[Any]
) -> None:
    with TemporaryDirectory() as place:
        folder, (since, as_of) = Path(place), window
        for number, rows in enumerate(months):
            write_month(folder, f"m{number:02}", rows)
        for number, (what, rows, later_since, later) in enumerate((("again", [], 0, 0), *steps), len(months)):
            names = sorted(path.stem for path in folder.glob("*.parquet"))
            if what in {"add", "first"} or (what == "change" and names):
                write_month(folder, {"add": f"m{number:02}", "first": f"a{number:02}"}.get(what, names[-1]), rows)
            elif what == "remove" and len(names) > 1:
                (folder / f"{names[0]}.parquet").unlink()
            as_of = max(as_of + later, 0)
            since = since if since is None else min(since + (later_since if later > 0 else 0), as_of)
            limits = {} if since is None else {"since": day(since)}
            refresh(folder, as_of=day(as_of), **limits, **_rules(rules))
