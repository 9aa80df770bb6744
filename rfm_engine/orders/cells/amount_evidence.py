"""Which style fits all amounts of a column, and which currency they name; or the question which is meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

import polars as pl

from rfm_engine.errors import DataError, quote_argument
from rfm_engine.findings import Finding
from rfm_engine.orders.cells.amount_text import (
    amount_pattern,
    clean_amount,
    currency_code,
    name_signs,
    number_pattern,
)
from rfm_engine.orders.cells.evidence import FILE, NONE, PLAIN, SAMPLES, TEXT, Choice, Seen, question, weigh

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rfm_engine.orders.cells.amount_text import AmountStyle
    from rfm_engine.orders.cells.evidence import Column
    from rfm_engine.orders.cells.options import CellOptions

USUAL: Final = re.compile(r"-?[0-9]{1,12}(?:\.(?:[0-9]{0,2}|[0-9]{4,9}))?")
"""A number with a decimal point; three digits behind it might be thousands."""

_MORE_THAN_DIGITS: Final = r"[^0-9-]"
_THREE_AFTER_POINT: Final = r"^[1-9][0-9]{0,2}\.[0-9]{3}$"
_THREE_AFTER_COMMA: Final = r"^[1-9][0-9]{0,2},[0-9]{3}$"


class AmountReading(NamedTuple):
    """How the amounts of a column are read: the style, the currency that they name, and what a user should know."""

    style: AmountStyle = "point"
    currency: str | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AmountEvidence:
    """The amounts of a column by what they show about its style.

    `plain` have no mark that another style reads otherwise, `point` and `comma` fit that style alone,
    `three_after_point` and `three_after_comma` fit both, with different values. `currencies` are those named, by code.
    """

    plain: Seen = NONE
    point: Seen = NONE
    comma: Seen = NONE
    three_after_point: Seen = NONE
    three_after_comma: Seen = NONE
    currencies: dict[str, Seen] = field(default_factory=dict)


def weigh_amounts(texts: pl.LazyFrame, declared: str | None) -> dict[str, AmountEvidence]:
    """Return what the amounts of each file show; text that is no amount in any style shows nothing.

    Of those that are digits alone `plain` has one at most, and only where it matters that there is one. Signs that
    several currencies share name the one that is `declared`.
    """
    code_of = name_signs(declared)
    pattern = amount_pattern(code_of, takes_ten_thousands=True)
    number, code = pl.col(PLAIN).struct.field("5"), currency_code(pl.col(PLAIN), code_of)
    found: dict[str, AmountEvidence] = {}
    marked = texts.filter(pl.col(TEXT).str.contains(_MORE_THAN_DIGITS))
    plain = clean_amount(pl.col(TEXT)).str.extract_groups(pattern)
    for file, (kind, code_named), cells in weigh(marked, plain, _kind(number).alias("kind"), code.alias("currency")):
        seen = found.setdefault(file, AmountEvidence())
        if kind is not None:
            found[file] = replace(seen, **{kind: getattr(seen, kind) + cells})
        if kind is not None and code_named is not None:
            named = found[file].currencies | {code_named: found[file].currencies.get(code_named, Seen()) + cells}
            found[file] = replace(found[file], currencies=named)
    digits = texts.filter(~pl.col(TEXT).str.contains(_MORE_THAN_DIGITS))
    for file, seen in found.items() if any(one.three_after_comma for one in found.values()) else ():
        own = digits.filter(pl.col(FILE) == file) if FILE in texts.collect_schema() else digits
        sample = own.select(TEXT).drop_nulls().head(1).collect()[TEXT].to_list()
        found[file] = replace(seen, plain=seen.plain + Seen(count=len(sample), samples=tuple(sample)))
    return found


def _kind(number: pl.Expr) -> pl.Expr:
    is_point, is_comma = (number.str.contains(number_pattern(style)) for style in ("point", "comma"))
    return (
        pl.when(number.str.contains(_THREE_AFTER_POINT))
        .then(pl.lit("three_after_point"))
        .when(number.str.contains(_THREE_AFTER_COMMA))
        .then(pl.lit("three_after_comma"))
        .when(is_point & is_comma)
        .then(pl.lit("plain"))
        .when(is_point)
        .then(pl.lit("point"))
        .when(is_comma)
        .then(pl.lit("comma"))
    )


def read_amounts(column: Column, options: CellOptions, *, has_semicolons: bool = False) -> AmountReading:
    """Return the reading that fits all amounts of a column of text; each file has to show it by itself.

    Where the first cells show the usual form, nothing else is looked at. A style that is given is taken; then only the
    currency is looked for. `has_semicolons` is whether the file separates its columns so, as programs do where the
    comma is the decimal mark.

    Raises:
        DataError: Several styles fit, or none does; amounts name several currencies, or a unit against the given one.
    """
    given = options.given_style
    if any("." in cell for cell in column.first) and all(USUAL.fullmatch(cell) for cell in column.first if cell):
        return AmountReading(style=given or "point")
    for head, is_all in column.heads():
        seen = weigh_amounts(head, options.currency)
        currencies = _add_currencies(seen.values())
        _refuse_names(currencies, options, column)
        if given or is_all or any(one.point or one.comma for one in seen.values()):
            style, findings = _agree(seen, given, column.where, has_semicolons=has_semicolons)
            return AmountReading(style=style, currency=next(iter(currencies), None), findings=findings)
    return AmountReading(style=given or "point")


def question_amounts(column: Column, options: CellOptions, currencies: Sequence[str]) -> None:
    """Ask where amounts that were not read fit another style, or name another currency than those that were looked for.

    Raises:
        DataError: Some do.
    """
    where = column.where
    for seen in weigh_amounts(column.texts, options.currency).values():
        if not column.may_name_currencies:
            _refuse_names(seen.currencies | dict.fromkeys(currencies, NONE), options, column)
        style = options.given_style or "point"
        others = seen.comma if style == "point" else seen.point
        if others:
            other: AmountStyle = "comma" if style == "point" else "point"
            choices = [
                Choice(option=f"--amount-style {style}", meaning=f"rejects these {others.count:,}, reads the others"),
                Choice(option=f"--amount-style {other}", meaning="reads these, and the others in that style"),
            ]
            raise question(where, "amounts do not fit the style of the others", choices, others.samples)


def _add_currencies(seen: Iterable[AmountEvidence]) -> dict[str, Seen]:
    total: dict[str, Seen] = {}
    for one in seen:
        for code, cells in one.currencies.items():
            total[code] = total.get(code, Seen()) + cells
    return total


def _agree(
    seen: dict[str, AmountEvidence], given: AmountStyle | None, where: str, *, has_semicolons: bool
) -> tuple[AmountStyle, tuple[Finding, ...]]:
    """Return the style that each file shows by itself."""
    if given or not seen:
        return given or "point", ()
    chosen = {file: choose_style(one, file or where, has_semicolons=has_semicolons) for file, one in seen.items()}
    shown = {
        style: _cells_with_marks(seen[file]) for file, (style, _) in chosen.items() if _cells_with_marks(seen[file])
    }
    if len(shown) > 1:
        raise _no_style_fits(shown["point"], shown["comma"], where)
    style: AmountStyle = "comma" if "comma" in shown else "point"
    return style, tuple(finding for _, findings in chosen.values() for finding in findings)


def _cells_with_marks(seen: AmountEvidence) -> Seen:
    return seen.point + seen.comma + seen.three_after_point + seen.three_after_comma


def choose_style(seen: AmountEvidence, where: str, *, has_semicolons: bool) -> tuple[AmountStyle, tuple[Finding, ...]]:
    """Return the one style that fits all amounts, and a finding where it is the likelier of two.

    Raises:
        DataError: Several styles fit, or none does.
    """
    if seen.point and seen.comma:
        raise _no_style_fits(seen.point, seen.comma, where)
    if seen.point or seen.comma:
        return ("point" if seen.point else "comma"), ()
    if seen.three_after_point or (seen.three_after_comma and (has_semicolons or not seen.plain)):
        raise _several_styles_fit(seen, where)
    return "point", (_grouping_finding(seen),) if seen.three_after_comma else ()


def _grouping_finding(seen: AmountEvidence) -> Finding:
    cells = seen.three_after_comma
    words = f"{cells.count:,} amounts with a comma before three digits are read as thousands"
    return Finding("RFM201", words, cells.samples, "--amount-style point, or comma if it is the decimal mark")


def _several_styles_fit(seen: AmountEvidence, where: str) -> DataError:
    cells = seen.three_after_point + seen.three_after_comma
    sample = cells.samples[0]
    digits = re.sub("[^0-9.,]", "", sample)
    values = {"point": digits.replace(",", ""), "comma": digits.replace(".", "").replace(",", ".")}
    choices = [Choice(option=f"--amount-style {style}", meaning=f"{sample!r} is {values[style]}") for style in values]
    return question(where, "amounts can be read in two ways", choices, cells.samples)


def _no_style_fits(point: Seen, comma: Seen, where: str) -> DataError:
    choices = [
        Choice(
            option=f"--amount-style {style}",
            meaning=f"reads {_count(fit)} such as {fit.samples[0]!r}, rejects {other.count:,} such as "
            f"{other.samples[0]!r}",
        )
        for style, fit, other in (("point", point, comma), ("comma", comma, point))
    ]
    return question(where, "no style fits all amounts", choices, (*point.samples[:1], *comma.samples))


def _count(cells: Seen) -> str:
    return f"{cells.count:,} {'amount' if cells.count == 1 else 'amounts'}"


def _refuse_names(currencies: dict[str, Seen], options: CellOptions, column: Column) -> None:
    """Refuse amounts that name several currencies, another one than is declared, or another unit than the given one."""
    samples = [cells.samples[0] for cells in currencies.values() if cells]
    shown = ", ".join(map(repr, samples[:SAMPLES]))
    if len(currencies) > 1 and not column.may_name_currencies:
        raise _several_currencies(currencies, shown, column)
    if samples and options.currency not in (None, *currencies) and not column.may_name_currencies:
        (named,) = currencies
        message = f"{column.where}: amounts such as {shown} name {named}, and they are declared to be in "
        message += f"{options.currency}: --currency {named}"
        raise DataError(message, *samples)
    if samples and options.unit != "yuan":
        message = (
            f"{column.where}: amounts such as {shown} name the unit that they are in, against --unit {options.unit}: "
        )
        message += "leave --unit out (--unit yuan), or export plain numbers"
        raise DataError(message, *samples)


def _several_currencies(currencies: dict[str, Seen], shown: str, column: Column) -> DataError:
    listed = ", ".join(f"{code} ({_count(cells)})" if cells else code for code, cells in currencies.items())
    named = f"--column {quote_argument(f'currency={column.header}')}"
    code = max(currencies, key=lambda one: currencies[one].count)
    message = (
        f"{column.where}: the amounts name several currencies, {listed}, such as {shown}; one sum over them is no "
        f"amount. Keep one, {named} --keep-currency {code}, or grade each on its own, {named} --by currency"
    )
    return DataError(message, *(cells.samples[0] for cells in currencies.values() if cells))
