"""From arguments and options to jobs that are ready to run: dataset files found, options laid over them."""

from __future__ import annotations

import re
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rfm_engine.config.dataset import Dataset
from rfm_engine.config.dataset_file import (
    SETTINGS_LEVELS,
    find_dataset_file,
    list_bundled_datasets,
    parse_toml,
    read_dataset_file,
)
from rfm_engine.config.job import Job, prepare_job
from rfm_engine.config.key_types import GRADED_BY, option_name
from rfm_engine.config.order_places import is_elsewhere
from rfm_engine.config.origins import Origins
from rfm_engine.errors import DatasetError, UsageError, nearest
from rfm_engine.object_stores.uris import is_object_uri, name_orders, refuse_bad_uris
from rfm_engine.orders.files.paths import find_order_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfm_engine.plugin_api import PluginBase
    from rfm_engine.plugins.host import PluginHost

PLUGIN_KEYS = ("scheme", "tiers", "gather")
PLACES = ("orders", "query", "table")
OWN_OPTIONS = {
    "scheme.ties": "ties",
    "scheme.missing_list": "missing-list",
    "scheme.rules_differ": "rules-differ",
}
"""Options of schemes that have an option of the command to themselves."""


@dataclass(frozen=True)
class Overrides:
    """What the command line gives: dataset keys, a scheme, a policy and a gatherer by name, and their options.

    Unless they `allow_database`, no dataset file may name one; only `remote` orders may lie in an object store.
    """

    keys: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    allow_database: bool = False
    settings: Sequence[tuple[str, str]] = ()
    remote: bool = False

    def origins(self, path: Path | None) -> Origins:
        """Return where each key was given: by its option, or in the dataset file; without one options are all."""
        given = {key: option_name(key) for key in (*self.keys, *self.names)}
        for setting, _ in self.settings:
            homes = (
                [setting] if setting.partition(".")[0] in PLUGIN_KEYS else [f"{key}.{setting}" for key in PLUGIN_KEYS]
            )
            given |= dict.fromkeys(homes, OWN_OPTIONS.get(setting, f"set {setting}"))
        if path is None:
            every = {key: option_name(key) for key in Dataset.model_fields} | given
            return Origins(whole="options", options={key: f"option --{name}" for key, name in every.items()})
        over = {key: f"option --{name} (over {path})" for key, name in given.items()}
        return Origins(whole=str(path), options=over)


def resolve_jobs(
    places: Sequence[Path], overrides: Overrides, host: PluginHost, *, may_lack: bool = False
) -> list[Job]:
    """Return a job for each dataset named (all bundled ones where none is), or one for the plain files of `--orders`.

    A dataset that is named with `--customers` brings the rules by which these customers, counted elsewhere, are graded.
    Datasets `may_lack` the files of their orders where these lie in a warehouse.

    Raises:
        DatasetError: Everything that is wrong in any of the dataset files and options, all at once.
    """
    if "customers" in overrides.keys and places:
        return [_resolve_counted(places, overrides, host)]
    is_plain = "database" in overrides.keys and not places
    if is_plain or overrides.keys.keys() & {"orders", "customers"}:
        if places:
            message = "name datasets, or plain files with --orders, not both"
            raise UsageError(message)
        table = _table_of_plain_orders(overrides.keys, remote=overrides.remote)
        return [_resolve_job(table, Path(), None, overrides, host)]
    ready, faults = [], []
    for path in [find_dataset_file(place) for place in places] or list_bundled_datasets():
        try:
            table = read_dataset_file(path)
            ready.append(_resolve_job(table, path.parent, path, overrides, host, may_lack=may_lack))
        except UsageError as error:
            faults.append(str(error))
    twice = [name for name, times in Counter(job.dataset.name.casefold() for job in ready).items() if times > 1]
    faults += [f"two datasets are named {name!r}; their results would share a folder" for name in twice]
    if faults:
        raise DatasetError("\n".join(faults))
    return ready


def _resolve_counted(places: Sequence[Path], overrides: Overrides, host: PluginHost) -> Job:
    """Return the job of a dataset whose customers were counted elsewhere, by its rules: what is of orders is left out.

    Raises:
        UsageError: Several datasets are named.
    """
    if len(places) > 1:
        message = "--customers are of one dataset; name one"
        raise UsageError(message)
    path = find_dataset_file(places[0])
    table = {key: value for key, value in read_dataset_file(path).items() if key in GRADED_BY}
    return _resolve_job(table, Path(), path, overrides, host, anywhere=True)


