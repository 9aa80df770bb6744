"""A dataset file says what it means or is refused whole, with everything that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.cli.options import key_parameters
from rfm_engine.config.dataset import Dataset
from tests.dataset_files import write_dataset
from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_every_rule_of_a_dataset_file_is_an_option_of_the_same_name() -> None:
    assert {parameter.name for parameter in key_parameters()} == set(Dataset.model_fields)


def test_every_key_of_a_dataset_file_has_a_meaning() -> None:
    assert not [name for name, field in Dataset.model_fields.items() if not field.description]


WRONG = {
    "asof = 2025-07-01": "asof: unknown key, did you mean 'as_of'?",
    "zzz = 1": "zzz: unknown key (known: columns, ",
    "since = 2026-01-01": "since: since 2026-01-01 is after as_of 2025-07-01",
    "since = 20200101": "since: expected a date such as 2025-07-01, got 20200101",
    "by = 'region'": "by: expected a list",
    "by = ['customer_id']": "by: customers can't be split by customer_id",
    "by = ['tier']": "by: customers can't be split by tier",
    "by = ['region', 'region']": "by: customers can't be split by region",
    "region = []": "region: ",
    "grain = 'lines'": "grain: expected 'order', 'line' or 'day', got 'lines'",
    "grain = 'line'\nunique_order_ids = true": "unique_order_ids: grain = 'line' says that order ids repeat",
    "refunds = 'keep'": "refunds: expected 'reject' or 'net', got 'keep'",
    "unit = 'dollar'": "unit: expected 'yuan', 'ten_thousand_yuan' or 'fen', got 'dollar'",
    "weights = [0.3, 0.3]": "weights.2: must be given",
    "weights = [0.3, 0.3, -0.4]": "weights: expected three weights of 0 or more",
    "weights = [0.3, 'much', 0.4]": "weights.1: expected a number, got 'much'",
    "skip_lines = 'two'": "skip_lines: expected a whole number, got 'two'",
    "time_zone = 'Asia/Shangai'": "time_zone: 'Asia/Shangai' is no IANA time zone, did you mean 'Asia/Shanghai'?",
    "time_zone = 'localtime'": "time_zone: 'localtime' is no IANA time zone, got 'localtime'",
    "encoding = 'gb18031'": "encoding: 'gb18031' is no known text encoding, did you mean 'gb18030'?",
    "name = 'a/b'": "name: expected a name that can be a folder's",
    "columns = { custmer_id = 'x' }": "columns.custmer_id: no such column, did you mean 'customer_id'?",
    "columns = { customer_id = 3 }": "columns.customer_id: expected text, got 3",
    "scheme = 'quintile'": "scheme: expected a table, got 'quintile'",
    "scheme = { bins = 5 }": "scheme.name: must be given",
    "scheme = { name = 'quintle' }": "scheme.name: unknown scheme 'quintle', did you mean 'quintile'?",
    "scheme = { name = 'quintile', bin = 5 }": "scheme.bin: unknown key, did you mean 'bins'?",
    "scheme = { name = 'quintile', bins = 'five' }": "scheme.bins: expected a whole number, got 'five'",
    "scheme = { name = 'thresholds', frequency = [3, 1] }": "scheme.frequency: expected at least one cut point",
    "tiers = { name = 'abc' }": "tiers.name: unknown tier policy 'abc', did you mean 'abcd'?",
    "tiers = { name = 'abcd', bounds = [1e-400, 3, 4] }": "tiers.bounds.0: expected a total below 1,000,000,000,000",
    "tiers = { name = 'abcd', bounds = [2, 3, 1e400] }": "tiers.bounds.2: expected a total below 1,000,000,000,000",
    "tiers = { name = 'abcd', bounds = [4, 3, 2] }": "tiers.bounds: expected three totals, each greater",
    "tiers = { name = 'abcd', contacts = { A = 'often' } }": "tiers.contacts.A: expected a cadence such as",
    "tiers = { name = 'weighted' }": "tiers.table: must be given (the tiers, best first",
}


@pytest.mark.parametrize(("line", "expected"), WRONG.items(), ids=WRONG)
def test_a_wrong_line_is_refused_with_the_file_the_key_and_what_was_expected(
    line: str, expected: str, tmp_path: Path
) -> None:
    path = write_dataset(tmp_path, line)

    answer = rfm("run", path, "--output", tmp_path / "output")

    assert answer.code == 2
    assert answer.err.startswith(f"error: {path}: {expected}")
    assert answer.err.count("\n") == 1
    assert not (tmp_path / "output").exists()


def test_everything_wrong_in_several_files_is_reported_at_once(tmp_path: Path) -> None:
    lines = {line.partition(" ")[0]: line for line in WRONG if "\n" not in line}
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_dataset(tmp_path / name, *lines.values())

    answer = rfm("run", tmp_path / "one", tmp_path / "two")

    faults = answer.err.removeprefix("error: ").splitlines()
    assert answer.code == 2
    for name in ("one", "two"):
        places = [fault.split(": ")[1] for fault in faults if fault.startswith(str(tmp_path / name / "dataset.toml"))]
        assert {place.partition(".")[0] for place in places} == set(lines)
