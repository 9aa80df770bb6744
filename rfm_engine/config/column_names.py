"""Which names the columns of a list, and those that are carried along, can't have: the engine has one already."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rfm_engine.columns import (
    CHINESE,
    CUSTOMER_NAME,
    INTERNAL,
    ORDER_AMOUNT,
    ORDER_ID,
    ORDER_TIME,
    OWN_PREFIX,
    PHONE,
    PRODUCT_NAME,
    QUANTITY,
    REFUNDED_AMOUNT,
    REGION,
    STORE_CODE,
    SUMMARY_COLUMNS,
    UNIT_PRICE,
    published_columns,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

PUBLISHED: Final = {*published_columns((), ()), ORDER_ID, ORDER_AMOUNT, ORDER_TIME}
TAKEN: Final = {"", *INTERNAL, *SUMMARY_COLUMNS, *PUBLISHED, *(CHINESE[name] for name in PUBLISHED)}
COUNTED: Final = {REGION, STORE_CODE, PRODUCT_NAME, QUANTITY, UNIT_PRICE, REFUNDED_AMOUNT}
"""Columns that every list has in another form: as `last_...`, or as part of an amount."""

HEADERS: Final = {CHINESE[name]: name for name in (CUSTOMER_NAME, PHONE)}
NAMEABLE: Final = ("customer_id", ORDER_ID, STORE_CODE)
"""Columns of every list that may become tokens."""

PERSONAL: Final = re.compile(
    r"(?i)^name$|(?:customer|client|buyer|member|user|first|last|full|contact)[ _-]*name"
    r"|(?:receiver|recipient|billing|shipping)[ _-]*name"
    r"|phone|mobile|e-?mail|address|姓名|名字|昵称|收货人|收件人|联系|电话|電話|手机|手機|邮箱|郵箱|地址|微信"
)
"""Headers of what names a person, or reaches one."""


def is_taken(name: str) -> bool:
    """Return whether no list can have a column of this name: the engine has one, or Polars takes it for a pattern."""
    is_pattern = name == "*" or (name.startswith("^") and name.endswith("$"))
    return is_pattern or name in TAKEN or name.startswith(OWN_PREFIX)


def check_lists(by: Sequence[str]) -> None:
    """Check that lists can have these columns.

    Raises:
        ValueError: They can't, or one is named twice.
    """
    if unfit := [name or "''" for name in by if is_taken(name) or by.count(name) > 1]:
        message = f"customers can't be split by {', '.join(dict.fromkeys(unfit))} (or a column is named twice)"
        raise ValueError(message)


def check_carried(carry: Sequence[str], by: Collection[str]) -> None:
    """Check that these columns can be carried along.

    Raises:
        ValueError: A list has one already, or one is named twice.
    """
    for name in carry:
        if name in HEADERS:
            message = f"{name} is the header of {HEADERS[name]}; carry {HEADERS[name]}"
            raise ValueError(message)
        if is_taken(name) or name in COUNTED or name in by or carry.count(name) > 1:
            message = (
                f"{name or repr(name)} is in every list already, or named twice; carry a column of another meaning "
                "under another name, --carry NAME --column NAME=HEADER"
            )
            raise ValueError(message)


def check_tokens(pseudonymize: Sequence[str], carry: Sequence[str], columns: dict[str, str]) -> None:
    """Check that there are such columns to make tokens of, and that none that names a person stays beside them.

    Raises:
        ValueError: There is none such, or a name or a phone would stand in plain beside pseudonyms.
    """
    known = (*NAMEABLE, *carry)
    if any(name not in known for name in pseudonymize):
        message = f"expected {', '.join(known[:-1])} or {known[-1]}"
        raise ValueError(message)
    plain = [name for name in carry if name not in pseudonymize and names_person(name, columns)] if pseudonymize else []
    if plain:
        options = " ".join(f"--pseudonymize {name}" for name in plain)
        message = (
            f"{', '.join(plain)} would stand in plain beside pseudonyms and say who the customers are; carry tokens of "
            f"it, {options}, or do not carry it: a plan joins names and phones at the end, rfm-engine plan --contacts"
        )
        raise ValueError(message)


def names_person(name: str, columns: dict[str, str]) -> bool:
    """Return whether a carried column, by its name or its header, names a person or reaches one."""
    return bool(PERSONAL.search(name) or PERSONAL.search(columns.get(name, "")))
