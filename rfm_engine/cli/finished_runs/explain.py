"""`rfm-engine explain`: why a customer got the tier, and what would change it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from rfm_engine.cli.options import PseudonymKeyFile
from rfm_engine.columns import CURRENCY, MONETARY_FEN
from rfm_engine.errors import printable

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from rfm_engine.runs.explain import CustomerExplanation, MetricExplanation
    from rfm_engine.runs.finished import FinishedRun

UNITS = {"recency_days": "day", "frequency": "order", "monetary_fen": "yuan"}


class Money(NamedTuple):
    """In which currency money is, None for yuan, and with how many decimals it is counted."""

    currency: str | None
    decimals: int


def explain(
    customer: Annotated[str, typer.Argument(help="The customer_id, or its token.", metavar="CUSTOMER")],
    *,
    run: Annotated[Path, typer.Option("--run", help="The folder of a dataset's run, such as output/sichuan-hiking.")],
    pseudonym_key_file: PseudonymKeyFile = None,
) -> None:
    """Explain one customer's scores, total and tier, and what one more order or fewer days would change."""
    from rfm_engine.cli.display.terminal import console
    from rfm_engine.runs.finished import open_run

    done = open_run(run)
    terminal = console()
    for position, found in enumerate(done.explain(customer, pseudonym_key_file)):
        if position:
            terminal.print()
        _print_customer(terminal, found, done)


def _print_customer(terminal: Console, found: CustomerExplanation, done: FinishedRun) -> None:
    from rich.text import Text

    row, rules = found.row, done.rules
    place = "".join(f", {name} {row[name]}" for name in done.record.lists_by)
    customer = printable(f"customer {row['customer_id']}")
    terminal.print(Text.assemble((customer, "bold"), printable(place), f", as of {rules.as_of}"))
    terminal.print(_metric_table(found, Money(row.get(CURRENCY) or done.record.currency, done.record.decimals)))
    weighed = " + ".join(f"{weight} x {part.score}" for weight, part in zip(rules.weights, found.metrics, strict=True))
    tier = (printable(row["tier"]), "bold")
    terminal.print(Text.assemble(f"total {weighed} = {row['rfm_score']}, tier ", tier))
    for words, then in found.changes:
        terminal.print(Text(printable(f"{words}: {_describe_change(row, then)}")), soft_wrap=True)
    for note in found.notes:
        terminal.print(Text(printable(note)), soft_wrap=True)


def _metric_table(found: CustomerExplanation, money: Money) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("metric", "value", "score", "cut points around it", "values of this score in the list"):
        table.add_column(head, justify="right" if head in {"value", "score"} else "left")
    for part in found.metrics:
        table.add_row(
            part.metric.letter,
            format_value(part, part.value, money),
            str(part.score),
            _describe_rule(found, part, money),
            _describe_values(part, money),
        )
    return table


def format_value(part: MetricExplanation, value: int, money: Money) -> str:
    """Return a value with its unit; money in its currency, or in yuan."""
    from rfm_engine.grading.summary import format_money, pluralize

    unit = UNITS[part.metric.column]
    amount = Decimal(value).scaleb(-money.decimals)
    spend = f"{format_money(amount, money.currency)} {money.currency or unit}"
    return spend if part.metric.column == MONETARY_FEN else pluralize(value, unit)


def _describe_rule(found: CustomerExplanation, part: MetricExplanation, money: Money) -> str:
    if not found.agrees:
        return "not known"
    return "none: dormant" if found.row["frequency"] == 0 else _describe_cut_points(part, money)


def _describe_cut_points(part: MetricExplanation, money: Money) -> str:
    if part.rule is None:
        return "no fixed ones"
    low, high = part.rule
    above = f"over {format_value(part, low, money)}" if low is not None else ""
    most = f"up to {format_value(part, high, money)}" if high is not None else ""
    return f"{above}{', ' if above and most else ''}{most}"


def _describe_values(part: MetricExplanation, money: Money) -> str:
    low, high = part.seen
    return (
        format_value(part, low, money)
        if low == high
        else f"{format_value(part, low, money)} to {format_value(part, high, money)}"
    )


def _describe_change(now: dict[str, Any], then: dict[str, Any]) -> str:
    keys = {"r_score": "R", "f_score": "F", "m_score": "M", "rfm_score": "total", "tier": "tier"}
    moved = [f"{word} {now[key]} -> {then[key]}" for key, word in keys.items() if now[key] != then[key]]
    return ", ".join(moved) or "changes nothing"
