"""Markets to orders: a lazy frame in which every order is a function of the seed and its row number alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import polars as pl

from rfm_engine.columns import CUSTOMER_ID, ORDER_AMOUNT, ORDER_ID, ORDER_TIME, PRODUCT_NAME, REGION, STATUS, STORE_CODE
from rfm_engine.synthetic.draws import QUARTER, draw, look_up, quarter, scatter, upper_half
from rfm_engine.synthetic.faults import plant_faults, without_amount, without_customer
from rfm_engine.synthetic.places import PROVINCES
from rfm_engine.synthetic.times import order_time

if TYPE_CHECKING:
    from rfm_engine.synthetic.markets import Market

BLOCK: Final = 2**16
"""Row numbers made at a time: 100 million orders keep to a few hundred megabytes."""

AWAY_ONE_IN, OTHER_STORE_ONE_IN = 40, 4
TEAM_PURCHASE, SEVERAL = QUARTER // 200, QUARTER // 6
LARGEST_DISCOUNT: Final = 30
DONE, CANCELLED = "交易成功", "交易关闭"
row, who, what, when, home = (pl.col(name) for name in ("row", "who", "what", "when", "home"))
repeat, customer, place, fen = (pl.col(name) for name in ("repeat", "customer", "place", "fen"))


def orders(market: Market) -> pl.LazyFrame:
    """Return the orders of a market, with its headers; about chronological, planted faults last.

    One row per order. The distribution, for N orders of C customers:

    - Customers: C of the orders, spread evenly, go to each customer once, so that there are exactly C. The others go to
      customer floor(w / 2^j) with w uniform below C and j uniform below three quarters of C's binary digits: frequency
      falls as 1 / rank (Zipf), levelled among the first few. At 3.5 orders a customer, two in three buy once or twice.
    - Times: a day's orders follow its month's weight and the yearly growth; orders of one day fall between 8 and 22
      o'clock, most at 15. Most customers have lapsed, since most buy seldom.
    - Places: customers live in a region by its weight and buy there, but for one in 40 of the repeat orders, in a store
      of their own, but for one order in 4.
    - Amounts: list price, the first products most popular, times the pieces (one in 5 of 6; two to four; five to
      twenty for a team, one in 200), less a discount of 0 to 30 %: skewed, in whole fen (whole yuan in
      ten-thousands of yuan).

    Order ids are unique, but for planted repeats. Integers alone make the draws, so a seed means the same orders
    everywhere. The frame streams, in the order of the row numbers.

    >>> from rfm_engine.synthetic import Market, orders
    >>> orders(Market(orders=5, customers=2)).collect()["customer_id"].n_unique()
    2
    """
    return (
        number_rows(market.orders)
        .pipe(plant_faults, market)
        .with_columns(draw(row, market.seed, purpose).alias(purpose) for purpose in ("who", "what", "when"))
        .with_columns(_repeat(market), _customer(market))
        .with_columns(draw(customer, market.seed, "home").alias("home"))
        .with_columns(_place(market), _fen(market))
        .select(_columns(market))
        .rename(market.headers, strict=False)
    )


def number_rows(count: int) -> pl.LazyFrame:
    """Return the row numbers from 0 (UInt64), as a product of blocks, since one long range would sit in memory."""
    starts = pl.LazyFrame({"start": pl.int_range(0, count, BLOCK, dtype=pl.UInt64, eager=True)})
    offsets = pl.LazyFrame({"offset": pl.int_range(0, min(count, BLOCK), dtype=pl.UInt64, eager=True)})
    rows = starts.join(offsets, how="cross", maintain_order="left_right")
    return rows.select((pl.col("start") + pl.col("offset")).alias("row")).filter(row < count)


def _slot(market: Market) -> pl.Expr:
    return scatter(row, market.orders)


def _repeat(market: Market) -> pl.Expr:
    """Is this a repeat order? Each customer's first one, which keeps the count exact, is not."""
    return (_slot(market) >= market.customers).alias("repeat")


