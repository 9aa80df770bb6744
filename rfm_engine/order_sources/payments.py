"""Exports of tills and payment services in English."""

from __future__ import annotations

from typing import Final

from rfm_engine.plugin_api import OrderSource


def _stripe(name: str, created: str) -> OrderSource:
    return OrderSource(
        name=name,
        title="Stripe, payments",
        signature=("id", created, "Amount", "Amount Refunded", "Customer ID"),
        columns={
            "customer_id": "Customer ID",
            "order_id": "id",
            "order_amount": "Amount",
            "order_time": created,
            "order_status": "Status",
            "refunded_amount": "Amount Refunded",
            "currency": "Currency",
        },
        statuses=("Paid", "succeeded", "Partially refunded"),
        times="utc",
        note="The amount is the charge in whole units of its currency, less refunds; times are in UTC.",
    )


SOURCES: Final = (
    _stripe("stripe", "Created date (UTC)"),
    _stripe("stripe-charges", "Created (UTC)"),
    OrderSource(
        name="paypal",
        title="PayPal, activity",
        signature=("Date", "TimeZone", "Gross", "Fee", "Net", "From Email Address", "Transaction ID"),
        columns={
            "customer_id": "From Email Address",
            "order_id": "Transaction ID",
            "order_amount": "Gross",
            "order_time": "Date",
            "order_status": "Status",
            "currency": "Currency",
        },
        statuses=("Completed",),
        refund_of="Reference Txn ID",
        note="The amount is gross, before fees, less the refunds that name it; what else was sent is negative and "
        "rejected. All that came in from someone counts, whatever its type.",
    ),
    OrderSource(
        name="square",
        title="Square, transactions",
        signature=("Date", "Time Zone", "Gross Sales", "Total Collected", "Transaction ID", "Customer ID"),
        columns={
            "customer_id": "Customer ID",
            "order_id": "Transaction ID",
            "order_amount": "Total Collected",
            "order_time": "Date",
        },
        note="The amount is what was collected, with taxes and tips; a refund is a transaction of its own.",
    ),
)
