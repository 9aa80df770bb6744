"""The options that override a dataset file: one for each of its keys, and those of the command itself."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, fields
from functools import wraps
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints

from typer import Option

from rfm_engine.errors import UNDECODED, OutputError, UsageError
from rfm_engine.system.signals import end
from rfm_engine.system.spill import set_spill_limits, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from pydantic.fields import FieldInfo

NoPlugins = Annotated[bool, Option("--no-plugins", help="Leave third-party plugins out.", rich_help_panel="Plugins")]

StrictPlugins = Annotated[
    bool, Option("--strict-plugins", help="Stop where a plugin failed.", rich_help_panel="Plugins")
]

GRADING, PRIVACY, MEMORY = "How customers are graded", "What is hidden", "How much memory is used"

PseudonymKeyFile = Annotated[
    Path | None,
    Option(help="The file of the pseudonyms' key; else $RFM_PSEUDONYM_KEY is the key.", rich_help_panel=PRIVACY),
]

TABLES: Final = ("scheme", "tiers", "gather")
Texts = list[str] | None
Text = str | None


@dataclass(frozen=True, kw_only=True)
class RuleOptions:
    """The dataset keys that options give, by name, and what is no key of a dataset file."""

    keys: dict[str, Any] = field(default_factory=dict)
    ties: Annotated[
        Text,
        Option(
            help="How the scheme ranks ties: min, max, average, ordinal, ordinal_by_number.", rich_help_panel=GRADING
        ),
    ] = None
    missing_list: Annotated[
        Text, Option(help="Lists without frozen cut points: refuse, refit.", rich_help_panel=GRADING)
    ] = None
    rules_differ: Annotated[
        bool, Option("--rules-differ", help="Use frozen cut points of other rules too.", rich_help_panel=GRADING)
    ] = False
    set: Annotated[
        Texts, Option(help="An option of the scheme or policy: key=value (repeatable).", rich_help_panel=GRADING)
    ] = None
    allow_database: Annotated[
        bool,
        Option("--allow-database", help="Let a dataset file name a database.", rich_help_panel="How files are read"),
    ] = False
    remote: Annotated[
        bool,
        Option("--remote", help="Copy orders that lie at s3://bucket/key first.", rich_help_panel="How files are read"),
    ] = False
    pseudonym_key_file: PseudonymKeyFile = None
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
        from rfm_engine.config.dataset import Dataset

        known = Dataset.model_fields
        return {key: _parse(known[key], value) for key, value in self.keys.items() if key not in TABLES}

    def plugin_names(self) -> dict[str, str]:
        """Return the scheme, the policy and the gatherer that options name."""
        return {key: self.keys[key] for key in TABLES if key in self.keys}

    def settings(self) -> list[tuple[str, str]]:
        """Return the options of the scheme or policy as (key, text) pairs."""
        found = [split_pair(text, "--set") for text in self.set or ()]
        own = {"ties": self.ties, "missing_list": self.missing_list, "rules_differ": self.rules_differ and "true"}
        return [*found, *((f"scheme.{key}", text) for key, text in own.items() if text)]


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
    from rfm_engine.config.key_types import option_name

    texts = [(name, text) for name, value in values.items() for text in (value if isinstance(value, list) else [value])]
    odd = [f"--{option_name(name)} {text!a}" for name, text in texts if _is_undecodable(text)]
    if odd:
        message = (
            f"no text in UTF-8: {', '.join(odd)}; type it again, or set PYTHONUTF8=1 where the locale lacks letters"
        )
        raise UsageError(message)


def _is_undecodable(text: object) -> bool:
    return isinstance(text, str) and UNDECODED.search(text) is not None


def key_parameters(given: Container[str] | None = None) -> Iterator[inspect.Parameter]:
    """Yield a keyword parameter with its option for each key of a dataset file, or for those `given` as options."""
    from rfm_engine.config.dataset import Dataset
    from rfm_engine.config.key_types import READING, option_name
    from rfm_engine.orders.read_options import ReadOptions

    for key, known in Dataset.model_fields.items():
        if given is not None and f"--{option_name(key)}" not in given:
            continue
        panel = _extra(known).get("panel", READING["panel"] if key in ReadOptions.model_fields else None)
        words = str(known.description)
        repeatable = " (repeatable)" if _option_type(known) == Texts else ""
        option = Option(
            f"--{option_name(key)}",
            help=f"{words[0].upper()}{words[1:]}{repeatable}.",
            metavar=_metavar(known),
            rich_help_panel=panel,
        )
        kind: Any = _option_type(known)
        yield inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[kind, option])


def _extra(known: FieldInfo) -> dict[str, Any]:
    return known.json_schema_extra if isinstance(known.json_schema_extra, dict) else {}


def _plain_type(known: FieldInfo) -> Any:  # noqa: ANN401 a type form
    """Return the type of a key without `None`."""
    if get_origin(known.annotation) not in (Union, UnionType):
        return known.annotation
    return next(one for one in get_args(known.annotation) if one is not NoneType)


def _option_type(known: FieldInfo) -> Any:  # noqa: ANN401 a type form
    """Return the type of a key's option; typer reads lists, flags and numbers, the rest is text for pydantic."""
    kind = _plain_type(known)
    if "form" in _extra(known) or kind == dict[str, Any]:
        return Text
    if get_origin(kind) in (tuple, dict):
        return Texts
    return kind | None if kind in (bool, int) else Text


