"""Exports of shops are read as their platforms write them, and not as those of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.order_sources.exports import Export, read_without_question, write
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def ebay(order: str, total: str, day: str) -> Mapping[str, str]:
    return {"Sales Record Number": order, "Order Number": order, "Buyer Username": "ann"} | {
        "Total Price": total,
        "Sale Date": day,
    }


def bigcommerce(order: str, status: str, refund: str, customer: str = "7") -> Mapping[str, str]:
    return {"Order ID": order, "Customer ID": customer, "Order Date": f"{order}/06/2025", "Order Status": status} | {
        "Refund Amount": refund,
        "Order Total (inc tax)": "50.00",
        "Order Currency Code": "AUD",
    }


def woocommerce(order: str, status: str) -> Mapping[str, str]:
    return {"order_id": order, "order_date": "2025-06-01 10:00:00", "status": status, "order_total": "30.00"} | {
        "order_currency": "GBP",
        "billing_email": "ann@x.io",
    }


def amazon(item: str, price: str) -> Mapping[str, str]:
    return {"order-id": "701", "order-item-id": item, "purchase-date": "2025-06-01T10:00:00-07:00"} | {
        "buyer-email": "ann@x.io",
        "quantity-purchased": "2",
        "currency": "CAD",
        "item-price": price,
    }


ETSY = {"Sale Date": "06/13/25", "Item Name": "oar", "Buyer": "ann", "Item Total": "5.00", "Currency": "USD"}
EXPORTS = {
    "amazon": Export("item-tax,shipping-price", (amazon("1", "20.00"), amazon("2", "10.00")), {"ann@x.io": "30.00"}),
    "bigcommerce": Export(
        "Customer Name,Tax Total",
        (
            bigcommerce("13", "Completed", "0.00"),
            bigcommerce("14", "Partially Refunded", "20.00"),
            bigcommerce("15", "Shipped", "0.00", "0"),
            bigcommerce("16", "Declined", "0.00"),
        ),
        {"7": "80.00"},
        "AUD",
    ),
    "ebay": Export(
        "Item Title,Paid On Date",
        (ebay("1", "AU $25.00", "Jun-01-25"), ebay("2", "AU $1,030.00", "Jun-13-25")),
        {"ann": "1055.00"},
        "AUD",
    ),
    "etsy": Export("Quantity,Price,Date Paid,Ship City", ({**ETSY, "Order ID": "1"},), {"ann": "5.00"}, "USD"),
    "woocommerce": Export(
        "paid_date,customer_id",
        (woocommerce("1", "completed"), woocommerce("2", "wc-processing"), woocommerce("3", "on-hold")),
        {"ann@x.io": "60.00"},
        "GBP",
    ),
}


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_read_with_no_other_finding_than_what_it_is(name: str, tmp_path: Path) -> None:
    read_without_question(EXPORTS[name], tmp_path)


def test_a_source_is_not_stated_of_the_export_of_another(tmp_path: Path) -> None:
    words = ("run", "--orders", write(tmp_path, EXPORTS["etsy"]), *AS_OF, "--output", tmp_path, "--source", "ebay")

    answer = rfm(*words)

    assert answer.code == 1
    assert "no export of eBay, orders report: it lacks 'Buyer Username', 'Total Price'; give" in answer.err
    done(*words, "--column", "customer_id=Buyer", "--column", "order_amount=Item Total")
