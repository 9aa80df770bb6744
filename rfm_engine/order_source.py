"""What an order source is: the export of a shop, a marketplace or a payment service, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

TimeRule = Literal["local", "offset", "utc"]


@dataclass(frozen=True, kw_only=True)
class OrderSource:
    """One kind of export: by which headers it is recognised, and how its orders are to be understood.

    `signature` are headers that together no other export has; `columns` maps canonical names to its headers, of which
    those of a signature are there and others may be. `statuses` count as purchases; empty where all do. `times` are
    local, have an offset of their own, or are in UTC without one. `nobody` are words for no customer. `currency` is the
    code (ISO 4217) of amounts that name none, where every export of the source has the same. `refund_of` is
    the header of the order that a row of less than 0 refunds, `refunds_in` that of a text such as 已退款(￥20.00) or
    已全额退款. `note` says what the amounts mean, in one sentence.

    >>> source = OrderSource(name="till", title="a till", signature=("Till", "Slip"), columns={"order_id": "Slip"})
    >>> source.grain, source.statuses
    ('order', ())
    """

    name: str
    title: str
    signature: tuple[str, ...]
    columns: Mapping[str, str]
    grain: Literal["order", "line"] = "order"
    statuses: tuple[str, ...] = ()
    unit: Literal["yuan", "ten_thousand_yuan", "fen"] = "yuan"
    times: TimeRule = "local"
    time_format: str | None = None
    nobody: tuple[str, ...] = field(default=())
    currency: str | None = None
    refund_of: str | None = None
    refunds_in: str | None = None
    note: str = ""
