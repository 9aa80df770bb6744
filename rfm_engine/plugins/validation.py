"""What a class must have to enter: parent, name, meaning, methods, usable options."""

from __future__ import annotations

import re
import sys
import tomllib
import warnings
from typing import TYPE_CHECKING, Final, Literal

import tomli_w
from pydantic import ValidationError

from rfm_engine.columns import ALIASES, ORDER_AMOUNT, REQUIRED, UNIT_PRICE, Metric
from rfm_engine.plugin_api import Connector, Gatherer, OrderSource, PluginBase, Scheme, ScoreRange, TierPolicy
from rfm_engine.plugins.error_text import describe_error
from rfm_engine.vocabulary.currencies import CODE

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["scheme", "tier policy", "gatherer", "connector"]
BEST: Final = ("highest", "lowest")
NAME: Final = re.compile(r"\w[\w.-]*")
METHODS: Final[dict[type[PluginBase], tuple[str, ...]]] = {
    Scheme: ("score",),
    TierPolicy: ("tier_table", "belongs"),
    Gatherer: ("gather",),
    Connector: ("ask",),
}
KINDS: Final[dict[type[PluginBase], Kind]] = {
    Scheme: "scheme",
    TierPolicy: "tier policy",
    Gatherer: "gatherer",
    Connector: "connector",
}
CONFORMING: Final[tuple[Kind, ...]] = ("scheme", "tier policy")
"""Kinds that `rfm_engine.conformance` has checks for."""

MOST_SCORES: Final = 1000
NO_DOCSTRINGS = 2
"""The level of optimisation (`python -OO`) that takes all docstrings away."""


def find_faults(cls: object, parent: type[PluginBase]) -> list[str]:
    """Return what keeps a class from entering as a child of `parent`; nothing when it is sound."""
    if not isinstance(cls, type):
        hint = "; return the class, not an object of it" if isinstance(cls, PluginBase) else ""
        return [f"expected a class, got {cls!r}{hint}"]
    if not issubclass(cls, parent):
        return [f"{cls.__name__}: expected a child class of {parent.__name__}, which a {KINDS[parent]} is"]
    return find_class_faults(cls, parent) or [f"{cls.__name__}: {fault}" for fault in find_option_faults(cls)]


def find_source_faults(source: object) -> list[str]:
    """Return what keeps an object from entering as an order source; nothing when it is sound."""
    if not isinstance(source, OrderSource):
        return [f"expected an OrderSource, got {source!r}"]
    unknown = [name for name in source.columns if name not in ALIASES]
    needed = [name for name in REQUIRED if name != ORDER_AMOUNT or UNIT_PRICE not in source.columns]
    missing = [name for name in needed if name not in source.columns]
    faults = [f"the name {source.name!r} is not a word"] if not NAME.fullmatch(source.name) else []
    faults += [f"columns names {', '.join(unknown)}, which no orders have"] if unknown else []
    faults += [f"columns lacks {', '.join(missing)}"] if missing else []
    faults += ["no signature; name headers that no other export has"] if not source.signature else []
    is_coded = source.currency is None or CODE.fullmatch(source.currency)
    faults += [] if is_coded else [f"the currency {source.currency!r} is no code such as EUR (ISO 4217)"]
    return [f"order source {source.name}: {fault}" for fault in faults]


def find_class_faults(cls: type[PluginBase], parent: type[PluginBase]) -> list[str]:
    """Return what is wrong with the class itself: its name, its docstring, its methods."""
    return [f"{cls.__name__}: {fault}" for fault in (*_check_name(cls), *_check_body(cls, parent))]


def _check_name(cls: type[PluginBase]) -> Iterator[str]:
    name = getattr(cls, "name", None)
    if name is None:
        yield "no name; add a line such as name = 'bank'"
    elif not isinstance(name, str) or not NAME.fullmatch(name):
        yield f"the name {name!r} is not a word; use letters, digits, '-', '_' and '.'"


def _check_body(cls: type[PluginBase], parent: type[PluginBase]) -> Iterator[str]:
    if not cls.meaning() and sys.flags.optimize < NO_DOCSTRINGS:
        yield "no docstring; its first line is the meaning that users read"
    missing = [method for method in METHODS[parent] if getattr(cls, method) is getattr(parent, method)]
    if missing:
        yield f"does not define {' and '.join(missing)}"


def required_options(cls: type[PluginBase]) -> list[str]:
    """Return the names of the options without a default, as users write them."""
    return [field.alias or name for name, field in cls.model_fields.items() if field.is_required()]


def find_option_faults(cls: type[PluginBase]) -> list[str]:
    """Return what is wrong with a class's defaults; options that must be given cannot be tried here."""
    if required_options(cls):
        return []
    try:
        thing = cls()
        again = cls.model_validate(round_trip_toml(thing))
    except ValidationError as error:
        return [f"default of option {'.'.join(map(str, e['loc'])) or '?'}: {e['msg']}" for e in error.errors()]
    except Exception as error:  # noqa: BLE001 a default may be anything
        return [f"the default options cannot be written as TOML: {describe_error(error)}"]
    if again != thing:
        return [f"the default options change on the way through TOML: {thing.options()} becomes {again.options()}"]
    try:
        return find_range_faults(thing) if isinstance(thing, Scheme) else []
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 a stranger's code may raise anything
        return [f"score_range failed: {describe_error(error)}"]


def round_trip_toml(thing: PluginBase) -> dict[str, object]:
    """Return the options of a scheme or policy as they come back from a TOML file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic warns of a default of the wrong type; reading it back refuses it
        return tomllib.loads(tomli_w.dumps(thing.options()))


def find_range_faults(scheme: Scheme) -> list[str]:
    """Return what is wrong with the score ranges that a scheme gives."""
    found = []
    for metric in Metric:
        declared = scheme.score_range(metric)
        sound = isinstance(declared, ScoreRange) and all(
            type(end) is int for end in (declared.lowest, declared.highest)
        )
        if not sound or declared.lowest > declared.highest or declared.best not in BEST:
            found.append(f"score_range({metric}) gave {declared!r}; expected a ScoreRange with lowest <= highest")
        elif declared.highest - declared.lowest >= MOST_SCORES:
            found.append(f"score_range({metric}) gave {declared!r}; expected at most {MOST_SCORES:,} scores")
    return found
