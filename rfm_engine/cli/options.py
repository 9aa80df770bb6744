"""The options that override a dataset file, declared once for every command that takes them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from typer import Option

from rfm_engine.errors import UNDECODED, OutputError, UsageError
from rfm_engine.system.signals import end
from rfm_engine.system.spill import set_spill_limits, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NoPlugins = Annotated[bool, Option("--no-plugins", help="Leave third-party plugins out.", rich_help_panel="Plugins")]

StrictPlugins = Annotated[
    bool, Option("--strict-plugins", help="Stop where a plugin failed.", rich_help_panel="Plugins")
]

FILE_RULES, READING, GRADING = "Which orders count", "How files are read", "How customers are graded"
PRIVACY = "What is hidden"
WHO = "Who is a customer"
FINDINGS = "What is found on the way"
MEMORY = "How much memory is used"

PseudonymKeyFile = Annotated[
    Path | None,
    Option(help="The file of the pseudonyms' key; else $RFM_PSEUDONYM_KEY is the key.", rich_help_panel=PRIVACY),
]

Texts = list[str] | None
Text = str | None


@dataclass(frozen=True, kw_only=True)
class RuleOptions:
    """Every rule of a dataset file as an option of the same name; None leaves the file's rule in force."""

    orders: Annotated[Texts, Option("--orders", help="Score these files (globs too) without a dataset file.")] = None
    name: Annotated[Text, Option(help="The name of the results of --orders; by default the first file's stem.")] = None
    as_of: Annotated[Text, Option(help="The statistics date, such as 2025-07-01.", rich_help_panel=FILE_RULES)] = None
    since: Annotated[Text, Option(help="The first day of the window.", rich_help_panel=FILE_RULES)] = None
    region: Annotated[Texts, Option(help="Keep this region only (repeatable).", rich_help_panel=FILE_RULES)] = None
    keep_status: Annotated[
        Texts, Option(help="Keep orders of this status only (repeatable).", rich_help_panel=FILE_RULES)
    ] = None
    grain: Annotated[
        Text,
        Option(
            help="[b]order[/b], [b]line[/b], or [b]day[/b] (orders of a day are one).",
            rich_help_panel=FILE_RULES,
        ),
    ] = None
    refunds: Annotated[
        Text, Option(help="[b]reject[/b] amounts of 0 or less, or [b]net[/b] them.", rich_help_panel=FILE_RULES)
    ] = None
    unique_order_ids: Annotated[
        bool | None,
        Option("--unique-order-ids", help="Promise that no order id repeats.", rich_help_panel=FILE_RULES),
    ] = None
    max_rejects: Annotated[
        Text, Option(help="Stop above so many rejected rows: 100 or 1%.", rich_help_panel=FILE_RULES)
    ] = None
    nobody: Annotated[
        Texts, Option(help="A further word for no customer; none: only these (repeatable).", rich_help_panel=WHO)
    ] = None
    same_id: Annotated[
        Text, Option(help="Join ids that differ by case,width,space,point_zero,...", rich_help_panel=WHO)
    ] = None
    same_region: Annotated[
        bool | None,
        Option("--same-region", help="Join regions by the official names of provinces.", rich_help_panel=WHO),
    ] = None
    exclude_customer: Annotated[Texts, Option(help="Leave a customer out (repeatable).", rich_help_panel=WHO)] = None
    exclude: Annotated[Text, Option(help="A text file of customers to leave out, one a line.", rich_help_panel=WHO)] = (
        None
    )
    keep_currency: Annotated[
        Text, Option(help="Keep orders of this currency only, such as EUR.", rich_help_panel=FILE_RULES)
    ] = None
    order_total: Annotated[
        Text, Option(help="[b]repeated[/b]: each row of an order has its total.", rich_help_panel=FILE_RULES)
    ] = None
    latest_export: Annotated[
        Text,
        Option(
            help="Of an order that differs between files, it [b]wins[/b] or all are [b]rejected[/b].",
            rich_help_panel=FILE_RULES,
        ),
    ] = None
    order_ids_per: Annotated[
        Text, Option(help="[b]store[/b]: each store numbers its own orders.", rich_help_panel=FILE_RULES)
    ] = None
    accept: Annotated[
        Texts, Option(help="Silence findings of this code, such as RFM401 (repeatable).", rich_help_panel=FINDINGS)
    ] = None
    strict: Annotated[
        bool | None, Option("--strict", help="Stop where a finding is not accepted.", rich_help_panel=FINDINGS)
    ] = None
    column: Annotated[Texts, Option(help="Map a header: customer_id=HEADER (repeatable).", rich_help_panel=READING)] = (
        None
    )
    orders_format: Annotated[
        Text, Option(help="csv, parquet, ndjson, arrow or excel; by default by suffix.", rich_help_panel=READING)
    ] = None
    encoding: Annotated[Text, Option(help="Such as gb18030; by default UTF-8.", rich_help_panel=READING)] = None
    separator: Annotated[Text, Option(help="By default , ; or tab as found.", rich_help_panel=READING)] = None
    sheet: Annotated[
        Texts, Option(help="A sheet of a workbook (repeatable), or [b]all[/b].", rich_help_panel=READING)
    ] = None
    skip_lines: Annotated[int | None, Option(help="Lines above the header.", rich_help_panel=READING)] = None
    order_time_format: Annotated[
        Text, Option(help="Such as %d.%m.%Y, or epoch_seconds, epoch_milliseconds.", rich_help_panel=READING)
    ] = None
    decimal_comma: Annotated[
        bool | None, Option("--decimal-comma", help="Amounts are written 1.234,50.", rich_help_panel=READING)
    ] = None
    amount_style: Annotated[
        Text, Option(help="point (1,234.50) or comma (1.234,50); by default what fits.", rich_help_panel=READING)
    ] = None
    time_zone: Annotated[Text, Option(help="Such as Asia/Shanghai.", rich_help_panel=READING)] = None
    unit: Annotated[Text, Option(help="yuan, ten_thousand_yuan or fen.", rich_help_panel=READING)] = None
    scheme: Annotated[Text, Option(help="The scoring scheme.", rich_help_panel=GRADING)] = None
    tiers: Annotated[Text, Option(help="The tier policy.", rich_help_panel=GRADING)] = None
    by: Annotated[
        Text,
        Option(help="Columns that split customers into lists: region,store_code or none.", rich_help_panel=GRADING),
    ] = None
    ties: Annotated[
        Text, Option(help="How the scheme ranks ties: min, max, average, ordinal.", rich_help_panel=GRADING)
    ] = None
    weights: Annotated[Text, Option(help="Of R, F and M: 0.3,0.3,0.4.", rich_help_panel=GRADING)] = None
    set: Annotated[
        Texts, Option(help="An option of the scheme or policy: key=value (repeatable).", rich_help_panel=GRADING)
    ] = None

    pseudonymize: Annotated[
        Texts, Option(help="customer_id, order_id or store_code as keyed tokens (repeatable).", rich_help_panel=PRIVACY)
    ] = None
    pseudonym_key_file: PseudonymKeyFile = None
    drop: Annotated[
        Texts, Option(help="Leave a column out, such as product_name (repeatable).", rich_help_panel=PRIVACY)
    ] = None
    generalize: Annotated[Texts, Option(help="order_time: show its date alone.", rich_help_panel=PRIVACY)] = None

    memory_budget: Annotated[
        Text,
        Option(help="Spill to disk above it: 8GB, 500MB, or 50% of what is free (default).", rich_help_panel=MEMORY),
    ] = None
    spill_folder: Annotated[
        Path | None, Option(help="Where to; by default among temporary files.", rich_help_panel=MEMORY)
    ] = None

    no_plugins: NoPlugins = False
    strict_plugins: StrictPlugins = False

    def dataset_keys(self) -> dict[str, Any]:
        """Return the dataset keys that the options give, as a dataset file would."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        table = {key: value for key, value in own.items() if value is not None and key not in PARSED}
        if self.by is not None:
            table["by"] = [] if self.by == "none" else [name.strip() for name in self.by.split(",")]
        if self.exclude is not None:
            table["exclude"] = str(Path(self.exclude).absolute())
        if self.same_id is not None:
            table["same_id"] = [kind.strip().replace("-", "_") for kind in self.same_id.split(",")]
        if self.weights is not None:
            table["weights"] = [weight.strip() for weight in self.weights.split(",")]
        if self.column:
            table["columns"] = dict(split_pair(text, "--column") for text in self.column)
        return table

    def settings(self) -> list[tuple[str, str]]:
        """Return the options of the scheme or policy as (key, text) pairs."""
        found = [split_pair(text, "--set") for text in self.set or ()]
        return [*found, ("scheme.ties", self.ties)] if self.ties is not None else found


PARSED = {"by", "weights", "column", "scheme", "tiers", "ties", "set", "pseudonym_key_file"}


PARSED |= {"same_id", "exclude"}


PARSED |= {"no_plugins", "strict_plugins", "memory_budget", "spill_folder"}


def split_pair(text: str, option: str) -> tuple[str, str]:
    """Split `key=value`.

    Raises:
        UsageError: There is no key or no equals sign.
    """
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        message = f"{option} {text}: expected key=value"
        raise UsageError(message)
    return key.strip(), value.strip()


def refuse_undecodable(values: Mapping[str, object]) -> None:
    """Refuse the texts of options that are no text in the locale; paths may be any bytes.

    Raises:
        UsageError: There are some; it lists all of them.
    """
    texts = [(name, text) for name, value in values.items() for text in (value if isinstance(value, list) else [value])]
    odd = [f"--{name.replace('_', '-')} {text!a}" for name, text in texts if _is_undecodable(text)]
    if odd:
        message = (
            f"no text in UTF-8: {', '.join(odd)}; type it again, or set PYTHONUTF8=1 where the locale lacks letters"
        )
        raise UsageError(message)


def _is_undecodable(text: object) -> bool:
    return isinstance(text, str) and UNDECODED.search(text) is not None


def with_rule_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command every option of `RuleOptions`; it takes them as the one argument `rules`."""
    hints = get_type_hints(RuleOptions, include_extras=True)
    own = inspect.signature(command, eval_str=True)
    kept = [parameter for parameter in own.parameters.values() if parameter.name != "rules"]
    added = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(RuleOptions)
    ]

    @wraps(command)
    def taking(**values: Any) -> None:  # noqa: ANN401 typer checks each by its own type
        refuse_undecodable(values)
        rules = RuleOptions(**{field.name: values.pop(field.name) for field in fields(RuleOptions)})
        set_spill_limits(rules.memory_budget, rules.spill_folder)
        watch(lambda message: end(f"error: {message}\n".encode(), OutputError.exit_code))
        command(**values, rules=rules)

    taking.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]
    taking.__annotations__ = {parameter.name: parameter.annotation for parameter in (*kept, *added)}
    return taking
