"""Order ids: which stand in several rows, and what it spares to know that they rise."""
