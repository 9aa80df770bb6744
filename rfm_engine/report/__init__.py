"""A finished run as one page for people: what to do, and the figures behind it."""