def _customer(market: Market) -> pl.Expr:
    """Return the customer's number, below `customers`: scattered, so that it does not reveal the rank."""
    octaves = max(1, market.customers.bit_length() * 3 // 4)
    halved = look_up([2**octave for octave in range(octaves)], quarter(who, 0, octaves), pl.UInt64)
    rank = (
        pl.when(_slot(market) < market.customers)
        .then(_slot(market))
        .otherwise(upper_half(who, market.customers) // halved)
    )
    return scatter(rank, market.customers).alias("customer")


def _place(market: Market) -> pl.Expr:
    """Return the region's position: the customer's home, or for some repeat orders anywhere."""
    weights = [PROVINCES[region].weight for region in market.regions]
    slots = [position for position, weight in enumerate(weights) for _ in range(weight)]
    away = repeat & (quarter(who, 1, AWAY_ONE_IN) == 0)
    chosen = quarter(pl.when(away).then(what).otherwise(home), 3, len(slots))
    return look_up(slots, chosen, pl.UInt32).alias("place")


def _fen(market: Market) -> pl.Expr:
    """Return the amount in fen (Int64)."""
    x = quarter(what, 0, QUARTER)
    product = _product(market)
    price = look_up(list(market.products.values()), product, pl.UInt64)
    luck = quarter(what, 1, QUARTER)
    pieces = (
        pl.when(luck < TEAM_PURCHASE)
        .then(5 + x % 16)
        .when(luck < SEVERAL)
        .then(2 + x % 3)
        .otherwise(pl.lit(1, pl.UInt64))
    )
    percent = 100 - quarter(what, 2, LARGEST_DISCOUNT + 1)
    return without_amount((price * pieces * percent).cast(pl.Int64)).alias("fen")


def _product(market: Market) -> pl.Expr:
    """Return the product's position: the square of a uniform draw, so that the first are most popular."""
    x = quarter(what, 0, QUARTER)
    return x * x * len(market.products) // QUARTER**2


def _columns(market: Market) -> list[pl.Expr]:
    """Return the canonical columns, as order files have them and in their order."""
    provinces = [PROVINCES[region] for region in market.regions]
    columns = [
        without_customer(_code(market.prefix, customer + 1, 8)).alias(CUSTOMER_ID),
        _code(f"{market.prefix}D", row + 1, 10).alias(ORDER_ID),
        _store(market).alias(STORE_CODE),
        look_up([province.name for province in provinces], place, pl.String).alias(REGION),
        look_up(list(market.products), _product(market), pl.String).alias(PRODUCT_NAME),
        _amount(market).alias(ORDER_AMOUNT),
        order_time(market).alias(ORDER_TIME),
    ]
    return [*columns, _status(market).alias(STATUS)] if market.cancelled_percent else columns


def _code(prefix: str, number: pl.Expr, digits: int) -> pl.Expr:
    return pl.concat_str(pl.lit(prefix), number.cast(pl.String).str.zfill(digits))


def _store(market: Market) -> pl.Expr:
    """Return the store's code: the customer's own, or at times another of the same region."""
    provinces = [PROVINCES[region] for region in market.regions]
    stores = look_up([province.stores for province in provinces], place, pl.UInt64)
    elsewhere = quarter(when, 3, OTHER_STORE_ONE_IN) == 0
    number = quarter(pl.when(elsewhere).then(who).otherwise(home), 2, stores)
    letters = look_up([province.letters for province in provinces], place, pl.String)
    return pl.concat_str(letters, (number + 1).cast(pl.String).str.zfill(3))


def _amount(market: Market) -> pl.Expr:
    """Return the amount in the market's unit: whole fen (Int64), yuan with 2 or ten-thousands with 4 decimals."""
    if market.unit == "fen":
        return fen
    whole, places = (fen, 2) if market.unit == "yuan" else (fen // 100, 4)
    return whole.cast(pl.Int128).reinterpret(dtype=pl.Decimal(18, places))


def _status(market: Market) -> pl.Expr:
    outcome = draw(row, market.seed, "fate")
    cancelled = repeat & (quarter(outcome, 0, 100) < market.cancelled_percent)
    return pl.when(cancelled).then(pl.lit(CANCELLED)).otherwise(pl.lit(DONE))
