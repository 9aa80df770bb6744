"""The headers of a list, in their order."""

from __future__ import annotations

PUBLISHED = [
    "region",
    "customer_id",
    "recency_days",
    "frequency",
    "monetary",
    "r_score",
    "f_score",
    "m_score",
    "rfm_score",
    "tier",
    "contacts_min",
    "contacts_max",
    "contact_every_months",
    "next_contact_by",
    "focus",
    "last_order_id",
    "last_order_time",
    "last_order_amount",
    "last_product_name",
    "last_store_code",
]
