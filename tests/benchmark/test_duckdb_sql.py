"""DuckDB's job follows the default policy, and counts months as Polars does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from bench.contenders import contender
from rfm_engine.benchmark import duckdb_sql
from rfm_engine.grading.policies import Abcd

ROOT = Path(__file__).parents[2]
PEERS = [name for name in ("duckdb", "duckdb_query", "plain_polars", "pandas") if contender(name).available()]
ROWS = 3_000


def test_duckdb_s_tiers_are_the_default_policy_s() -> None:
    ours = [(tier.name, tier.contacts, tier.focus) for tier in Abcd().tier_table()]

    rows = [
        (name, contacts and (contacts.contacts_min, contacts.contacts_max, contacts.every_months), focus)
        for name, contacts, focus in ours
    ]
    assert rows == [(name, (few, many, months), focus) for name, _, few, many, months, focus in duckdb_sql.CADENCES]


@pytest.mark.parametrize("months", [1, 3, 6, 12, 25])
def test_duckdb_counts_months_as_polars_does(months: int) -> None:
    days = pl.date_range(date(2023, 12, 1), date(2025, 1, 31), eager=True)

    assert [duckdb_sql.months_later(day, months) for day in days] == days.dt.offset_by(f"{months}mo").to_list()