def _resolve_job(  # noqa: PLR0913 as `prepare_job`
    table: dict[str, Any],
    folder: Path,
    path: Path | None,
    overrides: Overrides,
    host: PluginHost,
    *,
    anywhere: bool = False,
    may_lack: bool = False,
) -> Job:
    _refuse_database(table, path, overrides)
    merged = deepcopy(table) | overrides.keys
    if "database" in overrides.keys:  # a dataset's rules for orders that lie there
        merged = {key: value for key, value in merged.items() if key not in PLACES or key in overrides.keys}
    merged["columns"] = table.get("columns", {}) | overrides.keys.get("columns", {})
    for key, name in overrides.names.items():
        if _plugin_name(merged.get(key), key) != name:
            merged[key] = {"name": name}
    for key, text in overrides.settings:
        _set_option(merged, key, _parse_value(text), host)
    return prepare_job(
        merged,
        folder,
        host,
        overrides.origins(path),
        anywhere=anywhere or path is None,
        may_lack=may_lack,
        remote=overrides.remote,
    )


def _refuse_database(table: dict[str, Any], path: Path | None, overrides: Overrides) -> None:
    if table.get("database") and not (overrides.allow_database or "database" in overrides.keys):
        message = f"{path}: database: a dataset file reaches a database only with --allow-database"
        raise DatasetError(message)


def _table_of_plain_orders(keys: dict[str, Any], *, remote: bool) -> dict[str, Any]:
    if "database" in keys:
        return {"name": keys.get("table") or "query"}
    place = (keys.get("orders") or keys["customers"])[0]
    if remote and is_object_uri(place):
        refuse_bad_uris([place])
        return {"name": name_orders(place)}
    if is_elsewhere(place):
        return {"name": re.split(r"[:./]", place.rstrip("/"))[-1]}
    first = find_order_files([place], Path())[0].path
    if Path(place).is_dir():
        return {"name": Path(place).resolve().name}
    return {"name": first.name.removesuffix(".gz").rpartition(".")[0] or first.name}


def _plugin_name(table: object, key: str) -> str:
    return str(table.get("name")) if isinstance(table, dict) else str(Dataset.model_fields[key].default.get("name", ""))


def _parse_value(text: str) -> object:
    """Return the text as TOML reads a value (a number, a list, a quoted text), or as it stands."""
    try:
        return parse_toml(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text


def _set_option(table: dict[str, Any], key: str, value: object, host: PluginHost) -> None:
    """Set an option where it belongs: `scheme.bins` and `tiers.bounds` say it, `bins` goes where it is known.

    Raises:
        UsageError: Neither the scheme nor the policy knows the option, or both do.
    """
    first, _, rest = key.partition(".")
    known = _list_options(table, host)
    homes = [first] if first in PLUGIN_KEYS and rest else [home for home, options in known.items() if first in options]
    if len(homes) != 1:
        who = "both the scheme and the policy have" if homes else "neither the scheme nor the policy has"
        close = "" if homes else nearest(first, [option for options in known.values() for option in options])
        message = (
            f"option --set {key}: {who} an option {first!r}{close}; see `rfm-engine schemes` and `rfm-engine tiers`, "
            "and write scheme.KEY, tiers.KEY or gather.KEY"
        )
        raise UsageError(message)
    home = homes[0]
    place = table.setdefault(home, {"name": _plugin_name(None, home)})
    *parents, last = (rest if first in PLUGIN_KEYS and rest else key).split(".")
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict) or len(parents) > SETTINGS_LEVELS:
            message = f"option --set {key[:100]}: {parent[:100]} is no table of options"
            raise UsageError(message)
    place[last] = value


def _list_options(table: dict[str, Any], host: PluginHost) -> dict[str, list[str]]:
    classes: dict[str, type[PluginBase]] = {
        "scheme": host.scheme(_plugin_name(table.get("scheme"), "scheme")),
        "tiers": host.tier_policy(_plugin_name(table.get("tiers"), "tiers")),
    }
    return {home: [field.alias or name for name, field in cls.model_fields.items()] for home, cls in classes.items()}
