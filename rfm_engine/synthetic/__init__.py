"""Synthetic orders: seeded, skewed as real ones are, as many as wanted."""

from rfm_engine.synthetic.generator import orders
from rfm_engine.synthetic.markets import Market
from rfm_engine.synthetic.profiles import PROFILES, market
from rfm_engine.synthetic.writing import write_orders

__all__ = ["PROFILES", "Market", "market", "orders", "write_orders"]
