"""dataset.toml, typed and checked: one order source with its window, lists, mapping and rules."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator

from rfm_engine.columns import INTERNAL, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, REGION
from rfm_engine.findings import Code
from rfm_engine.grading.published import published_columns
from rfm_engine.orders.ledger import RejectLimit
from rfm_engine.orders.read_options import ReadOptions
from rfm_engine.privacy import Dropped, Generalised, Pseudonymised
from rfm_engine.rules import Grain, LatestExport, OrderIdsPer, OrderTotal, Refunds, Sameness

TABLES = ("scheme", "tiers")
MOST_WEIGHT, WEIGHT_DECIMALS, LAST_YEAR = 1_000, 9, 2999
UNSPLITTABLE = {"", ORDER_ID, ORDER_AMOUNT, ORDER_TIME, *INTERNAL, *published_columns((REGION,), ())} - {REGION}
Table = dict[str, Any]


def _check_folder_name(name: str) -> str:
    if not name.strip() or name.startswith(".") or any(sign in name for sign in '/\\:*?"<>|') or not name.isprintable():
        message = "expected a name that can be a folder's, without / \\ : * ? \" < > | or a leading dot"
        raise ValueError(message)
    return name


def _parse_day(value: object) -> object:
    """Return the date of a text such as `2025-07-01`, `2025/7/1` or `20250701`; a number is no date."""
    if isinstance(value, str):
        for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d"):
            with suppress(ValueError):
                return datetime.strptime(value.strip(), form).date()  # noqa: DTZ007 a calendar date
    if not isinstance(value, date) or value.year > LAST_YEAR:
        message = "expected a date such as 2025-07-01"
        raise ValueError(message)
    return value


Day = Annotated[date, BeforeValidator(_parse_day)]


class Dataset(ReadOptions):
    """The keys of a dataset file; each is also an option of `rfm-engine run`.

    `scheme` and `tiers` are tables with the `name` of a scheme or policy and its options. Weights are exact decimals.
    """

    name: Annotated[str, AfterValidator(_check_folder_name)] = Field(description="the folder of the results")
    title: str = Field(default="", description="what the list is called where people read it")
    description: str = Field(default="", description="where the orders come from")
    orders: tuple[str, ...] = Field(min_length=1, description="order files, globs or folders, beside the dataset file")
    as_of: Day = Field(description="the statistics date, the window's last day")
    since: Day | None = Field(default=None, description="the window's first day")
    by: tuple[str, ...] = Field(default=(REGION,), description="the columns that split customers into graded lists")
    region: tuple[str, ...] | None = Field(default=None, min_length=1, description="the regions to keep")
    keep_status: tuple[str, ...] | None = Field(default=None, min_length=1, description="the order statuses that count")
    grain: Grain = Field(default="order", description="a row is an order or a line; or a day's orders are one")
    refunds: Refunds = Field(default="reject", description="whether amounts of 0 or less are rejected or netted")
    unique_order_ids: bool = Field(default=False, description="a promise that no order id repeats")
    nobody: tuple[str, ...] = Field(default=(), description="further words for no customer; none: only these words")
    same_id: tuple[Sameness, ...] = Field(default=(), description="spellings of a customer_id that are one customer")
    same_region: bool = Field(default=False, description="whether all spellings of a province are one region")
    exclude_customer: tuple[str, ...] = Field(default=(), description="customers whose orders do not count")
    exclude: str | None = Field(default=None, description="a text file of such customers, one a line")
    keep_currency: str | None = Field(default=None, description="the one currency whose orders count, such as EUR")
    order_total: OrderTotal = Field(default="once", description="repeated: each row of an order has its total")
    latest_export: LatestExport | None = Field(
        default=None, description="of an order that differs between files: wins, or all are rejected"
    )
    order_ids_per: OrderIdsPer = Field(default="all", description="store: each store numbers its own orders")
    max_rejects: RejectLimit | None = Field(default=None, description="most rejected rows: 100, or 1% of those read")
    pseudonymize: tuple[Pseudonymised, ...] = Field(default=(), description="ids that become keyed tokens")
    drop: tuple[Dropped, ...] = Field(default=(), description="columns of the last order that are left out")
    generalize: tuple[Generalised, ...] = Field(default=(), description="order_time: of the last order, its date alone")
    accept: tuple[Code, ...] = Field(default=(), description="codes of findings that are known and accepted")
    strict: bool = Field(default=False, description="whether any other finding stops the run")
    weights: tuple[Decimal, Decimal, Decimal] = Field(
        default=(Decimal("0.3"), Decimal("0.3"), Decimal("0.4")), description="of R, F and M in the total"
    )
    scheme: Table = Field(default={"name": "thresholds"}, description="the scoring scheme and its options")
    tiers: Table = Field(default={"name": "abcd"}, description="the tier policy and its options")

    @field_validator("weights")
    @classmethod
    def _check_weights(cls, weights: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
        if any(not weight.is_finite() or weight < 0 for weight in weights) or not any(weights):
            message = "expected three weights of 0 or more, not all 0"
            raise ValueError(message)
        if any(weight > MOST_WEIGHT or weight != round(weight, WEIGHT_DECIMALS) for weight in weights):
            message = f"expected weights of at most {MOST_WEIGHT:,}, with at most {WEIGHT_DECIMALS} decimals"
            raise ValueError(message)
        return weights

    @field_validator("by")
    @classmethod
    def _check_by(cls, by: tuple[str, ...]) -> tuple[str, ...]:
        unfit = [name or "''" for name in by if name in UNSPLITTABLE or by.count(name) > 1]
        if unfit:
            message = f"customers can't be split by {', '.join(dict.fromkeys(unfit))} (or a column is named twice)"
            raise ValueError(message)
        return by

    @field_validator("since")
    @classmethod
    def _check_since(cls, since: date | None, given: ValidationInfo) -> date | None:
        if since and since > given.data.get("as_of", since):
            message = f"since {since} is after as_of {given.data['as_of']}"
            raise ValueError(message)
        return since

    @field_validator("unique_order_ids")
    @classmethod
    def _check_grain(cls, unique: bool, given: ValidationInfo) -> bool:  # noqa: FBT001 pydantic's signature
        if unique and given.data.get("grain") == "line":
            message = "grain = 'line' says that order ids repeat, unique_order_ids that they do not; keep one of them"
            raise ValueError(message)
        return unique

    @field_validator("drop")
    @classmethod
    def _check_drop(cls, drop: tuple[str, ...], given: ValidationInfo) -> tuple[str, ...]:
        if needed := [name for name in drop if name in given.data.get("by", ())]:
            message = f"customers are split by {', '.join(needed)}, which can't be dropped"
            raise ValueError(message)
        return drop

    @property
    def is_private(self) -> bool:
        """Whether anything of the customers is hidden; values are then masked in every message and note."""
        return bool(self.pseudonymize or self.drop or self.generalize)

    @property
    def extra(self) -> tuple[str, ...]:
        """The `by` columns, which the reader must bring whether canonical or not."""
        return self.by
