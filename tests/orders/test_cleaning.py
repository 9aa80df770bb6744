"""Each row's outcome and the ledger alone: on the bounds, and in the order in which the rules object."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from rfm_engine.customers import aggregate as aggregation
from rfm_engine.errors import DataError
from rfm_engine.grading.policies import Abcd
from rfm_engine.grading.schemes import Thresholds
from rfm_engine.orders import cleaning
from rfm_engine.orders.ledger import Ledger, conflicts, count_outcomes, refuse_line_export, rejects
from rfm_engine.rules import Rules, Weights
from tests.engine import run_files

if TYPE_CHECKING:
    from pathlib import Path

WEIGHTS = Weights(Decimal("0.3"), Decimal("0.3"), Decimal("0.4"))
SOUND = {
    "customer_id": "c",
    "order_id": "o",
    "region": "north",
    "product_name": "tent",
    "order_status": "paid",
    "order_amount_fen": 1,
    "order_amount_rounded": False,
    "order_time": datetime(2025, 7, 1),
    "order_amount_text": "0.01",
    "order_time_text": "2025-07-01",
}
TYPES: dict[str, Any] = dict.fromkeys(SOUND, pl.String) | {
    "order_amount_fen": pl.Int64,
    "order_amount_rounded": pl.Boolean,
    "order_time": pl.Datetime("us"),
}
REQUESTED: dict[str, Any] = {"since": date(2025, 6, 1), "region": ("north", "east"), "keep_status": ("paid", "sent")}


def rules_of(**rules: Any) -> Rules:  # noqa: ANN401
    return Rules(date(2025, 7, 1), WEIGHTS, Thresholds(), Abcd(), **rules)


def orders_of(*rows: dict[str, Any]) -> pl.LazyFrame:
    frame = pl.DataFrame([SOUND | row for row in rows], schema=TYPES)
    return frame.with_columns(source_file=pl.lit("a.csv"), source_row=pl.int_range(2, frame.height + 2)).lazy()


NO_AMOUNT = {"order_amount_fen": None, "order_amount_rounded": None, "order_amount_text": "abc"}
FAULTS: list[tuple[dict[str, Any], str, tuple[str, str | None, str] | None]] = [
    ({"order_status": "void"}, "other_status", None),
    ({"order_status": None}, "other_status", None),
    ({"region": "south"}, "other_region", None),
    ({"region": None}, "other_region", None),
    ({"order_time": None, "order_time_text": "soon"}, "rejected", ("TIME", "soon", "not a time")),
    ({"order_time": datetime(2025, 7, 2)}, "outside_window", None),
    ({"order_time": datetime(2025, 5, 31, 23, 59, 59, 999_999)}, "outside_window", None),
    ({"customer_id": None}, "rejected", ("customer_id", None, "missing")),
    ({"customer_id": ""}, "rejected", ("customer_id", None, "missing")),
    ({"product_name": ""}, "rejected", ("product_name", None, "missing")),
    ({"order_id": ""}, "rejected", ("ID", None, "missing")),
    (NO_AMOUNT, "rejected", ("order_amount", "abc", "not an amount")),
    (NO_AMOUNT | {"order_amount_rounded": False}, "rejected", ("order_amount", "abc", "out of range")),
    ({"order_amount_fen": 0, "order_amount_text": "0"}, "rejected", ("order_amount", "0", "not positive")),
]
HEADERS = {"order_time": "TIME", "order_id": "ID"}
SOUND_ROWS: list[dict[str, Any]] = [
    {},
    {"order_time": datetime(2025, 6, 1)},
    {"order_time": datetime(2025, 7, 1, 23, 59, 59, 999_999)},
    {"region": "east", "order_status": "sent", "order_amount_rounded": True},
]


def test_the_first_rule_that_a_row_breaks_decides_its_outcome() -> None:
    both: list[dict[str, Any]] = []
    expected = list(FAULTS)
    for (later, _, _), (earlier, outcome, reject) in zip(FAULTS[1:], FAULTS, strict=False):
        both.append(later | earlier)
        expected.append((later | earlier, outcome, reject))
    orders = orders_of(*(fault for fault, _, _ in FAULTS), *both, *SOUND_ROWS)
    rules = rules_of(by=("product_name",), **REQUESTED)
    found = cleaning.row_checks(orders.collect_schema().names(), rules)

    counts_by_check = cleaning.count_by_check(orders, found).collect()
    lost = rejects(orders, found, HEADERS).collect()

    rejected = [(row, *reject) for row, (_, _, reject) in enumerate(expected, 2) if reject]
    assert lost.select("row", "column", "value", "reason").rows() == rejected
    assert lost["file"].unique().to_list() == ["a.csv"]
    counts = dict.fromkeys(("other_status", "other_region", "outside_window", "rejected"), 0)
    for _, outcome, _ in expected:
        counts[outcome] += 1
    total = {"survived": len(SOUND_ROWS), "read": len(expected) + len(SOUND_ROWS)}
    assert count_outcomes(counts_by_check, found) == counts | total
    rounded = dict(counts_by_check.select("test", "rounded").iter_rows())
    assert rounded[cleaning.PASSED] == 1
    assert sum(rounded.values()) == 1
    assert cleaning.passing_rows(orders, found).collect()["source_row"].to_list() == list(
        range(len(expected) + 2, len(expected) + 2 + len(SOUND_ROWS))
    )


def test_without_rules_for_it_no_row_is_lost_to_time_status_region_or_a_refund() -> None:
    orders = orders_of(
        {"order_status": None}, {"order_time": datetime(1999, 1, 1)}, {"order_amount_fen": -5}, {"order_amount_fen": 0}
    )
    names = orders.collect_schema().names()

    kept = cleaning.passing_rows(orders, cleaning.row_checks(names, rules_of(refunds="net"))).collect()
    strict = cleaning.passing_rows(orders, cleaning.row_checks(names, rules_of())).collect()

    assert kept.height == 4
    assert strict["source_row"].to_list() == [2, 3]


@pytest.mark.parametrize(
    ("lacking", "rules", "expected"),
    [
        ((), {}, ("region",)),
        (("region",), {}, ()),
        (("region",), {"by": ("product_name",)}, ("product_name",)),
        (("product_name",), {"by": ()}, ()),
        (("region",), {"region": ("north",)}, "region (for region)"),
        (("region",), {"by": ("region", "product_name")}, "region (named in by)"),
        (("order_status",), {"keep_status": ("paid",)}, "order_status (for keep_status)"),
        (("order_id",), {"grain": "line"}, "order_id (for grain = 'line')"),
        (
            ("product_name", "order_id"),
            {"grain": "line", "by": ("product_name",)},
            "product_name (named in by), order_",
        ),
        ((), {"grain": "line", **REQUESTED}, ("region",)),
    ],
)
def test_the_lists_are_those_requested_and_rules_that_lack_a_column_are_refused(
    lacking: tuple[str, ...], rules: dict[str, Any], expected: str | tuple[str, ...]
) -> None:
    columns = [name for name in SOUND if name not in lacking]

    if isinstance(expected, tuple):
        assert cleaning.list_columns(columns, rules_of(**rules)) == expected
        assert {check.column for check in cleaning.row_checks(columns, rules_of(**rules)) if check.column} == {
            *("order_time", "order_amount", "customer_id", *expected),
            *(["order_id"] if "order_id" in columns else []),
        }
    else:
        with pytest.raises(DataError) as refused:
            cleaning.list_columns(columns, rules_of(**rules))
        assert f"have no column {expected}" in str(refused.value)


@pytest.mark.parametrize(("others", "shown"), [(10, "{}"), (11, "{}"), (12, "{} and 1 more"), (13, "{} and 2 more")])
def test_a_requested_name_that_no_row_has_is_reported_with_those_present(others: int, shown: str) -> None:
    names = [f"{number:02}" for number in range(others)]
    orders = orders_of(*({"region": name} for name in [*reversed(names), "north", "", "01"]), {"region": None})

    sentences = cleaning.describe_unmatched(orders, rules_of(region=("north", "west"), keep_status=("paid", "lost")))

    there = ", ".join([*names, "north"][:12])
    assert sentences == [
        f"no row has region 'west'; there are: {shown.format(there)}",
        "no row has order_status 'lost'; there are: paid",
    ]
    assert cleaning.describe_unmatched(orders, rules_of()) == []
    assert cleaning.describe_unmatched(orders, rules_of(keep_status=("lost",))) == sentences[1:]
    assert cleaning.describe_unmatched(orders_of({"region": ""}), rules_of(region=("a",))) == [
        "no row has region 'a'; there are: none"
    ]


@pytest.mark.parametrize("regions", [("north", "west"), ("west", "north", "south")])
def test_regions_that_customers_have_are_not_looked_for_in_the_orders(regions: tuple[str, ...]) -> None:
    def read() -> pl.DataFrame:
        raise NotImplementedError

    orders = pl.defer(read, schema={"region": pl.String, "order_status": pl.String})

    assert cleaning.describe_unmatched(orders, rules_of(region=("north", "west")), regions) == []
    for known, rules in ((regions[:1], rules_of(region=("north", "west"))), (regions, rules_of(keep_status=regions))):
        with pytest.raises(NotImplementedError):
            cleaning.describe_unmatched(orders, rules, known)


def test_conflicting_rows_are_reported_with_their_order_ids() -> None:
    orders = orders_of({"order_id": "1"}, {"order_id": "2"}, {"order_id": "1"})

    result = conflicts(orders, pl.col("order_id") == "1", {"order_id": "订单号"}).collect()
    plain = conflicts(orders, pl.col("order_id") == "2", {}).collect()

    assert result.rows() == [("a.csv", row, "订单号", "1", "conflicting") for row in (2, 4)]
    assert plain.rows() == [("a.csv", 3, "order_id", "2", "conflicting")]
    assert result.columns == plain.columns == ["file", "row", "column", "value", "reason"]


@pytest.mark.parametrize(
    ("conflicting", "survived", "refused"),
    [
        *((0, 0, False), (0, 9, False), (1, 1, True), (3, 4, False), (19, 20, False), (20, 21, True)),
        *((20, 200, True), (20, 201, False), (21, 210, True), (21, 211, False)),
    ],
)
def test_order_lines_are_suspected_from_a_tenth_of_the_rows_on(
    conflicting: int, survived: int, *, refused: bool
) -> None:
    if refused:
        with pytest.raises(DataError, match=f"{conflicting} of {survived} rows share an order id"):
            refuse_line_export(conflicting, survived)
    else:
        refuse_line_export(conflicting, survived)


OUTCOMES: dict[str, Any] = {
    "used": 1_000,
    "outside_window": 2,
    "other_status": 3,
    "other_region": 4,
    "duplicates": 5,
    "rejected": {"a: missing": 6, "b: odd": 7},
}
WARNINGS: dict[str, Any] = {"rounded": 8, "repeats_without_order_id": 9, "customers_without_order": 10}


def test_rejects_stand_by_row_and_their_reasons_by_column_and_words(tmp_path: Path) -> None:
    faults = [{"order_amount": "-1"}, {"order_time": "soon"}, {"order_amount": ""}, {"customer_id": ""}, {}]
    good = {"customer_id": "c", "region": "r", "order_time": "2025-06-01"}
    rows = [
        good | {"order_id": f"o{n % 14_995}", "order_amount": str(1 + n % 3)} | faults[n % 5] for n in range(20_000)
    ]
    pl.DataFrame(rows).write_parquet(tmp_path / "orders.parquet", row_group_size=100)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aggregation, "refuse_line_export", lambda *_: None)
        run = run_files(tmp_path, [tmp_path / "orders.parquet"], {"as_of": date(2025, 7, 1)})

    assert run.rejects["row"].is_sorted()
    assert set(run.rejects["reason"]) == {"not positive", "not a time", "missing", "conflicting"}
    assert list(run.ledger.rejected) == sorted(run.ledger.rejected)


def test_an_export_of_order_lines_is_refused_as_one(tmp_path: Path) -> None:
    rows = [(f"c{n // 2}", f"o{n // 2}", f"{n}", "2025-06-01") for n in range(2, 52)]
    path = tmp_path / "orders.parquet"
    pl.DataFrame(rows, ("customer_id", "order_id", "order_amount", "order_time"), orient="row").write_parquet(path)

    with pytest.raises(DataError, match=r"50 of 50 rows .* --grain line"):
        run_files(tmp_path, [path], {"as_of": date(2025, 7, 1)})


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_ledger_in_which_a_row_is_lost_is_refused(outcome: str) -> None:
    rejected = OUTCOMES["rejected"] | {"a: missing": 7}
    one_more = {outcome: rejected if outcome == "rejected" else OUTCOMES[outcome] + 1}

    with pytest.raises(DataError, match="1027 rows were read but 1028 accounted for"):
        Ledger(read=1_027, **OUTCOMES | one_more)


def test_a_ledger_shows_every_term_of_its_sum() -> None:
    ledger = Ledger(read=1_027, **OUTCOMES, **WARNINGS, unmatched=("one",))

    assert str(ledger) == (
        "1,027 rows read = 1,000 used + 2 outside window + 3 other status + 4 other region + 5 duplicates"
        " + 6 rejected (a: missing) + 7 rejected (b: odd)"
    )
    assert str(Ledger(read=1, used=1)) == "1 row read = 1 used"
    assert ledger.as_table() == {
        "read": 1_027,
        **OUTCOMES,
        "rejected": 13,
        "rejected_by_reason": OUTCOMES["rejected"],
    } | {"warnings": {**WARNINGS, "unmatched": ["one"]}}
