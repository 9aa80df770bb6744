"""`check` reports what was understood of the orders, proves the tier policy, and writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import DATASETS
from tests.faulty import installer
from tests.terminal import AS_OF, ORDERS, done, rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_the_mapping_the_types_the_window_and_the_ledger_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = "\ufeff 客户编号 ,ORDER_ID,店铺代码,省份,产品名称,订单金额（元）,下单日期"
    (tmp_path / "o.csv").write_text("\n".join([header, *ORDERS.splitlines()[1:]]), "utf-8")
    monkeypatch.chdir(tmp_path)

    answer = done("check", "--orders", "o.csv", *AS_OF, "--since", "2025-01-01", "--unit", "ten_thousand_yuan")

    words = [line.split() for line in answer.out.splitlines()]
    assert ["customer_id", "客户编号", "String", "known", "header"] in words
    assert ["order_amount", "订单金额（元）", "String", "known", "header"] in words
    assert ["order_time", "下单日期", "String", "known", "header"] in words
    assert ["unit", "ten", "thousand", "yuan", "given"] in words
    assert "window: 2025-01-01 to 2025-07-01, lists by region" in answer.out
    assert "ledger: 5 rows read = 4 used + 1 outside window" in answer.out
    assert [path.name for path in tmp_path.iterdir()] == ["o.csv"]


def test_every_bundled_dataset_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATASETS.parent)

    answer = done("check")

    assert answer.out.count("has exactly one tier") == len([path for path in DATASETS.iterdir() if path.is_dir()])
    del tmp_path


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("[{name='A', above=3}, {name='B', below=3}]", "no tier for X = 3.0 (R 1, F 5, M 3)"),
        ("[{name='A', at_least=3}, {name='B', at_most=3}]", "A and B for X = 3.0 (R 1, F 5, M 3)"),
        ("[{name='A', at_least=4}, {name='B', at_least=1.1, below=4}]", "no tier for X = 1.0 (R 1, F 1, M 1)"),
        ("[{name='A', at_least=1, at_most=4.9}]", "no tier for X = 5.0 (R 5, F 5, M 5)"),
    ],
)
def test_the_gap_or_overlap_of_a_policy_is_named_before_any_row_is_read(
    command: str, table: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o.csv").write_bytes(b"\x00no orders\xff")

    answer = rfm(command, "--orders", "o.csv", *AS_OF, "--tiers", "weighted", "--set", f"table={table}")

    assert answer.code == 2
    assert answer.err.startswith("error: o: tier policy 'weighted' does not give every possible score one tier: ")
    assert expected in answer.err


def test_a_gap_between_interval_rules_is_named(shop: Path) -> None:
    table = "[{name='Champions', r=[4, 5], f=[2, 5]}, {name='Lost', r=[1, 3]}]"

    answer = rfm("check", "--orders", shop, *AS_OF, "--tiers", "segments", "--set", f"table={table}")

    assert answer.code == 2
    assert "no tier for X = 1.9 (R 4, F 1, M 1)" in answer.err


def test_bounds_that_meet_on_either_side_pass(shop: Path) -> None:
    for above, below in (("above", "at_most"), ("at_least", "below")):
        table = f"[{{name='A', {above}=3}}, {{name='B', {below}=3}}]"
        answer = done("check", "--orders", shop, *AS_OF, "--tiers", "weighted", "--set", f"table={table}")
        assert "tier policy weighted: every score that thresholds can give has exactly one tier" in answer.out


def test_orders_that_cannot_be_used_end_with_1(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("customer_id,order_amount,order_time\nc,x,2025-01-01\n", "utf-8")

    answer = rfm("check", "--orders", tmp_path / "o.csv", *AS_OF)

    assert answer.code == 1
    assert answer.err.startswith("error: o: no order is left to grade")


def test_what_was_kept_in_spite_of_a_doubt_is_noted(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text("customer_id,order_amount,order_time\n" + 3 * "c,1.0051,2025-01-01\n", "utf-8")

    answer = done("check", "--orders", tmp_path / "o.csv", *AS_OF)

    assert "ledger: 3 rows read = 3 used" in answer.out
    assert "note: rows that repeat an earlier one, kept as there are no order ids: 2" in answer.out
    assert "note: amounts rounded to whole fen: 3" in answer.out


def test_what_is_not_proved_of_a_policy_is_said_and_checked_on_the_customers(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer(monkeypatch)("ten-best", "breaks-promises")

    sound = done("check", "--orders", shop, *AS_OF, "--tiers", "ten-best")
    gap = rfm("check", "--orders", shop, *AS_OF, "--tiers", "gap")

    assert "tier policy ten-best: not proved for every possible customer, for it looks at the whole list" in sound.out
    assert gap.code == 1
    assert "tier policy 'gap' of breaks-promises 1.0 broke its promise: no tier for some customers" in gap.err
