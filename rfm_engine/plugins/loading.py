"""Load one plugin in guarded stages: import, register, collect. Built-ins come through the same function."""

from __future__ import annotations

import importlib
import os
import re
import sys
import traceback
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import pluggy
import polars as pl
import pydantic

from rfm_engine.plugin_api import PROJECT, Scheme, TierPolicy
from rfm_engine.plugins import hookspecs
from rfm_engine.plugins.validation import KINDS, Kind, faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

NOT_THEIRS: Final = tuple(
    f"{Path(str(module.__file__)).parent}{os.sep}" for module in (hookspecs, importlib, pluggy, pl, pydantic)
)

Stage = Literal["find", "import", "register", "collect", "name"]


class Source(NamedTuple):
    """A plugin that can be loaded: who ships it, its entry point's name, how to import it, its top-level package."""

    distribution: str
    version: str
    plugin: str
    load: Callable[[], object]
    package: str


class Registered(NamedTuple):
    """A scheme or tier policy class, and the distribution that brings it."""

    kind: Kind
    name: str
    distribution: str
    version: str
    cls: type[Any]

    @property
    def qualified(self) -> str:
        """The name that is never ambiguous, `distribution/name`."""
        return f"{self.distribution}/{self.name}"


@dataclass(frozen=True)
class Record:
    """What became of one plugin.

    A failed plugin states the stage and the error. One that failed at `collect` or `name` may still bring the classes
    that are sound.
    """

    distribution: str
    version: str
    plugin: str
    status: Literal["ok", "failed", "disabled"] = "ok"
    stage: Stage | None = None
    error: str | None = None
    seconds: float = 0.0
    brings: tuple[Registered, ...] = ()

    @property
    def schemes(self) -> tuple[Registered, ...]:
        """The schemes it brings."""
        return tuple(entry for entry in self.brings if entry.kind == "scheme")

    @property
    def tier_policies(self) -> tuple[Registered, ...]:
        """The tier policies it brings."""
        return tuple(entry for entry in self.brings if entry.kind == "tier policy")

    def failed(self, stage: Stage, faults: Sequence[str]) -> Record:
        """Return the record with these faults added, and the first stage at which there were any."""
        if not faults:
            return self
        error = "; ".join([*([self.error] if self.error else []), *faults])
        return replace(self, status="failed", stage=self.stage or stage, error=error)

    def as_table(self) -> dict[str, object]:
        """Return the record as plain values: text, seconds, None, and the names it brings."""
        told = {key: value for key, value in vars(self).items() if key not in ("brings", "seconds")}
        names = {"schemes": [s.name for s in self.schemes], "tier_policies": [p.name for p in self.tier_policies]}
        return told | {"seconds": round(self.seconds, 3)} | names

    def __str__(self) -> str:
        """Return one line about a failed plugin: who, at which stage, and why."""
        return f"plugin {self.plugin} of {self.distribution} {self.version} failed at {self.stage}: {self.error}"


def canonical(distribution: str) -> str:
    """Return a distribution's name in its one normal spelling.

    >>> canonical("My_Bank.RFM")
    'my-bank-rfm'
    """
    return re.sub(r"[-_.]+", "-", distribution).lower()


def load(source: Source) -> Record:
    """Import, register and collect one plugin; whatever goes wrong becomes a record, except Ctrl-C.

    What the plugin prints goes to stderr, so that the command's own output stays clean.
    """
    started, record = perf_counter(), Record(*source[:3])
    stage: Stage = "import"
    try:
        with redirect_stdout(sys.stderr):
            plugin = source.load()
            stage = "register"
            manager = _registered(plugin)
            stage = "collect"
            record = _collected(record, manager)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 a stranger's code may raise anything, even SystemExit
        record = record.failed(stage, [told(error)])
    return replace(record, seconds=perf_counter() - started)


def _registered(plugin: object) -> pluggy.PluginManager:
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


def _collected(record: Record, manager: pluggy.PluginManager) -> Record:
    brings: list[Registered] = []
    wrong: list[str] = []
    for parent, hook in (
        (Scheme, manager.hook.rfm_register_schemes),
        (TierPolicy, manager.hook.rfm_register_tier_policies),
    ):
        for cls in _classes(hook):
            found = faults(cls, parent)
            wrong += found
            if not found:
                brings.append(Registered(KINDS[parent], cls.name, record.distribution, record.version, cls))
    return replace(record, brings=tuple(brings)).failed("collect", wrong)


def _classes(hook: pluggy.HookCaller) -> list[Any]:
    results = hook()
    if len(results) != len(hook.get_hookimpls()):
        message = f"{hook.name} returned None; expected a list of classes, or a generator of them"
        raise TypeError(message)
    return [cls for result in results for cls in result]


def told(error: BaseException) -> str:
    """Return an exception in one line: its type, its message, and the line of the plugin that raised it."""
    text = " ".join(str(error).split())
    kind = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, SyntaxError):
        return kind  # tells its own line
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(("<", *NOT_THEIRS))]
    return kind + "".join(f" ({Path(frame.filename).name}, line {frame.lineno})" for frame in theirs[-1:])
