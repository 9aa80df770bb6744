"""Customers that were counted elsewhere: their table, its files and parts, and the ledger of their orders."""
