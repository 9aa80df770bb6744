"""Customers one by one are tokens of whom k are alike."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.terminal import done, rfm

DATASETS = Path(__file__).parents[2] / "datasets"


def test_customers_one_by_one_are_tokens_of_whom_k_are_alike(key_file: Path, tmp_path: Path) -> None:
    refused = rfm("insight", DATASETS / "national-outdoor", "--individual", "--output", tmp_path)
    assert (refused.code, "--pseudonymize customer_id" in refused.err) == (2, True)

    tokens = ("--pseudonymize", "customer_id", "--pseudonym-key-file", key_file)
    done("insight", DATASETS / "national-outdoor", "--individual", "--for", "banks", *tokens, "--output", tmp_path)

    table = pl.read_parquet(tmp_path / "national-outdoor.insight" / "individuals.parquet")
    assert table.height > 3_000
    assert table["customer_id"].str.len_chars().unique().to_list() == [64]
    groups = table.group_by("region", "tier", "r_score", "f_score", "m_score").len()
    assert groups["len"].min() >= 5  # type: ignore[operator]
    shown = pl.read_parquet(tmp_path / "national-outdoor.insight" / "grades.parquet")
    named = table.drop_nulls("region").group_by("region", "tier").len()
    assert named.join(shown, on=["region", "tier"], how="anti").is_empty()
