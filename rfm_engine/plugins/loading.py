"""Load one plugin in guarded stages: import, register, collect. Built-ins come through the same function."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pluggy

from rfm_engine.plugin_api import PROJECT, Connector, Gatherer, OrderSource, Scheme, TierPolicy
from rfm_engine.plugins import hookspecs
from rfm_engine.plugins.error_text import describe_error
from rfm_engine.plugins.validation import KINDS, Kind, find_faults, find_source_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Stage = Literal["find", "import", "register", "collect", "name"]


class PluginSource(NamedTuple):
    """A plugin that can be loaded: who ships it, its entry point's name, how to import it, its top-level package."""

    distribution: str
    version: str
    plugin: str
    load: Callable[[], object]
    package: str


class Registration(NamedTuple):
    """A scheme, tier policy, gatherer or connector class, and the distribution that provides it."""

    kind: Kind
    name: str
    distribution: str
    version: str
    cls: type[Any]

    @property
    def qualified_name(self) -> str:
        """The name that is never ambiguous, `distribution/name`."""
        return f"{self.distribution}/{self.name}"


@dataclass(frozen=True)
class PluginRecord:
    """What became of one plugin.

    A failed plugin states the stage and the error. One that failed at `collect` or `name` may still provide the classes
    that are sound.
    """

    distribution: str
    version: str
    plugin: str
    status: Literal["ok", "failed", "disabled"] = "ok"
    stage: Stage | None = None
    error: str | None = None
    seconds: float = 0.0
    provides: tuple[Registration, ...] = ()
    order_sources: tuple[OrderSource, ...] = ()

    @property
    def schemes(self) -> tuple[Registration, ...]:
        """The schemes it provides."""
        return tuple(entry for entry in self.provides if entry.kind == "scheme")

    @property
    def tier_policies(self) -> tuple[Registration, ...]:
        """The tier policies it provides."""
        return tuple(entry for entry in self.provides if entry.kind == "tier policy")

    @property
    def gatherers(self) -> tuple[Registration, ...]:
        """The gatherers it provides."""
        return tuple(entry for entry in self.provides if entry.kind == "gatherer")

    @property
    def connectors(self) -> tuple[Registration, ...]:
        """The connectors it provides."""
        return tuple(entry for entry in self.provides if entry.kind == "connector")

    def with_faults(self, stage: Stage, faults: Sequence[str]) -> PluginRecord:
        """Return the record with these faults added, and the first stage at which there were any."""
        if not faults:
            return self
        error = "; ".join([*([self.error] if self.error else []), *faults])
        return replace(self, status="failed", stage=self.stage or stage, error=error)

    def as_table(self) -> dict[str, object]:
        """Return the record as plain values: text, seconds, None, and the names it provides."""
        values = {
            key: value for key, value in vars(self).items() if key not in ("provides", "order_sources", "seconds")
        }
        names = {"schemes": [s.name for s in self.schemes], "tier_policies": [p.name for p in self.tier_policies]}
        names["order_sources"] = [source.name for source in self.order_sources]
        names["gatherers"] = [gatherer.name for gatherer in self.gatherers]
        names["connectors"] = [connector.name for connector in self.connectors]
        return values | {"seconds": round(self.seconds, 3)} | names

    def __str__(self) -> str:
        """Return one line about a failed plugin: who, at which stage, and why."""
        return f"plugin {self.plugin} of {self.distribution} {self.version} failed at {self.stage}: {self.error}"


def normalize_name(distribution: str) -> str:
    """Return a distribution's name in its one normal spelling.

    >>> normalize_name("My_Bank.RFM")
    'my-bank-rfm'
    """
    return re.sub(r"[-_.]+", "-", distribution).lower()


def load(source: PluginSource) -> PluginRecord:
    """Import, register and collect one plugin; whatever goes wrong becomes a record, except Ctrl-C."""
    started, record = perf_counter(), PluginRecord(*source[:3])
    stage: Stage = "import"
    try:
        plugin = source.load()
        stage = "register"
        manager = _register(plugin)
        stage = "collect"
        record = _collect(record, manager)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 a stranger's code may raise anything, even SystemExit
        record = record.with_faults(stage, [describe_error(error)])
    return replace(record, seconds=perf_counter() - started)


def _register(plugin: object) -> pluggy.PluginManager:
    # A manager of its own: what fails here leaves nothing behind, and no plugin can reach another's hooks.
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    if not manager.get_hookcallers(plugin):
        known = ", ".join(sorted(name for name in vars(hookspecs) if name.startswith("rfm_register")))
        message = f"no hook found; mark a function named like one of {known} with @hookimpl"
        raise pluggy.PluginValidationError(plugin, message)
    return manager


def _collect(record: PluginRecord, manager: pluggy.PluginManager) -> PluginRecord:
    provides: list[Registration] = []
    wrong: list[str] = []
    for parent, hook in (
        (Scheme, manager.hook.rfm_register_schemes),
        (TierPolicy, manager.hook.rfm_register_tier_policies),
        (Gatherer, manager.hook.rfm_register_gatherers),
        (Connector, manager.hook.rfm_register_connectors),
    ):
        for cls in _classes(hook):
            found = find_faults(cls, parent)
            wrong += found
            if not found:
                provides.append(Registration(KINDS[parent], cls.name, record.distribution, record.version, cls))
    found_sources = _classes(manager.hook.rfm_register_order_sources)
    wrong += [fault for source in found_sources for fault in find_source_faults(source)]
    sources = tuple(source for source in found_sources if not find_source_faults(source))
    return replace(record, provides=tuple(provides), order_sources=sources).with_faults("collect", wrong)


def _classes(hook: pluggy.HookCaller) -> list[Any]:
    results = hook()
    if len(results) != len(hook.get_hookimpls()):
        message = f"{hook.name} returned None; expected a list of classes, or a generator of them"
        raise TypeError(message)
    return [cls for result in results for cls in result]
