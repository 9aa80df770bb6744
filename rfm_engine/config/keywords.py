"""The keys of a dataset file as keyword arguments of Python, and messages in the words of a caller."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict

from rfm_engine.config.dataset import TABLES, Dataset
from rfm_engine.config.excluded import with_excluded
from rfm_engine.config.frozen import read_cuts
from rfm_engine.config.origins import Origins
from rfm_engine.config.resolution import resolve_rules
from rfm_engine.errors import DatasetError, RfmError
from rfm_engine.plugin_api import PluginBase
from rfm_engine.plugins.host import PluginHost

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from rfm_engine.orders.cells.amount_text import AmountStyle
    from rfm_engine.orders.read_options import OrderFormat, Unit
    from rfm_engine.plugin_api import Scheme, TierPolicy
    from rfm_engine.rules import Grain, LatestExport, OrderIdsPer, OrderTotal, Refunds, Rules, Sameness

NO_VALUE: Final = "and|or|is|to|in|of|with|for|out"
OPTION: Final = re.compile(
    rf"""(?:option )?--([a-z]+(?:-[a-z]+)*)(?:[ =](?!(?:{NO_VALUE})\b)("[^"]*"|[\w=/.%+-]*\w))?"""
)
IN_A_FILE: Final = re.compile(
    r" \([^()]* in the dataset file\)|, or name them in the command: [^;]*PATH|(?<= with) \[columns\] or(?= --column)"
)
COMMANDS: Final = {
    r"score it by: rfm-engine run --orders .* --as-of DATE": 'give a frame of them, run(frame, as_of="DATE")',
    r"score plain files with --orders FILE": "give a frame of the orders",
}
"""What to do instead of typing a command: pattern -> words."""

LISTS: Final = (
    "accept",
    "by",
    "region",
    "keep_status",
    "drop",
    "generalize",
    "carry",
    "pseudonymize",
    "nobody",
    "same_id",
    "exclude_customer",
)
OF_FILES: Final = (
    *("orders_format", "encoding", "separator", "quote", "no_header", "sheet", "skip_lines"),
    *("state", "state_check", "gather", "source"),
)


class FrameRules(TypedDict, total=False):
    """The keys of a dataset file that say how a frame of orders is read, cleaned and counted."""

    columns: Mapping[str, str]
    order_time_format: str | None
    decimal_comma: bool
    amount_style: AmountStyle | None
    time_zone: str | None
    unit: Unit
    currency: str | None
    since: date | str | None
    dormant: bool
    carry: Sequence[str]
    region: Sequence[str] | None
    keep_status: Sequence[str] | None
    keep_currency: str | None
    grain: Grain
    refunds: Refunds
    unique_order_ids: bool
    nobody: Sequence[str]
    same_id: Sequence[Sameness]
    same_region: bool
    exclude_customer: Sequence[str]
    exclude: str | None
    order_total: OrderTotal
    latest_export: LatestExport | None
    order_ids_per: OrderIdsPer
    accept: Sequence[str]


class RunRules(FrameRules, total=False):
    """Every key of a dataset file that may be laid over it, or stand in its place."""

    name: str
    customers: Sequence[str]
    ledger: str | None
    source: str | None
    state: str | None
    state_check: Literal["times", "digest"]
    gather: Mapping[str, Any]
    database: str | None
    query: str | None
    table: str | None
    dossier: Mapping[str, str]
    title: str
    description: str
    orders_format: OrderFormat | None
    encoding: str | None
    separator: str | None
    quote: Literal['"', "none"] | None
    no_header: bool
    sheet: str | Sequence[str]
    skip_lines: int
    as_of: date | str
    by: Sequence[str]
    weights: Sequence[Decimal | str | int | float]
    scheme: str | Scheme | Mapping[str, Any]
    tiers: str | TierPolicy | Mapping[str, Any]
    max_rejects: str | int | None
    pseudonymize: Sequence[str]
    drop: Sequence[str]
    generalize: Sequence[Literal["order_time"]]
    strict: bool


