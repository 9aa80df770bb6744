"""The keys of a dataset to its rules: the scheme, the policy and their options found and checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rfm_engine.columns import ALIASES, CUSTOMER_COLUMNS
from rfm_engine.config.dataset import TABLES, Dataset
from rfm_engine.config.frozen import list_frozen_faults
from rfm_engine.config.validation import validate
from rfm_engine.errors import DatasetError, UsageError, nearest
from rfm_engine.grading.frozen import Frozen
from rfm_engine.plugin_api import PluginBase
from rfm_engine.rules import Rules, Weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from rfm_engine.config.dataset import Table
    from rfm_engine.config.origins import Origins
    from rfm_engine.plugins.host import PluginHost

Plug = TypeVar("Plug", bound=PluginBase)


def resolve_rules(table: Table, host: PluginHost, origins: Origins) -> tuple[Dataset, Rules]:
    """Check the keys of a dataset and resolve its scheme and policy; `origins` says where a key was given.

    Raises:
        DatasetError: Everything that is wrong, one line each, with what was expected and the nearest known key.
    """
    dataset, faults = validate(Dataset, table, "", origins)
    faults += _list_unknown_columns(table, origins)
    scheme = resolve_plugin(host.scheme, table.get("scheme", {"name": "thresholds"}), "scheme", origins, faults)
    if isinstance(scheme, Frozen):
        scheme = _resolve_frozen(scheme, host, origins, faults)
    tiers = resolve_plugin(host.tier_policy, table.get("tiers", {"name": "abcd"}), "tiers", origins, faults)
    if dataset and scheme and tiers:
        faults += list_frozen_faults(scheme, tiers, dataset, origins)
    if dataset is None or scheme is None or tiers is None or faults:
        raise DatasetError("\n".join(faults))
    rules = {
        name: getattr(dataset, name)
        for name in Rules.__dataclass_fields__
        if name not in {*TABLES, "weights", "currency", "decimals"}
    }
    return dataset, Rules(**rules, weights=Weights(*dataset.weights), scheme=scheme, tiers=tiers)


def _list_unknown_columns(table: Table, origins: Origins) -> list[str]:
    columns, given = table.get("columns"), (table.get("by"), table.get("carry"))
    own = CUSTOMER_COLUMNS if table.get("customers") else ALIASES
    named = (str(name) for names in given if isinstance(names, list | tuple) for name in names)
    known = list(dict.fromkeys([*own, *named]))
    return [
        f"{origins.of(key)}: {key}: no such column{nearest(name, known)} (known: {', '.join(known)})"
        for name in (columns if isinstance(columns, dict) else ())
        if name not in known and (key := f"columns.{name}")
    ]


def resolve_plugin(
    find: Callable[[str], type[Plug]], table: object, key: str, origins: Origins, faults: list[str]
) -> Plug | None:
    """Return the plugin that a table names, with its options; None with what is wrong added to the `faults`."""
    if not isinstance(table, dict):
        return None
    if not isinstance(table.get("name"), str):
        what = {"tiers": "tier policy", "gather": "gatherer"}.get(key, "scheme")
        faults.append(f"{origins.of(f'{key}.name')}: {key}.name: must be given (the name of a {what})")
        return None
    try:
        chosen = find(table["name"])
    except UsageError as error:
        faults.append(f"{origins.of(key)}: {key}.name: {error}")
        return None
    plugged, more = validate(chosen, {name: value for name, value in table.items() if name != "name"}, key, origins)
    faults += more
    return plugged


def _resolve_frozen(scheme: Frozen, host: PluginHost, origins: Origins, faults: list[str]) -> Frozen | None:
    """Return the frozen scheme with the scheme that its cut points were found with."""
    fitted = resolve_plugin(host.scheme, scheme.cuts.scheme, "scheme.cuts.scheme", origins, faults)
    return None if fitted is None else scheme.with_fitted(fitted)
