"""A draft read back, and orders that one is made of."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time"


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


SHOPIFY = (
    "Name,Email,Financial Status,Total,Created at,Lineitem name,Lineitem price,Refunded Amount\n"
    "#1,eva@x.example,paid,9.00,2025-06-01 10:00:00 +0200,oar,9.00,0.00\n"
    "#2,ivo@x.example,voided,5.00,2025-06-02 10:00:00 +0200,net,5.00,0.00\n"
)
