"""A mistake ends in a few lines that say how to fix it, and in the right exit code."""

from __future__ import annotations

from os import sep
from typing import TYPE_CHECKING

import pytest

from tests.conftest import DATASETS
from tests.terminal import AS_OF, done, everything_below, read_rows, rfm, run

if TYPE_CHECKING:
    from pathlib import Path

BAD_DATA = {
    "no customer column": ("a,order_amount,order_time\nc,1,2025-01-01\n", "no header for customer_id"),
    "every row is rejected": ("customer_id,order_amount,order_time\nc,-1,2025-01-01\n", "no order is left to grade"),
    "every row is outside": ("customer_id,order_amount,order_time\nc,1,2026-01-01\n", "1 outside window"),
    "no rows": ("customer_id,order_amount,order_time\n", ""),
    "empty file": ("", ""),
    "torn": ('customer_id,order_amount,order_time\n"c,1,2025-01-01\n', ""),
}


@pytest.mark.parametrize(("text", "expected"), BAD_DATA.values(), ids=BAD_DATA)
def test_data_that_cannot_be_used_ends_with_1_and_leaves_the_old_output_as_it_was(
    text: str, expected: str, shop: Path, tmp_path: Path
) -> None:
    before = everything_below(run(shop, tmp_path / "output").parent)
    bad = tmp_path / "bad.csv"
    bad.write_text(text, "utf-8")

    answer = rfm("run", "--orders", bad, *AS_OF, "--name", "shop", "--output", tmp_path / "output")

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("error: ")
    assert expected in answer.err
    assert 1 <= answer.err.count("\n") <= 3
    assert everything_below(tmp_path / "output") == before


ASKED_WRONGLY = {
    "no such command": ("runn",),
    "no such option": ("run", "--frmat", "csv"),
    "no such format": ("run", "--format", "pdf"),
    "no such language": ("run", "--language", "fr"),
    "no date": ("run", "--orders", "SHOP"),
    "orders and a dataset": ("run", str(DATASETS / "sichuan-hiking"), "--orders", "SHOP", *AS_OF),
    "no such dataset": ("run", "nowhere"),
    "no such file": ("run", "--orders", "nowhere.csv", *AS_OF),
    "a file named twice": ("run", "--orders", "SHOP", "--orders", "SHOP*", *AS_OF),
    "no such scheme": ("run", "--orders", "SHOP", *AS_OF, "--scheme", "quintle"),
    "no such policy option": ("run", "--orders", "SHOP", *AS_OF, "--set", "bond=3"),
    "set without a value": ("run", "--orders", "SHOP", *AS_OF, "--set", "bounds"),
    "column without a header": ("run", "--orders", "SHOP", *AS_OF, "--column", "customer_id"),
    "a gap in the tiers": (
        "run",
        "--orders",
        "SHOP",
        *AS_OF,
        "--tiers",
        "weighted",
        "--set",
        "table=[{name='A',above=3}]",
    ),
    "a scheme that must not be empty": ("run", "--orders", "SHOP", *AS_OF, "--set", "frequency=[]"),
    "check of nothing": ("check", "nowhere"),
    "explain without a run": ("explain", "7", "--run", "nowhere"),
    "an unknown generated profile": ("generate", "x.csv", "--profile", "nothing"),
}


@pytest.mark.parametrize("words", ASKED_WRONGLY.values(), ids=ASKED_WRONGLY)
def test_what_was_requested_wrongly_ends_with_2_and_a_few_lines(
    words: tuple[str, ...], shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    answer = rfm(*(word.replace("SHOP", str(shop)) for word in words))

    assert (answer.code, answer.out) == (2, "")
    assert 1 <= answer.err.strip().count("\n") + 1 <= 7
    assert "Traceback" not in answer.err
    assert not list(tmp_path.iterdir())


def test_an_unknown_option_of_a_scheme_or_policy_names_the_nearest(shop: Path) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, "--set", "bond=3")

    assert "has an option 'bond', did you mean 'bounds'?" in answer.err


def test_a_folder_without_datasets_is_answered_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    answers = [rfm("run"), rfm("check"), rfm("datasets")]

    expected = (
        "error: no dataset in ./datasets; name one, or score plain files: rfm-engine run --orders FILE --as-of DATE\n"
    )
    assert answers == [(2, "", expected)] * 3


def test_the_bare_name_of_a_dataset_is_answered_with_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(DATASETS.parent)

    answer = rfm("run", "harbin-heating")

    assert answer.code == 2
    assert answer.err.endswith(f"no such dataset file; did you mean {DATASETS.name}{sep}harbin-heating?\n")


def test_an_export_of_order_lines_is_recognised_and_its_fix_fixes_it(tmp_path: Path) -> None:
    lines = [f"c{order},o{order},{line},{10 + line},2025-01-02" for order in range(30) for line in range(3)]
    orders = tmp_path / "lines.csv"
    orders.write_text("\n".join(["customer_id,order_id,product_name,order_amount,order_time", *lines]), "utf-8")
    words = ("run", "--orders", orders, *AS_OF, "--output", tmp_path / "output")

    refused = rfm(*words)
    fixed = done(*words, "--grain", "line")

    assert refused.code == 1
    assert "90 of 90 rows share an order id with a row that differs" in refused.err
    assert "--grain line" in refused.err
    assert "ledger: 90 rows read = 90 used" in fixed.out
    rows = read_rows(tmp_path / "output" / "lines" / "customers.csv")
    assert {(row["frequency"], row["monetary"], row["last_product_name"]) for row in rows} == {("1", "33.00", "2")}
