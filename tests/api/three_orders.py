"""Three orders of two customers, as columns."""

from __future__ import annotations

ORDERS = {
    "customer_id": ["c1", "c1", "c2"],
    "order_id": ["o1", "o2", "o3"],
    "order_amount": ["99.90", "1500.20", "80.00"],
    "order_time": ["2025-06-28", "2025-05-01", "2024-12-24"],
    "region": ["north", "north", "south"],
}
