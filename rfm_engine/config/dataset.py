"""dataset.toml, typed and checked: one order source with its window, lists, mapping and rules."""

from __future__ import annotations

from datetime import date  # noqa: TC003 pydantic reads it
from decimal import Decimal
from typing import Any, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from rfm_engine.columns import REGION
from rfm_engine.config.column_names import check_carried, check_lists, check_tokens
from rfm_engine.config.key_types import (
    COUNTING,
    FINDINGS,
    GRADING,
    OF_CUSTOMERS,
    PRIVACY,
    READING,
    WHO,
    Day,
    Dropped,
    FolderName,
    Generalized,
    Pseudonymized,
    RejectLimit,
    StateCheck,
    WeightTable,
)
from rfm_engine.config.order_places import OrderPlaces
from rfm_engine.findings import Code
from rfm_engine.rules import Grain, LatestExport, OrderIdsPer, OrderTotal, Refunds, Sameness

TABLES = ("scheme", "tiers")
Table = dict[str, Any]


class Dataset(OrderPlaces):
    """The keys of a dataset file; each is also an option of `rfm-engine run`.

    `scheme`, `tiers` and `gather` are tables with the `name` of a plugin and its options. Weights are exact decimals.
    """

    name: FolderName = Field(description="the name of the results and of their folder")
    title: str = Field(default="", description="what the list is called where people read it")
    description: str = Field(default="", description="where the orders come from")
    as_of: Day = Field(description="the statistics date, the window's last day", json_schema_extra=COUNTING)
    since: Day | None = Field(default=None, description="the window's first day", json_schema_extra=COUNTING)
    dormant: bool = Field(
        default=False,
        description="whether customers with orders only before since are listed too, with the lowest scores",
        json_schema_extra=COUNTING,
    )
    by: tuple[str, ...] = Field(
        default=(REGION,),
        max_length=20,
        description="the columns that split customers into graded lists: region,store_code or none",
        json_schema_extra=GRADING | {"form": "commas"},
    )
    carry: tuple[str, ...] = Field(
        default=(),
        description="a further column of the last order: customer_name, phone, or any other",
        json_schema_extra=GRADING,
    )
    region: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="a region to keep", json_schema_extra=COUNTING
    )
    keep_status: tuple[str, ...] | None = Field(
        default=None, min_length=1, description="an order status that counts", json_schema_extra=COUNTING
    )
    grain: Grain = Field(
        default="order",
        description="what a row is; day: the orders of a day are one",
        json_schema_extra=COUNTING,
    )
    refunds: Refunds = Field(
        default="reject", description="what happens to amounts of 0 or less", json_schema_extra=COUNTING
    )
    unique_order_ids: bool = Field(
        default=False, description="a promise that no order id repeats", json_schema_extra=COUNTING
    )
    nobody: tuple[str, ...] = Field(
        default=(), description="further words for no customer; none: only these words", json_schema_extra=WHO
    )
    same_id: tuple[Sameness, ...] = Field(
        default=(),
        description="spellings of a customer_id that are one customer: case,width,space,point-zero,...",
        json_schema_extra=WHO | {"form": "words"},
    )
    same_region: bool = Field(
        default=False, description="whether all spellings of a province are one region", json_schema_extra=WHO
    )
    exclude_customer: tuple[str, ...] = Field(
        default=(), description="customers whose orders do not count", json_schema_extra=WHO
    )
    exclude: str | None = Field(
        default=None, description="a text file of such customers, one a line", json_schema_extra=WHO | {"form": "path"}
    )
    keep_currency: str | None = Field(
        default=None, description="the one currency whose orders count, such as EUR", json_schema_extra=COUNTING
    )
    order_total: OrderTotal = Field(
        default="once", description="repeated: each row of an order has its total", json_schema_extra=COUNTING
    )
    latest_export: LatestExport | None = Field(
        default=None,
        description="of an order that differs between files: wins, or all are rejected",
        json_schema_extra=COUNTING,
    )
    order_ids_per: OrderIdsPer = Field(
        default="all", description="store: each store numbers its own orders", json_schema_extra=COUNTING
    )
    max_rejects: RejectLimit | None = Field(
        default=None, description="most rejected rows: 100, or 1% of those read", json_schema_extra=COUNTING
    )
    pseudonymize: tuple[Pseudonymized, ...] = Field(
        default=(),
        description="a column that becomes keyed tokens: customer_id, order_id, store_code or one to carry",
        json_schema_extra=PRIVACY,
    )
    drop: tuple[Dropped, ...] = Field(
        default=(),
        description="a column of the last order that is left out, such as product_name",
        json_schema_extra=PRIVACY,
    )
    generalize: tuple[Generalized, ...] = Field(
        default=(), description="order_time: of the last order, its date alone", json_schema_extra=PRIVACY
    )
    accept: tuple[Code, ...] = Field(
        default=(),
        max_length=200,
        description="the code of a finding that is known and accepted, such as RFM401",
        json_schema_extra=FINDINGS,
    )
    strict: bool = Field(
        default=False, description="whether any other finding stops the run", json_schema_extra=FINDINGS
    )
    state: str | None = Field(
        default=None,
        description="a folder that keeps what is found out, so that the next run reads new files alone",
        json_schema_extra=READING | {"form": "path"},
    )
    state_check: StateCheck = Field(
        default="times",
        description="how a state tells whether a file changed: by its size and times, or by its digest too",
        json_schema_extra=READING,
    )
    gather: Table = Field(
        default={}, description="the gatherer that counts the orders where they lie", json_schema_extra=READING
    )
    source: str | None = Field(
        default=None,
        description="the order source, such as shopify; none: recognise none",
        json_schema_extra=READING,
    )
    dossier: dict[str, str] = Field(
        default={},
        description="what a registry asks that no run can know: industry, scenario, source, update_frequency",
        exclude_if=lambda answers: not answers,
    )
    weights: WeightTable = Field(
        default=(Decimal("0.3"), Decimal("0.3"), Decimal("0.4")),
        description="the weights of R, F and M in the total: 0.3,0.3,0.4",
        json_schema_extra=GRADING | {"form": "commas"},
    )
    scheme: Table = Field(
        default={"name": "thresholds"}, description="the scoring scheme and its options", json_schema_extra=GRADING
    )
    tiers: Table = Field(
        default={"name": "abcd"}, description="the tier policy and its options", json_schema_extra=GRADING
    )

    @model_validator(mode="after")
    def _check_customers(self) -> Self:
        if self.database is not None and self.state is not None:
            message = "state: of order files; orders of a database are fetched whole, so leave it out"
            raise ValueError(message)
        fields = type(self).model_fields
        changed = {name for name, field in fields.items() if getattr(self, name) != field.default}
        if self.customers and (idle := sorted(changed - OF_CUSTOMERS)):
            message = f"{', '.join(idle)}: of orders; customers that were counted elsewhere need none of them"
            raise ValueError(message)
        return self

    @field_validator("by")
    @classmethod
    def _check_by(cls, by: tuple[str, ...]) -> tuple[str, ...]:
        check_lists(by)
        return by

    @field_validator("carry")
    @classmethod
    def _check_carry(cls, carry: tuple[str, ...], given: ValidationInfo) -> tuple[str, ...]:
        check_carried(carry, given.data.get("by", ()))
        return carry

    @field_validator("pseudonymize")
    @classmethod
    def _check_pseudonymize(cls, names: tuple[str, ...], given: ValidationInfo) -> tuple[str, ...]:
        check_tokens(names, given.data.get("carry", ()), given.data.get("columns", {}))
        return names

    @field_validator("since")
    @classmethod
    def _check_since(cls, since: date | None, given: ValidationInfo) -> date | None:
        if since and since > given.data.get("as_of", since):
            message = f"since {since} is after as_of {given.data['as_of']}"
            raise ValueError(message)
        return since

    @field_validator("dormant")
    @classmethod
    def _check_dormant(cls, dormant: bool, given: ValidationInfo) -> bool:  # noqa: FBT001 pydantic's signature
        if dormant and given.data.get("since") is None:
            message = "customers are dormant whose orders are all before the window; say where it begins, --since DAY"
            raise ValueError(message)
        return dormant

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
