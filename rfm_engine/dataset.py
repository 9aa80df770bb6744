"""dataset.toml, typed and checked: one order source with its window, lists, mapping and rules."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, SecretBytes, ValidationInfo, field_validator

from rfm_engine.columns import ALIASES, INTERNAL, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REGION
from rfm_engine.errors import DatasetError, UsageError, nearest
from rfm_engine.grading.published import published
from rfm_engine.orders.ledger import RejectLimit
from rfm_engine.orders.paths import expanded, expanded_within
from rfm_engine.orders.read_options import Source
from rfm_engine.orders.readers.limits import SETTINGS_LEVELS, is_deep, settings_text
from rfm_engine.plugin_api import Plugged
from rfm_engine.privacy import Dropped, Generalised, Pseudonymised
from rfm_engine.rules import Grain, Refunds, Rules, Weights
from rfm_engine.validating import validated

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rfm_engine.plugins.host import PluginHost

FILE = "dataset.toml"


TABLES = ("scheme", "tiers")


MOST_WEIGHT, WEIGHT_DECIMALS, LAST_YEAR = 1_000, 9, 2999


UNSPLITTABLE = {"", ORDER_ID, ORDER_AMOUNT, ORDER_TIME, *INTERNAL, *published((REGION,), ())} - {REGION}


Plug = TypeVar("Plug", bound=Plugged)


Table = dict[str, Any]


def _folder_name(name: str) -> str:
    if not name.strip() or name.startswith(".") or any(sign in name for sign in '/\\:*?"<>|') or not name.isprintable():
        message = "expected a name that can be a folder's, without / \\ : * ? \" < > | or a leading dot"
        raise ValueError(message)
    return name


def _day(value: object) -> object:
    """Return the date that a text states, `2025-07-01`, `2025/7/1` or `20250701`; a number is no date."""
    if isinstance(value, str):
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"):
            with suppress(ValueError):
                return datetime.strptime(value.strip(), form).date()  # noqa: DTZ007 a calendar date
    if not isinstance(value, date) or value.year > LAST_YEAR:
        message = "expected a date such as 2025-07-01"
        raise ValueError(message)
    return value


Day = Annotated[date, BeforeValidator(_day)]


class Dataset(Source):
    """The keys of a dataset file; each is also an option of `rfm-engine run`.

    `scheme` and `tiers` are tables with the `name` of a scheme or policy and its options. Weights are exact decimals.
    """

    name: Annotated[str, AfterValidator(_folder_name)] = Field(description="the folder of the results")
    title: str = Field(default="", description="what the list is called where people read it")
    description: str = Field(default="", description="where the orders come from")
    orders: tuple[str, ...] = Field(min_length=1, description="order files, globs or folders, beside the dataset file")
    as_of: Day = Field(description="the statistics date, the window's last day")
    since: Day | None = Field(default=None, description="the window's first day")
    by: tuple[str, ...] = Field(default=(REGION,), description="the columns that split customers into graded lists")
    region: tuple[str, ...] | None = Field(default=None, min_length=1, description="the regions to keep")
    keep_status: tuple[str, ...] | None = Field(default=None, min_length=1, description="the order statuses that count")
    grain: Grain = Field(default="order", description="whether a row is an order or a line of one")
    refunds: Refunds = Field(default="reject", description="whether amounts of 0 or less are rejected or netted")
    unique_order_ids: bool = Field(default=False, description="a promise that no order id repeats")
    max_rejects: RejectLimit | None = Field(default=None, description="most rejected rows: 100, or 1% of those read")
    pseudonymize: tuple[Pseudonymised, ...] = Field(default=(), description="ids that become keyed tokens")
    drop: tuple[Dropped, ...] = Field(default=(), description="columns of the newest order that are left out")
    generalize: tuple[Generalised, ...] = Field(default=(), description="order_time: of the newest order, its date")
    weights: tuple[Decimal, Decimal, Decimal] = Field(
        default=(Decimal("0.3"), Decimal("0.3"), Decimal("0.4")), description="of R, F and M in the total"
    )
    scheme: Table = Field(default={"name": "thresholds"}, description="the scoring scheme and its options")
    tiers: Table = Field(default={"name": "abcd"}, description="the tier policy and its options")

    @field_validator("weights")
    @classmethod
    def _usable(cls, weights: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if any(not weight.is_finite() or weight < 0 for weight in weights) or not any(weights):
            message = "expected three weights of 0 or more, not all 0"
            raise ValueError(message)
        if any(weight > MOST_WEIGHT or weight != round(weight, WEIGHT_DECIMALS) for weight in weights):
            message = f"expected weights of at most {MOST_WEIGHT:,}, with at most {WEIGHT_DECIMALS} decimals"
            raise ValueError(message)
        return weights

    @field_validator("by")
    @classmethod
    def _splitting(cls, by: tuple[str, ...]) -> tuple[str, ...]:
        unfit = [name or "''" for name in by if name in UNSPLITTABLE or by.count(name) > 1]
        if unfit:
            message = f"customers can't be split by {', '.join(dict.fromkeys(unfit))} (or a column is named twice)"
            raise ValueError(message)
        return by

    @field_validator("since")
    @classmethod
    def _in_order(cls, since: date | None, stated: ValidationInfo) -> date | None:
        if since and since > stated.data.get("as_of", since):
            message = f"since {since} is after as_of {stated.data['as_of']}"
            raise ValueError(message)
        return since

    @field_validator("unique_order_ids")
    @classmethod
    def _agreed(cls, unique: bool, stated: ValidationInfo) -> bool:  # noqa: FBT001 pydantic's signature
        if unique and stated.data.get("grain") == "line":
            message = "grain = 'line' says that order ids repeat, unique_order_ids that they do not; state one of them"
            raise ValueError(message)
        return unique

    @field_validator("drop")
    @classmethod
    def _spare(cls, drop: tuple[str, ...], stated: ValidationInfo) -> tuple[str, ...]:
        if needed := [name for name in drop if name in stated.data.get("by", ())]:
            message = f"customers are split by {', '.join(needed)}, which can't be dropped"
            raise ValueError(message)
        return drop

    @property
    def is_private(self) -> bool:
        """Whether anything of the customers is withheld; values are then masked wherever they would be told."""
        return bool(self.pseudonymize or self.drop or self.generalize)

    @property
    def extra(self) -> tuple[str, ...]:
        """The `by` columns, which the reader must bring whether canonical or not."""
        return self.by


class Job(NamedTuple):
    """A dataset that is ready to run: its rules resolved, its order files found, and the key of its pseudonyms."""

    dataset: Dataset
    rules: Rules
    paths: list[Path]
    key: SecretBytes | None = None


def located(place: Path) -> Path:
    """Return the dataset file at a path that names it or its folder.

    Raises:
        UsageError: There is none.
    """
    path = place / FILE if place.is_dir() else place
    if path.is_file() and Source().format_of(path):
        message = f"{path}: no dataset file but orders? score it by: rfm-engine run --orders {path} --as-of DATE"
        raise UsageError(message)
    if not path.is_file():
        message = f"{path}: no such dataset file; name a folder with a {FILE}, or score plain files with --orders FILE"
        raise UsageError(message)
    return path


def tables(path: Path) -> Table:
    """Return the dataset file as it is written, with exact decimals; the name defaults to the folder's.

    Raises:
        DatasetError: It cannot be read as TOML, with the line; it is too large, or too deep.
    """
    try:
        table = tomllib.loads(settings_text(path), parse_float=Decimal)
    except (ValueError, OSError) as error:
        message = f"{path}: not a readable TOML file: {error}"
        raise DatasetError(message) from error
    except RecursionError:
        table = None
    if table is None or is_deep(table):
        message = f"{path}: tables within tables, more than {SETTINGS_LEVELS} levels deep; no dataset file needs them"
        raise DatasetError(message)
    return {"name": path.parent.name if path.name == FILE else path.stem} | table


def prepared(
    table: Table, folder: Path, host: PluginHost, where: Callable[[str], str], *, anywhere: bool = False
) -> Job:
    """Check the keys as `checked` does, and find the order files: in the folder, or `anywhere` for a command's own.

    Raises:
        UsageError: What `checked` refuses, or order files that are not there or lie elsewhere.
    """
    dataset, rules = checked(table, host, where)
    try:
        return Job(dataset, rules, (expanded if anywhere else expanded_within)(dataset.orders, folder))
    except UsageError as error:
        message = f"{where('orders')}: orders: {error}"
        raise DatasetError(message) from error


def checked(table: Table, host: PluginHost, where: Callable[[str], str]) -> tuple[Dataset, Rules]:
    """Check the keys of a dataset and resolve its scheme and policy; `where` says where a key was stated.

    Raises:
        DatasetError: Everything that is wrong, one line each, with what was expected and the nearest known key.
    """
    dataset, faults = validated(Dataset, table, "", where)
    faults += _strange_columns(table, where)
    scheme = _chosen(host.scheme, table.get("scheme", {"name": "thresholds"}), "scheme", where, faults)
    tiers = _chosen(host.tier_policy, table.get("tiers", {"name": "abcd"}), "tiers", where, faults)
    if dataset is None or scheme is None or tiers is None or faults:
        raise DatasetError("\n".join(faults))
    stated = {name: getattr(dataset, name) for name in Rules.__dataclass_fields__ if name not in {*TABLES, "weights"}}
    return dataset, Rules(**stated, weights=Weights(*dataset.weights), scheme=scheme, tiers=tiers)


def _strange_columns(table: Table, where: Callable[[str], str]) -> list[str]:
    columns, by = table.get("columns"), table.get("by")
    known = [*ALIASES, *(by if isinstance(by, list | tuple) else ())]
    return [
        f"{where(f'columns.{name}')}: columns.{name}: no such column{nearest(name, known)} (known: {', '.join(known)})"
        for name in (columns if isinstance(columns, dict) else ())
        if name not in known
    ]


def _chosen(
    find: Callable[[str], type[Plug]], table: object, key: str, where: Callable[[str], str], faults: list[str]
) -> Plug | None:
    if not isinstance(table, dict):
        return None
    if not isinstance(table.get("name"), str):
        what = {"scheme": "scheme", "tiers": "tier policy"}[key]
        faults.append(f"{where(f'{key}.name')}: {key}.name: must be stated (the name of a {what})")
        return None
    try:
        chosen = find(table["name"])
    except UsageError as error:
        faults.append(f"{where(key)}: {key}.name: {error}")
        return None
    plugged, more = validated(chosen, {name: value for name, value in table.items() if name != "name"}, key, where)
    faults += more
    return plugged
