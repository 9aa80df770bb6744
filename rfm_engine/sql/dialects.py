"""What differs between the warehouses that run a statement: quotes, types, and how text is ordered."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from rfm_engine.columns import ALIASES
from rfm_engine.orders.cells.blanks import BLANKS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

DialectName = Literal["duckdb", "postgresql"]
PART: Final = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')
PLAIN_COLUMNS: Final = {*ALIASES, "order_day"}
WIDTH: Final = 100
SIGNS: Final = " || ".join(f"chr({ord(sign)})" for sign in BLANKS)


def wrap(terms: Iterable[str], indent: int) -> str:
    """Return terms with commas between them; a line that would be longer than 100 signs goes on below, indented.

    >>> wrap(["region", "customer_id"], 4)
    'region, customer_id'
    """
    lines = [""]
    for term in terms:
        start = f"{lines[-1]}, " if lines[-1] else ""
        if start and indent + len(start) + len(term) > WIDTH:
            lines += [term]
        else:
            lines[-1] = start + term
    return f",\n{' ' * indent}".join(lines)


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """How one warehouse writes what the standard leaves to it.

    `text` and `time` are the types of text and of a local time, `collation` orders text by its bytes where the
    warehouse would not, `blanks` is the white space that is taken off text.

    >>> print(DIALECTS["duckdb"].name('an "id" of'), DIALECTS["duckdb"].literal("it's"))
    "an ""id"" of" 'it''s'
    """

    title: str
    text: str = "varchar"
    time: str = "timestamp"
    collation: str = ""
    blanks: str = SIGNS

    def name(self, name: str) -> str:
        """Return the name of a column as the warehouse wants it."""
        return '"' + name.replace('"', '""') + '"'

    def column(self, name: str) -> str:
        """Return the name of a column that the statement makes: one of the engine's own needs no quotes."""
        return name if name in PLAIN_COLUMNS else self.name(name)

    def table(self, name: str) -> str:
        """Return the name of a table, `schema.table` by its parts; a part in double quotes may hold a point.

        >>> print(DIALECTS["postgresql"].table('sales."Orders.2025"'))
        "sales"."Orders.2025"
        """
        parts = [(quoted.replace('""', '"') or plain) for quoted, plain in PART.findall(name)]
        return ".".join(map(self.name, parts))

    def literal(self, text: str) -> str:
        """Return a text in quotes."""
        return "'" + text.replace("'", "''") + "'"

    def moment(self, day: date) -> str:
        """Return the first moment of a day."""
        return f"{self.time} '{day} 00:00:00'"

    def listing(self, texts: Sequence[str]) -> str:
        """Return texts as a list to look a value up in, in lines of a readable length."""
        return f"({wrap(map(self.literal, texts), 12)})"


DIALECTS: Final[dict[DialectName, Dialect]] = {
    "duckdb": Dialect(title="DuckDB"),
    "postgresql": Dialect(title="PostgreSQL", collation=' collate "C"'),
}
"""The warehouses whose answer has been compared with the engine's, byte for byte."""
