"""Runs made up for a plan: customers with tiers and spend, and nothing else."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import polars as pl

from rfm_engine.runs.plan.month import Month

if TYPE_CHECKING:
    from rfm_engine.runs.finished import FinishedRun

TIERS = ("A", "B", "C", "D")
CONTACTS = {"A": (1, 2, 1), "B": (1, 2, 3), "C": (1, 2, 6), "D": (1, 1, 12)}
JULY = Month(date(2025, 7, 1))


def run_of(tiers: dict[str, str], spend: dict[str, int]) -> FinishedRun:
    """Return what a plan asks of a finished run, for customers with these tiers."""
    rows = [
        {
            "customer_id": name,
            "tier": tier,
            "monetary": spend[name],
            "contacts_min": CONTACTS[tier][0],
            "contacts_max": CONTACTS[tier][1],
            "contact_every_months": CONTACTS[tier][2],
        }
        for name, tier in tiers.items()
    ]
    frame = pl.LazyFrame(rows, schema_overrides={"tier": pl.Enum(TIERS), "monetary": pl.Decimal(18, 2)})
    return cast("FinishedRun", SimpleNamespace(customers=lambda: frame, record=SimpleNamespace(lists_by=[])))