def _metavar(known: FieldInfo) -> str | None:
    kind = _plain_type(known)
    return "|".join(get_args(kind)) if get_origin(kind) is Literal else None


def _parse(known: FieldInfo, value: Any) -> Any:  # noqa: ANN401 by the key's type
    """Return what a dataset file would have for the text of an option."""
    form = _extra(known).get("form")
    if form == "path":
        return str(Path(value).absolute())
    if form is not None:
        text = value.replace("-", "_") if form == "words" else value
        return [] if text == "none" else [part.strip() for part in text.split(",")]
    if get_origin(_plain_type(known)) is dict:
        return dict(split_pair(text, "--column") for text in value)
    return value


def with_rule_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `RuleOptions`; it takes them as the one argument `rules`.

    Those of the dataset's keys come by `add_key_options`.
    """
    own = [field for field in fields(RuleOptions) if field.name != "keys"]

    @wraps(command)
    def taking(**values: Any) -> None:  # noqa: ANN401 typer checks each by its own type
        refuse_undecodable(values)
        options = {field.name: values.pop(field.name) for field in own}
        arguments = {name: values.pop(name) for name in inspect.signature(command).parameters if name in values}
        rules = RuleOptions(keys={key: value for key, value in values.items() if value is not None}, **options)
        set_spill_limits(rules.memory_budget, rules.spill_folder)
        watch(lambda message: end(f"error: {message}\n".encode(), OutputError.exit_code))
        command(**arguments, rules=rules)

    _declare(taking, command, ())
    return taking


def add_key_options(command: Callable[..., None], given: Container[str] | None = None) -> None:
    """Give a command with the options of `RuleOptions` one for each key of a dataset file, or for those `given`.

    Any other command stays as it is.
    """
    if hasattr(command, "__wrapped__"):
        _declare(command, command.__wrapped__, key_parameters(given))


def _declare(taking: Callable[..., None], command: Callable[..., None], keys: Iterable[inspect.Parameter]) -> None:
    """Give the function the parameters that typer reads: the command's own, the keys', those of `RuleOptions`."""
    hints = get_type_hints(RuleOptions, include_extras=True)
    own = inspect.signature(command, eval_str=True)
    kept = [parameter for parameter in own.parameters.values() if parameter.name != "rules"]
    added = [
        inspect.Parameter(
            field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=hints[field.name]
        )
        for field in fields(RuleOptions)
        if field.name != "keys"
    ]
    every = [*kept, *keys, *added]
    taking.__signature__ = own.replace(parameters=every)  # type: ignore[attr-defined]
    taking.__annotations__ = {parameter.name: parameter.annotation for parameter in every}
