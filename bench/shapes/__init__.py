"""Every shape of data that a shop has: the engine against DuckDB's plain SQL, answers compared first."""
