"""One module per peer, all with the same face, and none imported before it runs."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Protocol, cast

if TYPE_CHECKING:
    from pathlib import Path

    from bench.contenders.rules import Rules

MODULES: Final = {
    "ours": "ours",
    "duckdb": "duckdb_sql",
    "duckdb_query": "duckdb_query",
    "plain_polars": "plain_polars",
    "pandas": "pandas_frames",
    "openretailscience": "retailscience",
    "floor": "floor",
}
OURS: Final = "ours"
FLOOR: Final = "floor"


class Contender(Protocol):
    """A peer: `run` reads an order file (Parquet or CSV) and writes a Parquet file with the canonical columns.

    `columns` names those of the answer that it can give; they are compared with ours. The floor has none.
    """

    name: str
    columns: tuple[str, ...]

    def available(self) -> bool:
        """Return whether what it needs is installed."""

    def run(self, orders: Path, output: Path, rules: Rules) -> None:
        """Do the whole job."""


def contender(name: str) -> Contender:
    """Return the contender of a name in `MODULES`."""
    return cast("Contender", import_module(f"bench.contenders.{MODULES[name]}"))
