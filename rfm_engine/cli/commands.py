"""The commands by name; each is imported and built when it is looked up: a run pays for none but itself."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final, cast

from typer import Typer
from typer.core import TyperGroup
from typer.main import get_command

from rfm_engine.cli.display.results import keep_results_apart
from rfm_engine.cli.options import add_key_options

HOMES: Final = {
    "run": "run",
    "init": "init",
    "check": "check",
    "explain": "finished_runs.explain",
    "verify": "finished_runs.verify",
    "report": "finished_runs.report",
    "compare": "finished_runs.compare",
    "fit": "finished_runs.fit",
    "plan": "finished_runs.plan",
    "insight": "insight",
    "sql": "sql",
    "datasets": "catalog",
    "schemes": "catalog",
    "tiers": "catalog",
    "findings": "catalog",
    "sources": "catalog",
    "generate": "generate",
    "bench": "bench",
    "plugins": "plugins",
}
"""The module of each command, in the order of the help; its function has the name of the command."""


class CommandGroup(TyperGroup):
    """Commands whose results stand alone on stdout."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 typer's own types
        """Return name, command and arguments; what plugins print while the command runs goes to stderr."""
        name, command, rest = super().resolve_command(ctx, args)
        if command and command.callback:
            command.callback = keep_results_apart(command.callback)
        return name, command, rest


class LazyGroup(CommandGroup):
    """The commands of `HOMES`."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 typer's own
        super().__init__(**settings)
        self.commands = cast("Any", HOMES)  # typer needs their names
        self._has_key_options = False

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 typer's own types
        """Import and build a command, None where there is none of that name."""
        return _build(cmd_name, has_key_options=self._has_key_options) if cmd_name in HOMES else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 typer's own types
        """Return name, command and arguments; a command with rules has an option for every key of a dataset file.

        Only now, for they need pydantic, and `--help` of all commands does without.
        """
        self._has_key_options = True
        return super().resolve_command(ctx, args)


def _build(name: str, *, has_key_options: bool) -> Any:  # noqa: ANN401 typer's own type
    command = getattr(import_module(f"rfm_engine.cli.{HOMES[name]}"), name)
    if isinstance(command, Typer):
        return get_command(command)
    if has_key_options:
        add_key_options(command)
    alone = Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(command)
    return get_command(alone)