@contextmanager
def speak_python() -> Iterator[None]:
    """Let errors from within the block name keyword arguments where they name options of the command."""
    try:
        yield
    except RfmError as error:
        error.args = (in_python_words(str(error)),)
        raise


def in_python_words(message: str) -> str:
    """Return a message with keyword arguments in place of the command's options.

    >>> print(
    ...     in_python_words(
    ...         "map it, --column order_id=HEADER; or state --grain line (grain = 'line' in the dataset file)"
    ...     )
    ... )
    map it, columns={"order_id": "HEADER"}; or state grain="line"
    >>> print(in_python_words("state --skip-lines 3, or allow so many, --max-rejects 3; leave --encoding out"))
    state skip_lines=3, or allow so many, max_rejects=3; leave encoding= out
    """
    for command, words in COMMANDS.items():
        message = re.sub(command, words, message)
    return OPTION.sub(lambda found: _keyword(found[1].replace("-", "_"), found[2]), IN_A_FILE.sub("", message))


def _keyword(key: str, value: str | None) -> str:
    value = value.strip('"') if value else value
    if key == "pseudonym_key_file":
        return "key_file="
    if key == "column":
        name, _, header = (value or "NAME=HEADER").partition("=")
        return f'columns={{"{name}": "{header}"}}'
    if value is None:
        return f"{key}="
    text = value if value.isdecimal() else f'"{value}"'
    return f"{key}=[{text}]" if key in LISTS else f"{key}={text}"


def resolve_keywords(table: Mapping[str, Any], caller: str) -> tuple[Dataset, Rules]:
    """Check the keyword arguments of a function that takes a frame of orders.

    A scheme or policy object is taken as it is, whether registered or not.

    Raises:
        DatasetError: A rule that is unknown, of the wrong type or contradictory; it lists all of them.
    """
    named = dict(table)
    objects = take_objects(named)
    named |= {key: {"name": named[key]} for key in TABLES if isinstance(named.get(key), str)}
    table = {"name": "orders", "orders": ["orders"]} | spell_lists(named)
    origins = Origins(whole=f"{caller}()", each=f"{caller}({{key}})")
    dataset, rules = resolve_rules(read_cuts(table, None, origins), PluginHost(), origins)
    refuse_keys_of_files(dataset, caller)
    return with_objects(dataset, with_excluded(dataset, rules, None, origins), objects)


def spell_lists(table: dict[str, Any]) -> dict[str, Any]:
    """Return keyword arguments as a dataset file has them: one column that splits is a list, weights are text."""
    by, weights = table.get("by"), table.get("weights")
    lists = {"by": [by]} if isinstance(by, str) else {}
    return table | lists | ({"weights": list(map(str, weights))} if isinstance(weights, list | tuple) else {})


def refuse_keys_of_files(dataset: Dataset, caller: str) -> None:
    """Check that no key is given that says where orders are or how files are read: a frame has its rows already.

    Raises:
        DatasetError: Some are; it lists all of them.
    """
    fields = Dataset.model_fields
    if given := [key for key in OF_FILES if getattr(dataset, key) != fields[key].get_default()]:
        message = f"{caller}({', '.join(given)}): for orders that are read from files; a frame has its rows already"
        raise DatasetError(message)


def take_objects(table: dict[str, Any]) -> dict[str, Any]:
    """Take the scheme and the policy that are objects out of a table of rules."""
    return {key: table.pop(key) for key in TABLES if isinstance(table.get(key), PluginBase)}


def with_objects(dataset: Dataset, rules: Rules, objects: Mapping[str, Any]) -> tuple[Dataset, Rules]:
    """Return the rules with a scheme and a policy object in force, whether registered or not."""
    names = {key: {"name": one.name} for key, one in objects.items()}
    return dataset.model_copy(update=names), replace(rules, **objects)
