"""Finished runs read back: their customers, whether they are intact, why a customer has a tier."""
