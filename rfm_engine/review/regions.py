"""Findings about regions: one spelled in several ways, one left out by its spelling, a column that no one named."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import REGION
from rfm_engine.errors import quote_argument
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import pluralize
from rfm_engine.preparation.spellings import list_values
from rfm_engine.vocabulary.provinces import fold_region, official_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfm_engine.review.reviewed import Reviewed

LIKE_A_REGION: Final = re.compile(r"(?i)province|region|state$|省|地区|地區|区域|區域")
JOIN: Final = "join them, --same-region"


def find_region_spellings(reviewed: Reviewed) -> Iterator[Finding]:
    """Find regions that stand in lists of their own though they are spellings of one."""
    if REGION not in reviewed.by or not reviewed.parts:
        return
    regions = pl.concat(part.select(pl.col(REGION).unique().cast(pl.String)) for part in reviewed.parts).collect()
    same: dict[str, list[str]] = {}
    for region in sorted({*regions[REGION]}):
        same.setdefault(fold_region(official_name(region)), []).append(region)
    several = [spellings for spellings in same.values() if len(spellings) > 1]
    if several:
        words = f"{pluralize(len(several), 'region')} spelled in several ways, each of which is a list of its own"
        yield Finding("RFM501", words, tuple(several[0][:3]), JOIN)


def find_regions_left_out(reviewed: Reviewed) -> Iterator[Finding]:
    """Find rows that are left out since they spell a requested region in another way."""
    requested = reviewed.rules.region
    if requested is None or reviewed.rules.same_region:
        return
    wanted = {fold_region(official_name(region)) for region in requested}
    others = [
        region
        for region in list_values(reviewed.orders, REGION)
        if region not in requested and fold_region(official_name(region)) in wanted
    ]
    if others:
        rows = reviewed.orders.filter(pl.col(REGION).is_in(others)).select(pl.len()).collect().item()
        words = f"{pluralize(rows, 'row')} left out whose region is a requested one in another spelling"
        yield Finding("RFM502", words, tuple(others[:3]), JOIN)


def find_unread_regions(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that all customers are in one list though a header may hold regions."""
    if REGION in reviewed.columns or reviewed.rules.by != (REGION,):
        return
    headers = [header for header in reviewed.free_headers if LIKE_A_REGION.search(header)]
    if headers:
        words = "no column holds regions, so all customers are in one list; a header may hold them"
        fix = f"--column {quote_argument(f'region={headers[0]}')}, or --by none for one list"
        yield Finding("RFM503", words, tuple(headers[:3]), fix)
