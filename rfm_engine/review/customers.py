"""Findings about customers: ids that may mean one person, persons in several lists, ids that change with each order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, get_args

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, FREQUENCY
from rfm_engine.errors import quote_argument
from rfm_engine.findings import Finding
from rfm_engine.grading.summary import pluralize
from rfm_engine.orders.order_ids.identical_rows import list_repeated
from rfm_engine.preparation.customer_ids import unify_ids
from rfm_engine.rules import Sameness

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfm_engine.review.reviewed import Reviewed

NOT_PLAIN: Final = (r"[^A-Z0-9_\-]", r"[^a-z0-9_\-@+]")
"""Ids of which no two are spellings of one, where all lack one of these."""

WAYS: Final[dict[Sameness, str]] = {
    "invisible": "signs that can't be seen",
    "wrapping": 'an ="..." around them',
    "apostrophe": "an apostrophe before them",
    "width": "full-width signs",
    "case": "case",
    "space": "spaces",
    "point_zero": "a .0 behind them",
}
"""In what spellings of one id differ, in words."""

FORMULA: Final = r"^\s*[=+\-@＝＋－＠\t\r\n]"
LIKE_A_CUSTOMER: Final = re.compile(
    r"(?i)custom|client|buyer|member|user|e-?mail|phone|mobile|客户|客戶|会员|會員|买家|買家|用户|手机|手機|邮箱|電話|电话"
)
LIKE_NO_ONE: Final = (
    r"(?i)^(?:guest|anon|anonymous|no-?reply|walk-?in|unknown|dummy|游客|遊客|散客|匿名|访客|訪客|路人|非会员|非會員|临时)"
    r"(?:[^a-z]|$)"
)
"""Ids that begin with a word for no customer."""
FIRST_OF_NO_ONES: Final = [*b"aAdDgGnNuUwW", *range(0x80, 0x100)]
"""The bytes that these begin with."""

FEW: Final = 5
SHARE, TIMES = 5, 10
"""A customer who may be no one has a fifth of all orders, and ten times those of the next one."""
MANY: Final = 100


def find_spellings(reviewed: Reviewed) -> Iterator[Finding]:
    """Find customer ids that differ from another by case, width and the like alone."""
    ids = reviewed.customer_ids
    if not all(_has_match(ids, pattern) for pattern in NOT_PLAIN):
        return
    distinct = ids.unique()
    kinds = get_args(Sameness)
    whole = distinct.to_frame().select(unify_ids(pl.col(CUSTOMER_ID), kinds))
    if whole.to_series().n_unique() == distinct.len():
        return
    found = False
    for kind in kinds:
        folded = distinct.to_frame().with_columns(unify_ids(pl.col(CUSTOMER_ID), [kind]).alias("same"))
        groups = folded.group_by("same").agg(pl.col(CUSTOMER_ID).sort()).filter(pl.col(CUSTOMER_ID).list.len() > 1)
        if groups.height:
            found = True
            ways = int(groups[CUSTOMER_ID].list.len().sum())
            sample = groups.sort("same")[CUSTOMER_ID][0].to_list()
            number = pluralize(ways, "customer id")
            words = f"{number} that differ from another by {WAYS[kind]} alone, {groups.height:,} if they are joined"
            yield Finding("RFM301", words, tuple(sample[:2]), f"join them, --same-id {kind.replace('_', '-')}")
    if not found:
        yield _find_mixed_spellings(distinct, kinds)


def _has_match(ids: pl.Series, pattern: str) -> bool:
    """Return whether an id matches a pattern; on all cores."""
    return bool(ids.to_frame().lazy().select(pl.col(ids.name).str.contains(pattern).any()).collect().item())


def _find_mixed_spellings(distinct: pl.Series, kinds: Sequence[Sameness]) -> Finding:
    """Return the finding of ids that differ from another in several ways at once."""
    folded = distinct.to_frame().with_columns(unify_ids(pl.col(CUSTOMER_ID), kinds).alias("same"))
    groups = folded.group_by("same").agg(pl.col(CUSTOMER_ID).sort()).filter(pl.col(CUSTOMER_ID).list.len() > 1)
    ids = groups.sort("same")[CUSTOMER_ID][0].to_list()
    needed = _drop_needless(ids[:2], kinds)
    ways = " and ".join(WAYS[kind] for kind in needed)
    number = pluralize(int(groups[CUSTOMER_ID].list.len().sum()), "customer id")
    fix = f"join them, --same-id {','.join(kind.replace('_', '-') for kind in needed)}"
    return Finding("RFM301", f"{number} that differ from another by {ways} together", tuple(ids[:2]), fix)


def _drop_needless(ids: Sequence[str], kinds: Sequence[Sameness]) -> list[Sameness]:
    """Return the ways without which two ids are not one."""
    needed = [*kinds]
    for kind in kinds:
        others = [one for one in needed if one != kind]
        if (
            pl.Series(CUSTOMER_ID, ids).to_frame().select(unify_ids(pl.col(CUSTOMER_ID), others)).to_series().n_unique()
            == 1
        ):
            needed = others
    return needed


def find_customers_in_several_lists(reviewed: Reviewed) -> Iterator[Finding]:
    """Find customers who are graded in more than one list, where no one declared what the lists are."""
    if not reviewed.by or "by" in reviewed.declared:
        return
    several = list_repeated(reviewed.customer_ids)
    if several.len():
        named = " and ".join(reviewed.by)
        words = f"{pluralize(several.len(), 'customer')} in more than one list, graded once for each {named}"
        fix = "one list of all, --by none; or accept it"
        yield Finding("RFM302", words, tuple(several.bottom_k(3).sort().to_list()), fix)


def find_ids_of_single_orders(reviewed: Reviewed) -> Iterator[Finding]:
    """Find that no customer has a second order, though the ids may be those of orders or there are many customers."""
    customers = reviewed.customers.height
    if customers < FEW or (reviewed.customers[FREQUENCY] > 1).any():
        return
    headers = [header for header in reviewed.free_headers if LIKE_A_CUSTOMER.search(header)]
    if headers or customers >= MANY:
        words = f"each of the {customers:,} customers has frequency 1; the id may change with every order"
        header = quote_argument(f"customer_id={headers[0] if headers else 'HEADER'}")
        fix = f"name the customer's own id, --column {header}"
        yield Finding("RFM303", words, fix=fix)


def find_formula_like_ids(reviewed: Reviewed) -> Iterator[Finding]:
    """Find ids that the CSV file shows with an apostrophe before them, so that no spreadsheet computes them."""
    ids, first = reviewed.customer_ids, reviewed.first_bytes
    if (first.is_between(ord("0"), ord("9")) | first.is_between(ord("A"), ord("z"))).all():
        return
    odd = ids.filter(ids.str.contains(FORMULA)).unique().sort()
    if not odd.is_empty():
        words = f"{pluralize(odd.len(), 'customer id')} that would be a formula, shown with an apostrophe in CSV files"
        yield Finding(
            "RFM304", words, tuple(odd.head(3).to_list()), "--format parquet, ndjson or xlsx keeps them as they are"
        )


def find_no_ones(reviewed: Reviewed) -> Iterator[Finding]:
    """Find customers who may be no one: their ids read so, or one has far more orders than any other."""
    ids = reviewed.customer_ids.filter(reviewed.first_bytes.is_in(FIRST_OF_NO_ONES))
    alike = ids.filter(ids.str.contains(LIKE_NO_ONE)).unique().sort()
    if alike.len():
        words = f"{pluralize(alike.len(), 'customer id')} like a word for no customer, graded as customers"
        yield _no_one(words, alike.head(3).to_list())
    if not _may_outweigh(reviewed):
        return
    orders = (
        reviewed.customers.group_by(CUSTOMER_ID).agg(pl.col(FREQUENCY).sum()) if reviewed.by else reviewed.customers
    )
    most = orders.top_k(2, by=FREQUENCY).sort(FREQUENCY, descending=True)
    if orders.height < MANY:
        return
    (first, count), (_, second) = most.select(CUSTOMER_ID, FREQUENCY).rows()
    total = int(orders[FREQUENCY].sum())
    if SHARE * count >= total and count >= TIMES * second and first not in alike:
        yield _no_one(f"1 customer with {count:,} of all {total:,} orders, {second:,} at most for any other", [first])


def _may_outweigh(reviewed: Reviewed) -> bool:
    """Return whether a customer may have that share of all orders: the most in a list decides in 0.1 s, sums in 2 s."""
    most, total = reviewed.customers.select(most=pl.col(FREQUENCY).max(), total=pl.col(FREQUENCY).sum()).row(0)
    lists = sum(part.select(reviewed.by).unique().collect().height for part in reviewed.parts) if reviewed.by else 1
    return most is not None and SHARE * lists * int(most) >= int(total)


def _no_one(words: str, ids: Sequence[str]) -> Finding:
    return Finding("RFM306", words, tuple(ids), "--nobody WORD leaves such an id out; or accept it")
