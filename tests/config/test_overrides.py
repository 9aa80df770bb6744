"""Options lie over the keys of dataset files, and name themselves where they are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dataset_files import write_dataset
from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = "customer_id,order_amount,order_time\nc,5,2025-01-01\n"


@pytest.mark.parametrize("words", [("scheme.monetary=[1e400000]",), (f"scheme.{'a.' * 40}b=1",), ("scheme.bins.x=1",)])
def test_an_option_cannot_request_much(words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")

    answer = rfm("run", "--orders", tmp_path / "o.csv", "--as-of", "2025-07-01", "--set", *words)

    assert (answer.code, answer.out) == (2, "")
    assert answer.err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value", "expected"),
    [
        ("as-of", "soon", "as_of: expected a date such as 2025-07-01, got 'soon'"),
        ("as-of", "20250701000000", "as_of: expected a date such as 2025-07-01"),
        ("since", "2026-01-01", "since: since 2026-01-01 is after as_of 2025-07-01"),
        ("grain", "lines", "grain: expected 'order', 'line' or 'day', got 'lines'"),
        ("refunds", "keep", "refunds: expected 'reject' or 'net', got 'keep'"),
        ("unit", "dollar", "unit: expected 'yuan', 'ten_thousand_yuan' or 'fen', got 'dollar'"),
        ("weights", "0.3,0.3", "weights.2: must be given"),
        ("weights", "0.3,x,0.4", "weights.1: expected a number, got 'x'"),
        ("by", "", "by: customers can't be split by ''"),
        ("column", "custmer_id=x", "columns.custmer_id: no such column, did you mean 'customer_id'?"),
        ("scheme", "quintle", "scheme.name: unknown scheme 'quintle', did you mean 'quintile'?"),
        ("tiers", "abc", "tiers.name: unknown tier policy 'abc', did you mean 'abcd'?"),
        ("ties", "max", "scheme.ties: unknown key (known: recency_days, frequency, monetary)"),
    ],
)
def test_the_same_mistake_in_an_option_names_the_option(option: str, value: str, expected: str, tmp_path: Path) -> None:
    path = write_dataset(tmp_path)

    over = rfm("run", path, f"--{option}", value, "--output", tmp_path / "output")
    plain = rfm("run", "--orders", tmp_path / "orders.csv", "--as-of", "2025-07-01", f"--{option}", value)

    assert (over.code, plain.code) == (2, 2)
    assert over.err.startswith(f"error: option --{option} (over {path}): {expected}")
    assert plain.err.startswith(f"error: option --{option}: {expected}")


@pytest.mark.parametrize("names", [("same", "same"), ("same", "SAME")])
def test_datasets_whose_results_would_share_a_folder_are_refused(names: tuple[str, str], tmp_path: Path) -> None:
    for place, name in zip(("one", "two"), names, strict=True):
        (tmp_path / place).mkdir()
        write_dataset(tmp_path / place, f"name = '{name}'")

    answer = rfm("run", tmp_path / "one", tmp_path / "two")

    assert answer.code == 2
    assert "two datasets are named 'same'" in answer.err
