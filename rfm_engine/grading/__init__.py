"""Customers to scores, tiers and the published table."""
