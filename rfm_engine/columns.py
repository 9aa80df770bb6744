"""Every column name and header alias, once; and the three metrics."""

from __future__ import annotations

import unicodedata
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import polars as pl

CUSTOMER_ID: Final = "customer_id"
ORDER_ID: Final = "order_id"
STORE_CODE: Final = "store_code"
REGION: Final = "region"
PRODUCT_NAME: Final = "product_name"
ORDER_AMOUNT: Final = "order_amount"
ORDER_AMOUNT_FEN: Final = "order_amount_fen"
ORDER_TIME: Final = "order_time"
STATUS: Final = "order_status"
QUANTITY: Final = "quantity"
UNIT_PRICE: Final = "unit_price"
REFUNDED_AMOUNT: Final = "refunded_amount"
CURRENCY: Final = "currency"
CUSTOMER_NAME: Final = "customer_name"
PHONE: Final = "phone"
REFUNDED_FEN: Final = "refunded_fen"
NOTHING_PAID: Final = "nothing_paid"
"""The column that says whether the lines of a row's order add up to nothing or less."""

LEFT_OUT: Final = "left_out"
"""The column that says why a row is left out before any check; null where it is not."""

REFUND_OF: Final = ":refund of"
"""The column that says of which order a row of less than 0 is a refund."""

LAST_ORDER_TIME: Final = "last_order_time"
RECENCY_DAYS: Final = "recency_days"
FREQUENCY: Final = "frequency"
MONETARY: Final = "monetary"
MONETARY_FEN: Final = "monetary_fen"
RFM_SCORE: Final = "rfm_score"
TIER: Final = "tier"
AS_OF: Final = "as_of"
REQUIRED: Final = (CUSTOMER_ID, ORDER_AMOUNT, ORDER_TIME)
"""The source columns that no list can be made without."""

CARRIED: Final = (PRODUCT_NAME, STORE_CODE, REGION)
"""Text of the last order, in the order in which it breaks ties."""

INTERNAL: Final = (
    *(
        "source_file",
        "source_row",
        LEFT_OUT,
        REFUNDED_FEN,
        NOTHING_PAID,
        "row",
        "order_amount_fen",
        "order_amount_rounded",
        "order_amount_text",
    ),
    *("order_time_text", "order_id_hash", "is_order", "conflicting", "first", "tied"),
    *("monetary_fen", "last_order_amount_fen", "test"),
)
"""Names that the engine gives to columns of its own on the way; no column of a list may take one."""

OWN_PREFIX: Final = ":"
"""Begins the names of all further columns of the engine's own, and of no column of a list."""

SUMMARY_COLUMNS: Final = (
    *("customers", "orders", "spend", "contacts_a_month_min", "contacts_a_month_max"),
    *("score", "from", "to"),
)
"""What stands beside the columns of a list in tier tables and cut points."""

CONTACT_COLUMNS: Final = ("contacts_min", "contacts_max", "contact_every_months", "next_contact_by", "focus")

CUSTOMER_COLUMNS: Final = (
    *(CUSTOMER_ID, FREQUENCY, MONETARY, MONETARY_FEN, LAST_ORDER_TIME, RECENCY_DAYS),
    *("last_order_amount", "last_order_amount_fen"),
    *("last_order_id", "last_product_name", "last_store_code", "last_region"),
)
"""The columns of a table of customers that were counted elsewhere, besides those of the list."""

CHINESE: Final = {
    CUSTOMER_ID: "客户编号",
    ORDER_ID: "订单号",
    STORE_CODE: "店铺代码",
    REGION: "省份",
    PRODUCT_NAME: "产品名称",
    ORDER_AMOUNT: "订单金额(元)",
    ORDER_TIME: "下单时间",
    STATUS: "订单状态",
    QUANTITY: "数量",
    UNIT_PRICE: "单价",
    REFUNDED_AMOUNT: "退款金额",
    CURRENCY: "币种",
    CUSTOMER_NAME: "姓名",
    PHONE: "电话",
    LAST_ORDER_TIME: "最近一次的下单时间",
    RECENCY_DAYS: "距统计时间天数",
    FREQUENCY: "历史购买总次数",
    MONETARY: "历史购买总金额(元)",
    "r_score": "R评分",
    "f_score": "F评分",
    "m_score": "M评分",
    RFM_SCORE: "RFM总分",
    TIER: "客户等级",
    AS_OF: "统计时间",
    "contacts_min": "最少联系次数",
    "contacts_max": "最多联系次数",
    "contact_every_months": "联系周期(月)",
    "next_contact_by": "下次联系日期",
    "focus": "工作重点",
    "last_order_id": "最近一次的订单号",
    "last_order_amount": "最近一次的订单金额(元)",
    "last_product_name": "最近一次的产品名称",
    "last_store_code": "最近一次的店铺代码",
    "last_region": "最近一次的省份",
}
"""Chinese headers of the files written with `--language zh`."""

