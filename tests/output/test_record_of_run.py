"""The record says what was written, counted and in force."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.conftest import DATASETS
from tests.terminal import AS_OF, done, read_rows, record_of

FATES = ("used", "outside_window", "other_status", "other_region", "duplicates", "rejected")


@pytest.mark.parametrize("name", sorted(path.name for path in DATASETS.iterdir() if path.is_dir()))
def test_the_record_names_every_file_with_its_size_and_digest(name: str, bundled: Path) -> None:
    record = record_of(bundled / name)

    files = [(Path(one["file"]), one) for one in record["inputs"]]
    files += [(bundled / name / one["file"], one) for one in record["outputs"]]
    assert {path.name for path, _ in files} == {path.name for path in (DATASETS / name).glob("*.csv")} | {
        "customers.csv",
        "rejects.csv",
    }
    for path, one in files:
        content = path.read_bytes()
        assert (one["bytes"], one["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("name", sorted(path.name for path in DATASETS.iterdir() if path.is_dir()))
def test_the_ledger_adds_up_and_agrees_with_the_files(name: str, bundled: Path) -> None:
    ledger = record_of(bundled / name)["ledger"]

    rows = sum(len(read_rows(path)) for path in (DATASETS / name).glob("*.csv"))
    rejects = read_rows(bundled / name / "rejects.csv")
    customers = read_rows(bundled / name / "customers.csv")
    assert ledger["read"] == rows == sum(ledger[fate] for fate in FATES)
    assert ledger["rejected"] == len(rejects) == sum(ledger["rejected_by_reason"].values())
    assert ledger["used"] == sum(int(row["frequency"]) for row in customers)


def test_the_record_counts_the_tiers_of_the_customers_file(national: Path) -> None:
    counted = {(row["region"], row["tier"]): row["customers"] for row in record_of(national)["tier_counts"]}

    customers = [(row["region"], row["tier"]) for row in read_rows(national / "customers.csv")]
    assert counted == {key: customers.count(key) for key in sorted(set(customers))}


def test_the_cut_points_observed_are_the_least_and_greatest_value_of_each_score(national: Path) -> None:
    customers = read_rows(national / "customers.csv")
    values = {"r_score": "recency_days", "f_score": "frequency", "m_score": "monetary"}

    for score, spans in record_of(national)["cut_points"].items():
        assert len(spans) == len({(row["region"], row[score]) for row in customers})
        for span in spans:
            seen = [
                int(row[values[score]].replace(".", ""))
                for row in customers
                if (row["region"], row[score]) == (span["region"], str(span["score"]))
            ]
            assert (span["from"], span["to"], span["customers"]) == (min(seen), max(seen), len(seen))


def test_the_record_states_every_rule_that_was_in_force(bundled: Path) -> None:
    record = record_of(bundled / "taian-curtains")

    assert record["scheme"] == {"name": "quintile", "bins": 5, "ties": "min"}
    assert record["tiers"]["bounds"] == ["2", "3", "4"]
    rules = ("as_of", "since", "by", "region", "keep_status", "grain", "refunds", "unit", "weights", "unique_order_ids")
    assert [record["dataset"][rule] for rule in rules] == [
        "2025-07-01",
        "2021-09-01",
        ["region"],
        ["山东省"],
        None,
        "order",
        "reject",
        "yuan",
        ["0.3", "0.3", "0.4"],
        False,
    ]
    assert {"rfm-engine", "polars", "python"} <= record["versions"].keys()
    assert all(seconds >= 0 for seconds in record["seconds"].values())


def test_a_run_with_a_state_records_it_and_one_without_has_no_word_of_it(shop: Path, tmp_path: Path) -> None:
    words = ("run", "--orders", shop, *AS_OF, "--quiet")
    done(*words, "--output", tmp_path / "plain")
    done(*words, "--state", tmp_path / "state", "--output", tmp_path / "kept")

    plain, kept = (record_of(tmp_path / name / "shop") for name in ("plain", "kept"))

    assert "state" not in plain
    assert kept["state"]
    assert "state" not in kept["dataset"]
    assert [kept["dataset"][key] for key in ("name", "as_of")] == ["shop", "2025-07-01"]


@pytest.mark.parametrize("key", ["scheme", "tiers", "exclude_customer", "gather"])
def test_what_stands_elsewhere_or_names_customers_is_no_key_of_the_record(key: str, bundled: Path) -> None:
    record = record_of(bundled / "sichuan-hiking")

    assert key not in record["dataset"]
    assert key not in {"scheme", "tiers"} or record[key]["name"]
