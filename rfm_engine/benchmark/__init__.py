"""The engine measured on a user's own orders."""
