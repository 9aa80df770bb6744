"""The plugins of this installation: found, loaded when needed, kept apart, and looked up by name."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from rfm_engine.errors import PluginError, UsageError, nearest
from rfm_engine.plugins import discovery
from rfm_engine.plugins.discovery import ENGINE
from rfm_engine.plugins.loading import PluginRecord, Registration, load, normalize_name
from rfm_engine.plugins.validation import CONFORMING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfm_engine.plugin_api import Connector, Gatherer, OrderSource, Scheme, TierPolicy
    from rfm_engine.plugins.validation import Kind

__all__ = ["PluginHost", "PluginOptions", "PluginRecord", "Registration"]
OFF: Final = ("", "0", "false", "no", "off")


class PluginOptions(NamedTuple):
    """Which plugins may take part, and whether a failed one stops the run.

    `disabled` holds distribution or entry-point names. Under `strict` every third party is loaded, needed or not.
    """

    third_party: bool = True
    strict: bool = False
    disabled: frozenset[str] = frozenset()

    @classmethod
    def from_environment(
        cls, *, no_plugins: bool = False, strict: bool = False, environment: Mapping[str, str] | None = None
    ) -> PluginOptions:
        """Return what the command line and `RFM_STRICT_PLUGINS`, `RFM_DISABLE_PLUGINS` (`a,b`) ask for.

        >>> PluginOptions.from_environment(environment={"RFM_DISABLE_PLUGINS": "Other_Bank,"}).disabled
        frozenset({'other-bank'})
        """
        variables = os.environ if environment is None else environment
        names = variables.get("RFM_DISABLE_PLUGINS", "").split(",")
        strict = strict or variables.get("RFM_STRICT_PLUGINS", "").lower() not in OFF
        return cls(not no_plugins, strict, frozenset(normalize_name(name.strip()) for name in names if name.strip()))


class PluginHost:
    """Looks up schemes and tier policies; third parties are imported when a name asks for one, or a listing.

    >>> PluginHost().tier_policy("abcd").meaning()
    'Four tiers A to D by the total: D below the first bound, A from the last bound on.'
    """

    def __init__(self, options: PluginOptions | None = None) -> None:
        self.options = PluginOptions.from_environment() if options is None else options
        self._built_in = [load(source) for source in discovery.built_in_sources()]
        raise_failures(self._built_in)

    def scheme(self, name: str) -> type[Scheme]:
        """Return the scheme class of this name, or of `distribution/name`.

        Raises:
            UsageError: No scheme, or more than one, has this name; it lists those there are.
            PluginError: A plugin failed and `strict` is on.
        """
        return self._one("scheme", name).cls

    def tier_policy(self, name: str) -> type[TierPolicy]:
        """Return the tier policy class of this name, or of `distribution/name`; errors as `scheme`."""
        return self._one("tier policy", name).cls

    def gatherer(self, name: str) -> type[Gatherer]:
        """Return the gatherer class of this name, or of `distribution/name`; errors as `scheme`."""
        return self._one("gatherer", name).cls

    def connector(self, name: str) -> type[Connector]:
        """Return the connector class of this scheme of URIs; errors as `scheme`."""
        return self._one("connector", name).cls

    def schemes(self) -> list[Registration]:
        """Return every scheme, built-ins first, then by distribution; loads the third parties."""
        return [entry for record in self.records() for entry in record.schemes]

    def tier_policies(self) -> list[Registration]:
        """Return every tier policy, built-ins first, then by distribution; loads the third parties."""
        return [entry for record in self.records() for entry in record.tier_policies]

    def recognizable_sources(self) -> list[OrderSource]:
        """Return the built-in order sources, which are recognised by their headers; loads nothing."""
        return [source for record in self._built_in for source in record.order_sources]

    def order_source(self, name: str) -> OrderSource:
        """Return the order source of this name; loads the third parties where no built-in one has it.

        Raises:
            UsageError: There is none; it lists those there are.
        """
        records = (self._built_in, self.records()) if name not in self._built_in_source_names else (self._built_in,)
        found = [source for group in records for record in group for source in record.order_sources]
        chosen = next((source for source in found if source.name == name), None)
        if chosen is None:
            known = sorted({source.name for source in found})
            message = f"unknown order source {name!r}{nearest(name, known)}; known: {', '.join(known)}, or none"
            raise UsageError(message)
        return chosen

    @cached_property
    def _built_in_source_names(self) -> set[str]:
        return {source.name for source in self.recognizable_sources()}

    def find(self, name: str) -> list[Registration]:
        """Return all schemes and tier policies of this name, or of `distribution/name`; loads the third parties.

        Raises:
            UsageError: There is none.
        """
        found = [entry for kind in CONFORMING for entry in _find_by_name(kind, name, self.records())]
        if not found:
            raise self._unknown(" or ".join(CONFORMING), name, [*self.schemes(), *self.tier_policies()])
        return found

    def records(self) -> list[PluginRecord]:
        """Return what became of each plugin, built-ins first, then by distribution; loads the third parties.

        Raises:
            PluginError: A plugin failed and `strict` is on; it lists all that did.
        """
        if self.options.strict:
            raise_failures(self._third_parties)
        return [*self._built_in, *self._third_parties]

    @property
    def warnings(self) -> list[str]:
        """One line for each failed plugin among those loaded so far; loads nothing."""
        return [str(record) for record in vars(self).get("_third_parties", ()) if record.error]

    @cached_property
    def _third_parties(self) -> list[PluginRecord]:
        sources, records = discovery.third_party_sources() if self.options.third_party else ([], [])
        taken = [entry for record in self._built_in for entry in record.provides]
        for source in sources:
            off = self.options.disabled & {normalize_name(source.distribution), normalize_name(source.plugin)}
            record = PluginRecord(*source[:3], status="disabled") if off else drop_taken_names(load(source), taken)
            records.append(record)
            taken += record.provides
        return records

    def _one(self, kind: Kind, name: str) -> Registration:
        own = _find_by_name(kind, name, self._built_in)
        fits = own if own and not self.options.strict else _find_by_name(kind, name, self.records())
        if not fits:
            raise self._unknown(kind, name, self._list_kind(kind))
        if len(fits) > 1:
            raise _ambiguous(kind, name, fits)
        return fits[0]

    def _list_kind(self, kind: Kind) -> list[Registration]:
        return [entry for record in self.records() for entry in record.provides if entry.kind == kind]

    def _unknown(self, kind: str, name: str, entries: list[Registration]) -> UsageError:
        times = Counter(entry.name for entry in entries)
        known = [entry.name if times[entry.name] == 1 else entry.qualified_name for entry in entries]
        first = f"unknown {kind} {name!r}{nearest(name, known)}; known: {', '.join(known) or 'none'}"
        return UsageError("\n".join([first, *self._list_possible_providers()]))

    def _list_possible_providers(self) -> list[str]:
        if not self.options.third_party:
            return ["third-party plugins are off, so theirs are not known"]
        off = [record.distribution for record in self._third_parties if record.status == "disabled"]
        failed = [f"it might come from a plugin that failed: {line}" for line in self.warnings]
        return failed + ([f"RFM_DISABLE_PLUGINS keeps out {', '.join(off)}"] if off else [])


def _find_by_name(kind: Kind, name: str, records: list[PluginRecord]) -> list[Registration]:
    distribution, _, bare = name.rpartition("/")
    entries = [entry for record in records for entry in record.provides if (entry.kind, entry.name) == (kind, bare)]
    return [entry for entry in entries if not distribution or entry.distribution == normalize_name(distribution)]


def _ambiguous(kind: Kind, name: str, fits: list[Registration]) -> UsageError:
    who = " and ".join(f"{entry.distribution} {entry.version}" for entry in fits)
    return UsageError(
        f"{who} each provide a {kind} {name!r}; use {' or '.join(entry.qualified_name for entry in fits)}"
    )


def drop_taken_names(record: PluginRecord, taken: list[Registration]) -> PluginRecord:
    """Return the record without the names that are taken: by a built-in, or by a class of the same distribution."""
    own, theirs = {entry[:2] for entry in taken if entry.distribution == ENGINE}, {entry[:3] for entry in taken}
    kept: dict[tuple[str, ...], Registration] = {}
    faults = []
    for entry in record.provides:
        if entry[:2] in own:
            faults.append(f"{entry.cls.__name__}: {entry.name!r} is built in and cannot be replaced; rename it")
        elif entry[:3] in theirs or entry[:3] in kept:
            faults.append(f"{entry.cls.__name__}: {entry.distribution} provides the name {entry.name!r} twice")
        else:
            kept[entry[:3]] = entry
    return replace(record, provides=tuple(kept.values())).with_faults("name", faults)


def raise_failures(records: list[PluginRecord]) -> None:
    """Raise a `PluginError` that lists all failed plugins, if there are any."""
    failed = [str(record) for record in records if record.error]
    if failed:
        raise PluginError("\n".join(failed))


def find_scheme(name: str) -> type[Scheme]:
    """Return the scheme class of this name, or of `distribution/name`, built in or installed.

    Raises:
        UsageError: No scheme, or more than one, has this name; the message lists those there are.

    >>> find_scheme("quintile")().options()
    {'bins': 5, 'ties': 'min'}
    """
    return PluginHost().scheme(name)


def find_tier_policy(name: str) -> type[TierPolicy]:
    """Return the tier policy class of this name, or of `distribution/name`, built in or installed.

    Raises:
        UsageError: No policy, or more than one, has this name; the message lists those there are.

    >>> find_tier_policy("abcd").name
    'abcd'
    """
    return PluginHost().tier_policy(name)
