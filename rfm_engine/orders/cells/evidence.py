"""What the cells of a column show about how they are written: how many there are of each kind, with samples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SAMPLES: Final = 3
HEADS: Final = (1_000, 5_000, 50_000, None)
"""How many rows are looked at, one after the other, until they decide; None for all."""

TEXT: Final = "text"
FILE: Final = "file"
PLAIN: Final = "plain"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Cells of one kind: how many, and the first of them."""

    count: int = 0
    samples: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.count > 0

    def __add__(self, other: Seen) -> Seen:
        return Seen(count=self.count + other.count, samples=(*self.samples, *other.samples)[:SAMPLES])


NONE: Final = Seen()


class Choice(NamedTuple):
    """One way to read a column: the option that chooses it, and what it would mean."""

    option: str
    meaning: str


class Column(NamedTuple):
    """One column of text: `texts` has the cells (`text`) and of several files the one of each (`file`).

    `first` are the first cells, `where` names the file or the files, `header` is that of the column.
    `may_name_currencies` is whether each amount says in which currency it is.
    """

    texts: pl.LazyFrame
    first: Sequence[str]
    where: str
    header: str = "HEADER"
    may_name_currencies: bool = False

    def heads(self) -> Iterator[tuple[pl.LazyFrame, bool]]:
        """Yield ever more of the column, and whether it is all of it; of several files all at once."""
        is_of_files = FILE in self.texts.collect_schema()
        for rows in HEADS[-1:] if is_of_files else HEADS:
            yield (self.texts if rows is None else self.texts.head(rows)), rows is None


def weigh(texts: pl.LazyFrame, plain: pl.Expr, *kinds: pl.Expr) -> Iterator[tuple[str, tuple[str | None, ...], Seen]]:
    """Yield each file with each combination of kinds that its texts have, how many have it, and samples.

    `plain` is what the kinds look at, as `PLAIN`: a column of its own, for Polars would make it for each of them.
    """
    file = pl.col(FILE) if FILE in texts.collect_schema() else pl.lit("").alias(FILE)
    kinds = (file, *kinds)
    names = [kind.meta.output_name() for kind in kinds]
    present = texts.filter(pl.col(TEXT).str.len_bytes() > 0)
    groups = (
        present.with_columns(plain.alias(PLAIN))
        .with_columns(kinds)
        .group_by(names)
        .agg(pl.len().alias("rows"), pl.col(TEXT).head(SAMPLES))
    )
    for name, *found, rows, samples in groups.sort(names).collect(engine="streaming").rows():
        yield name, tuple(found), Seen(count=rows, samples=tuple(samples))


def question(where: str, what: str, choices: Sequence[Choice], samples: Iterable[str]) -> DataError:
    """Return the error that asks which of several readings is meant; the meanings may quote the samples."""
    shown = list(dict.fromkeys(samples))[:SAMPLES]
    width = max(len(choice.option) for choice in choices)
    lines = [f"  {choice.option:{width}}  {choice.meaning}" for choice in choices]
    values = ", ".join(map(repr, shown))
    return DataError("\n".join((f"{where}: {what}, such as {values}; choose one:", *lines)), *shown)