ALIASES: Final = {
    CUSTOMER_ID: (
        "customer",
        "customer no",
        "client id",
        "buyer id",
        "user id",
        "客户编码",
        "客户ID",
        "会员编号",
        "买家编号",
    ),
    ORDER_ID: ("order", "order no", "order number", "订单编号", "订单ID", "单号"),
    STORE_CODE: ("store", "store id", "shop code", "shop id", "shop", "店铺编号", "店铺编码", "门店代码"),
    REGION: ("province", "省", "地区", "区域", "所在省份"),
    PRODUCT_NAME: ("product", "item name", "商品名称", "产品", "商品"),
    ORDER_AMOUNT: ("amount", "order total", "total amount", "订单金额", "金额", "金额(元)", "实付金额"),
    ORDER_TIME: ("order date", "ordered at", "date", "下单日期", "订单时间", "订单日期", "购买时间"),
    STATUS: ("status", "order state", "交易状态", "状态"),
    QUANTITY: (),
    UNIT_PRICE: (),
    REFUNDED_AMOUNT: (),
    CURRENCY: (),
}
"""Headers that are recognised without a map, besides the canonical name and the Chinese header."""


class Metric(Enum):
    """One of the three metrics a scheme scores.

    `column` is the metric's integer column in the customers frame (whole days, a count, fen); it is never null.
    `score` is the column that its score goes to, `letter` its short name.

    >>> Metric.MONETARY.column, Metric.MONETARY.score, Metric.MONETARY.letter
    ('monetary_fen', 'm_score', 'M')
    """

    RECENCY = (RECENCY_DAYS, "R")
    FREQUENCY = (FREQUENCY, "F")
    MONETARY = (MONETARY_FEN, "M")

    def __init__(self, column: str, letter: str) -> None:
        self.column = column
        self.letter = letter
        self.score = f"{letter.lower()}_score"

    @property
    def worth(self) -> pl.Expr:
        """The metric so that more is better: the column itself, or minus the days for recency (Int64)."""
        import polars as pl  # noqa: PLC0415 --help and the settings of memory come before it

        value = pl.col(self.column).cast(pl.Int64)
        return -value if self is Metric.RECENCY else value


SCORES: Final = tuple(metric.score for metric in Metric)


@lru_cache(4096)
def fold_header(header: str) -> str:
    r"""Return a header without its width, case, spaces, underscores, last full stop and byte-order mark.

    >>> fold_header("\ufeffＯrder_ID ") == fold_header("order id")
    True
    """
    text = unicodedata.normalize("NFKC", header.replace("\ufeff", "")).casefold().rstrip(". ")
    return "".join(character for character in text if not character.isspace() and character not in "_-")


@cache
def known_headers() -> Mapping[str, str]:
    """Map every folded header that needs no map to its canonical name."""
    return {
        fold_header(header): canonical
        for canonical, aliases in ALIASES.items()
        for header in (canonical, CHINESE[canonical], *aliases)
    }


LAST_COLUMNS: Final = ("last_order_id", LAST_ORDER_TIME, "last_order_amount", "last_product_name", "last_store_code")
LAST_REGION: Final = "last_region"


def published_columns(by: Sequence[str], requested: Sequence[str], carry: Sequence[str] = ()) -> list[str]:
    """Return the columns of the customers file.

    `by` are the columns that split the customers, `requested` those that were requested; they differ where a source
    without a region keeps the empty column. What is not requested is shown for the last order instead. `carry` are
    further columns of the last order.
    """
    lead = list(by) or list(requested)
    middle = [CUSTOMER_ID, RECENCY_DAYS, FREQUENCY, MONETARY, *SCORES, RFM_SCORE, TIER, *CONTACT_COLUMNS]
    return [*lead, *middle, *LAST_COLUMNS, *([] if REGION in lead else [LAST_REGION]), *carry]
