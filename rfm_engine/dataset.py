"""dataset.toml, typed and checked: one order source with its window, lists, mapping and rules."""

from __future__ import annotations

import tomllib
from datetime import date  # noqa: TC003 pydantic reads it
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, TypeVar

from pydantic import AfterValidator, BaseModel, Field, ValidationError, field_validator, model_validator

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REGION
from rfm_engine.errors import DatasetError, UsageError, nearest
from rfm_engine.orders.source import Source, expanded
from rfm_engine.plugin_api import Plugged, Scheme, TierPolicy
from rfm_engine.rules import Grain, Refunds, Rules
from rfm_engine.scoring import Weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from rfm_engine.plugin_host import PluginHost

FILE = "dataset.toml"
TABLES = ("scheme", "tiers")
Model = TypeVar("Model", bound=BaseModel)
Plug = TypeVar("Plug", bound=Plugged)
Table = dict[str, Any]


def _folder_name(name: str) -> str:
    if not name.strip() or name.startswith(".") or any(sign in name for sign in '/\\:*?"<>|') or not name.isprintable():
        message = "expected a name that can be a folder's, without / \\ : * ? \" < > | or a leading dot"
        raise ValueError(message)
    return name


class Dataset(Source):
    """The keys of a dataset file; each is also an option of `rfm-engine run`.

    `scheme` and `tiers` are tables with the `name` of a scheme or policy and its options. Weights are exact decimals.
    """

    name: Annotated[str, AfterValidator(_folder_name)] = Field(description="the folder of the results")
    title: str = Field(default="", description="what the list is called where people read it")
    description: str = Field(default="", description="where the orders come from")
    orders: tuple[str, ...] = Field(min_length=1, description="order files, globs or folders, beside the dataset file")
    as_of: date = Field(description="the statistics date, the window's last day")
    since: date | None = Field(default=None, description="the window's first day")
    by: tuple[str, ...] = Field(default=(REGION,), description="the columns that split customers into graded lists")
    region: tuple[str, ...] | None = Field(default=None, min_length=1, description="the regions to keep")
    keep_status: tuple[str, ...] | None = Field(default=None, min_length=1, description="the order statuses that count")
    grain: Grain = Field(default="order", description="whether a row is an order or a line of one")
    refunds: Refunds = Field(default="reject", description="whether amounts of 0 or less are rejected or netted")
    unique_order_ids: bool = Field(default=False, description="a promise that no order id repeats")
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
        return weights

    @field_validator("by")
    @classmethod
    def _splitting(cls, by: tuple[str, ...]) -> tuple[str, ...]:
        unfit = [name for name in by if name in {CUSTOMER_ID, ORDER_ID, ORDER_AMOUNT, ORDER_TIME} or by.count(name) > 1]
        if unfit:
            message = f"customers can't be split by {', '.join(dict.fromkeys(unfit))} (or a column is named twice)"
            raise ValueError(message)
        return by

    @model_validator(mode="after")
    def _in_order(self) -> Dataset:
        if self.since and self.since > self.as_of:
            message = f"since {self.since} is after as_of {self.as_of}"
            raise ValueError(message)
        if self.grain == "line" and self.unique_order_ids:
            message = "grain = 'line' says that order ids repeat, unique_order_ids that they do not; state one of them"
            raise ValueError(message)
        return self

    @property
    def extra(self) -> tuple[str, ...]:
        """The `by` columns, which the reader must bring whether canonical or not."""
        return self.by


class Job(NamedTuple):
    """A dataset that is ready to run: its rules resolved, its order files found."""

    dataset: Dataset
    rules: Rules
    paths: list[Path]


def located(place: Path) -> Path:
    """Return the dataset file at a path that names it or its folder.

    Raises:
        UsageError: There is none.
    """
    path = place / FILE if place.is_dir() else place
    if not path.is_file():
        message = f"{path}: no such dataset file; name a folder with a {FILE}, or score plain files with --orders FILE"
        raise UsageError(message)
    return path


def tables(path: Path) -> Table:
    """Return the dataset file as it is written, with exact decimals; the name defaults to the folder's.

    Raises:
        DatasetError: It cannot be read as TOML, with the line.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        message = f"{path}: not a readable TOML file: {error}"
        raise DatasetError(message) from error
    return {"name": path.parent.name if path.name == FILE else path.stem} | table


def prepared(table: Table, folder: Path, host: PluginHost, where: Callable[[str], str]) -> Job:
    """Check the keys as `checked` does, and find the order files.

    Raises:
        UsageError: What `checked` refuses, or order files that are not there.
    """
    dataset, rules = checked(table, host, where)
    return Job(dataset, rules, expanded(dataset.orders, folder))


def checked(table: Table, host: PluginHost, where: Callable[[str], str]) -> tuple[Dataset, Rules]:
    """Check the keys of a dataset and resolve its scheme and policy; `where` says where a key was stated.

    Raises:
        DatasetError: Everything that is wrong, one line each, with what was expected and the nearest known key.
    """
    dataset, faults = _validated(Dataset, table, "", where)
    scheme = _chosen(host.scheme, table.get("scheme", {"name": "thresholds"}), "scheme", where, faults)
    tiers = _chosen(host.tier_policy, table.get("tiers", {"name": "abcd"}), "tiers", where, faults)
    if dataset is None or scheme is None or tiers is None or faults:
        raise DatasetError("\n".join(faults))
    stated = {name: getattr(dataset, name) for name in Rules.__dataclass_fields__ if name not in {*TABLES, "weights"}}
    return dataset, Rules(**stated, weights=Weights(*dataset.weights), scheme=scheme, tiers=tiers)


def _chosen(
    find: Callable[[str], type[Plug]], table: object, key: str, where: Callable[[str], str], faults: list[str]
) -> Plug | None:
    if not isinstance(table, dict) or not isinstance(table.get("name"), str):
        faults.append(f"{where(key)}: {key}: expected a table with the name of a {key.removesuffix('s')}")
        return None
    try:
        chosen = find(table["name"])
    except UsageError as error:
        faults.append(f"{where(key)}: {key}.name: {error}")
        return None
    plugged, more = _validated(chosen, {name: value for name, value in table.items() if name != "name"}, key, where)
    faults += more
    return plugged


def _validated(model: type[Model], table: Table, key: str, where: Callable[[str], str]) -> tuple[Model | None, list[str]]:
    try:
        return model.model_validate(table), []
    except ValidationError as error:
        known = [field.alias or name for name, field in model.model_fields.items()]
        return None, [_told(dict(fault), key, known, where) for fault in error.errors(include_url=False)]


def _told(fault: Mapping[str, Any], key: str, known: Sequence[str], where: Callable[[str], str]) -> str:
    path = [*([key] if key else []), *map(str, fault["loc"])]
    place = f"{where(path[0]) if path else where('')}: {'.'.join(path)}" if path else where("")
    if fault["type"] == "extra_forbidden":
        options = known if len(fault["loc"]) == 1 else []
        return f"{place}: unknown key{nearest(path[-1], options)}" + (f" (known: {', '.join(options)})" if options else "")
    if fault["type"] == "missing":
        return f"{place}: must be stated"
    words = fault["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    expected = words if words.startswith("expected") or fault["type"] == "value_error" else f"expected {words}"
    return f"{place}: {expected}" + (f", got {fault['input']!r}" if path and not isinstance(fault["input"], dict) else "")
