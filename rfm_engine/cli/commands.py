"""The commands by name; each is imported and built when it is looked up: a run pays for none but itself."""

from __future__ import annotations

from importlib import import_module
from inspect import getdoc
from typing import TYPE_CHECKING, Any, Final, cast

from typer import Typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from rfm_engine.cli.display.results import keep_results_apart
from rfm_engine.cli.options import add_key_options

if TYPE_CHECKING:
    from collections.abc import Callable

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
    "dossier": "finished_runs.dossier",
    "insight": "insight",
    "push": "finished_runs.push",
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


HELP: Final = {"-h", "--help"}


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
        self._given: set[str] | None = None

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 typer's own types
        """Import and build a command, None where there is none of that name; a list needs what it says of itself."""
        if cmd_name not in HOMES:
            return None
        return _describe(cmd_name) if self._given is None else _build(cmd_name, self._given)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 typer's own types
        """Return name, command and arguments; a command with rules has options for the keys of a dataset file.

        Only now, for they need pydantic, and `--help` of all commands does without.
        """
        self._given = {word.partition("=")[0] for word in args[1:] if word.startswith("-")}
        return super().resolve_command(ctx, args)


def _find(name: str) -> Any:  # noqa: ANN401 a function, or typer's own type
    return getattr(import_module(f"rfm_engine.cli.{HOMES[name]}"), name)


def _describe(name: str) -> TyperCommand:
    """Return a command without options: those of all commands take 0.02 s."""
    command = _find(name)
    return TyperCommand(name, help=command.info.help if isinstance(command, Typer) else getdoc(command))


def _build(name: str, given: set[str]) -> Any:  # noqa: ANN401 typer's own type
    """Return a command with the options that are `given`, for typer takes 0.5 ms for each.

    With all of them where one is unknown or help is wanted.
    """
    command = _find(name)
    if isinstance(command, Typer):
        return get_command(command)
    if given.isdisjoint(HELP):
        add_key_options(command, given)
        built = _to_typer(command, name)
        if given <= {option for one in built.params for option in (*one.opts, *one.secondary_opts)}:
            return built
    add_key_options(command)
    return _to_typer(command, name)


def _to_typer(command: Callable[..., None], name: str) -> Any:  # noqa: ANN401 typer's own type
    alone = Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(command)
    return get_command(alone)
