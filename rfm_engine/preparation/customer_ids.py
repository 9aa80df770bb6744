"""Customer ids that mean one customer though they are spelled in several ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, get_args

from rfm_engine.rules import Sameness

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

KINDS: Final[tuple[Sameness, ...]] = get_args(Sameness)
PATTERNS: Final[dict[Sameness, tuple[str, str]]] = {
    "invisible": ("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0f\ufeff]", ""),
    "wrapping": (r'^="?([^"]*)"?$', "$1"),
    "apostrophe": ("^['’`]+", ""),
    "space": (r"[\s\u3000\u00a0]+", ""),
    "point_zero": (r"^([0-9]+)\.0+$", "$1"),
}
"""What is replaced, and by what, in each way but case and width."""


def unify_ids(ids: pl.Expr, kinds: Iterable[Sameness]) -> pl.Expr:
    """Return ids in the one spelling that those which differ in these ways share: lower case, half width, plain.

    >>> import polars as pl
    >>> ids = pl.Series(["Ａ1", "'a1", '="A1"'])
    >>> pl.select(unify_ids(pl.lit(ids), KINDS)).to_series().to_list()
    ['a1', 'a1', 'a1']
    """
    chosen = {*kinds}
    for kind in KINDS:
        ids = _unify(ids, kind) if kind in chosen else ids
    return ids


def _unify(ids: pl.Expr, kind: Sameness) -> pl.Expr:
    if kind == "case":
        return ids.str.to_lowercase()
    if kind == "width":
        return ids.str.normalize("NFKC")
    pattern, rest = PATTERNS[kind]
    return ids.str.replace_all(pattern, rest)
