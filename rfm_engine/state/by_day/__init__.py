"""Rows and orders counted by day, of which any window has a sum."""
