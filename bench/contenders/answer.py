"""The columns that every answer is made of, and what a tier brings along."""

from __future__ import annotations

from typing import Final

KEY: Final = ("region", "customer_id")
METRICS: Final = ("recency_days", "frequency", "monetary")
SCORES: Final = ("r_score", "f_score", "m_score", "rfm_score")
CONTACTS: Final = ("contacts_min", "contacts_max", "contact_every_months", "next_contact_by", "focus")
LAST: Final = ("last_order_id", "last_order_time", "last_order_amount", "last_product_name", "last_store_code")
COLUMNS: Final = (*KEY, *METRICS, *SCORES, "tier", *CONTACTS, *LAST)
"""The canonical columns of the whole job, in the order of the customers file."""

SLIM: Final = ("customer_id", *METRICS)
"""What can be compared of peers that score by other rules."""

READ: Final = ("customer_id", "order_id", "store_code", "region", "product_name", "order_amount", "order_time")
"""The columns of the order file."""

SLIM_READ: Final = ("customer_id", "order_id", "order_amount", "order_time")
