"""What orders are generated from: a market."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, model_validator

from rfm_engine.columns import CHINESE, ORDER_AMOUNT
from rfm_engine.errors import nearest
from rfm_engine.orders.read_options import Unit
from rfm_engine.synthetic.places import PROVINCES

UNIT_SIGNS: Final[dict[Unit, str]] = {"yuan": "元", "ten_thousand_yuan": "万元", "fen": "分"}
EVEN_MONTHS: Final = (100,) * 12


def _check_regions(regions: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [region for region in regions if region not in PROVINCES]:
        hints = ", ".join(f"{region!r}{nearest(region, PROVINCES)}" for region in unknown)
        message = f"unknown region {hints} (known: {', '.join(PROVINCES)})"
        raise ValueError(message)
    return tuple(dict.fromkeys(regions))


class Market(BaseModel):
    """What orders are generated from; `orders` and `customers` are exact counts, the window's days both included.

    >>> Market(orders=10, customers=4).headers["order_id"]
    'order_id'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    orders: int = Field(ge=1, le=2_000_000_000, description="rows, without the planted faults")
    customers: int = Field(ge=1, description="distinct customers, each with an order in the window that counts")
    seed: int = Field(default=0, ge=0, description="another seed, other orders")
    since: date = Field(default=date(2020, 1, 1), description="first day")
    until: date = Field(default=date(2025, 7, 1), description="last day")
    regions: Annotated[tuple[str, ...], AfterValidator(_check_regions)] = Field(
        default=tuple(PROVINCES)[:8], min_length=1, description="provinces; their inhabitants weigh their customers"
    )
    products: dict[str, PositiveInt] = Field(
        default={"旅行装备": 99}, min_length=1, description="list price in whole yuan of each, most popular first"
    )
    months: tuple[PositiveInt, ...] = Field(
        default=EVEN_MONTHS, min_length=12, max_length=12, description="weights of a day in January, February ..."
    )
    growth_percent: int = Field(default=25, ge=0, description="of the first year's orders, more in each later year")
    times: Literal["second", "day"] = Field(default="second", description="how fine the order times are")
    unit: Unit = Field(default="yuan", description="unit of the amounts")
    cancelled_percent: int = Field(default=0, ge=0, le=99, description="of repeat orders; adds the order status")
    faults: int = Field(default=0, ge=0, description="rows of each fault planted after the orders")
    prefix: str = Field(default="C", description="what customer ids begin with")
    language: Literal["en", "zh"] = Field(default="en", description="of the headers")

    @model_validator(mode="after")
    def _check_counts(self) -> Market:
        if self.customers > self.orders:
            message = f"{self.orders} orders are too few for {self.customers} customers with one order or more each"
            raise ValueError(message)
        if self.since > self.until:
            message = f"since {self.since} is after until {self.until}"
            raise ValueError(message)
        return self

    @property
    def headers(self) -> dict[str, str]:
        """The header of every canonical column; the Chinese one of the amount names its unit."""
        if self.language == "en":
            return {canonical: canonical for canonical in CHINESE}
        return CHINESE | {ORDER_AMOUNT: CHINESE[ORDER_AMOUNT].replace("元", UNIT_SIGNS[self.unit])}
