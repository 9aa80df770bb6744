"""What the right answer to a file is that was read a second time: its cells made plain for the oracle."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rfm_engine.columns import ALIASES, CHINESE
from tests.oracle.amounts import UNSEEN, decimal_of
from tests.oracle.scorer import Answer, Rules, grade
from tests.oracle.second_reader import BLANKS
from tests.orders.cells.definitions import time_of

if TYPE_CHECKING:
    from tests.oracle.second_reader import Table

SPACES = f"{BLANKS}\x85\u1680\u2028\u2029\u202f\u205f{''.join(map(chr, range(0x2000, 0x200B)))}"
HELD = {ord(sign): ord(sign) + 0xE000 for sign in (*SPACES, *"\x1c\x1d\x1e\x1f")}
"""Signs that the oracle takes off as white space, and what stands in for them where the engine keeps them."""

FREED = {other: sign for sign, other in HELD.items()}

WIDE = str.maketrans("０１２３４５６７８９．，－−＋￥\u3000\u00a0", "0123456789.,--+¥  ")


def fold_header(header: str) -> str:
    """A header without its width, case, spaces, hyphens and underscores."""
    return re.sub(r"[\s_-]|\ufeff", "", unicodedata.normalize("NFKC", header).casefold())


def map_columns(headers: list[str]) -> dict[str, int]:
    """Which column holds what: by its own names first, then by an alias."""
    found = {}
    for name, aliases in ALIASES.items():
        for spellings in ((name, CHINESE[name]), aliases):
            fold = {fold_header(one) for one in spellings}
            if hits := [place for place, header in enumerate(headers) if fold_header(header) in fold]:
                (found[name],) = hits
                break
    if lacking := {"customer_id", "order_amount", "order_time"} - set(found):
        message = f"no {', '.join(lacking)} in {headers}"
        raise ValueError(message)
    return found


def amount(cell: str) -> str:
    """An amount as plain decimal text, or what is none."""
    found = decimal_of(cell.strip(SPACES))
    return ("no amount" if cell else "") if found is None else f"{found:f}"


def time(cell: str) -> str:
    """A time in the oracle's spelling, or what is none."""
    seen = cell.translate(dict.fromkeys(map(ord, UNSEEN)))
    text = seen.translate(WIDE).replace("：", ":").replace("／", "/").strip(SPACES)
    found = time_of(text, None) if text == text.strip() else None
    return str(found) if found else "no time" if cell else ""


def answer_table(table: Table, rules: Rules) -> tuple[Answer, list[tuple[int, str, str]]]:
    """The oracle's answer, and its rejects by row number, header and reason."""
    places = map_columns(table.headers)
    numbers = list(table.rows)
    rows: list[dict[str, str | None]] = []
    for number in numbers:
        cells = {name: table.rows[number][place] or "" for name, place in places.items()}
        stripped = {name: text.strip(BLANKS) for name, text in cells.items()}
        cells = {name: text.translate(HELD) for name, text in stripped.items()}
        cells |= {"order_amount": amount(stripped["order_amount"]), "order_time": time(stripped["order_time"])}
        if number in table.overlong:
            cells["order_time"] = "overlong"
        rows.append({"status" if name == "order_status" else name: text for name, text in cells.items()})
    answer = grade(rows, rules)
    rejects = []
    for index, column, reason in answer.rejects:
        overlong = numbers[index] in table.overlong and column == "order_time"
        rejects.append((numbers[index], table.headers[places[column]], "too many fields" if overlong else reason))
    return answer, rejects


def rules_of(content: bytes) -> tuple[Rules, bool]:
    """The oracle's rules of a dataset file, and whether they are all that the file says."""
    table = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    scheme, tiers = table.pop("scheme", {"name": "thresholds"}), table.pop("tiers", {"name": "abcd"})
    given: dict[str, Any] = {"as_of": _day(table.pop("as_of")), "scheme": scheme.pop("name")}
    if "since" in table:
        given["since"] = _day(table.pop("since"))
    if "by" in table:
        given["by"] = tuple(table.pop("by"))
    if "keep_status" in table:
        given["keep_status"] = tuple(table.pop("keep_status"))
    given |= {key: table.pop(key) for key in ("grain", "refunds") if key in table}
    if "weights" in table:
        given["weights"] = tuple(Decimal(weight) for weight in table.pop("weights"))
    for key in ("recency_days", "frequency", "monetary"):
        if key in scheme:
            given[f"{key.removesuffix('_days')}_cuts"] = tuple(Decimal(cut) for cut in scheme.pop(key))
    given |= {key: scheme.pop(key) for key in ("bins", "ties") if key in scheme}
    low, middle, high = (Decimal(bound) for bound in tiers.pop("bounds", (2, 3, 4)))
    bounds: dict[str, tuple[Decimal | None, Decimal | None]] = {}
    bounds |= {"A": (high, None), "B": (middle, high), "C": (low, middle), "D": (None, low)}
    rules = Rules(**given)
    changed = tuple(replace(tier, low=bounds[tier.name][0], high=bounds[tier.name][1]) for tier in rules.tiers)
    rest = {key: value for key, value in table.items() if key not in ("name", "title", "description", "orders")}
    known = not rest and not scheme and tiers == {"name": "abcd"} and set(rules.by) <= {"region", "store_code"}
    return Rules(**(given | {"tiers": changed})), known


def _day(value: object) -> date:
    if isinstance(value, datetime) or not isinstance(value, str | date):
        message = "no date"
        raise TypeError(message)
    if isinstance(value, date):
        return value
    form = "%Y-%m-%d" if "-" in value or "/" in value else "%Y%m%d"
    return datetime.strptime(value.strip().replace("/", "-"), form).date()  # noqa: DTZ007 a calendar date
