"""`rfm-engine plugins`: list, check and start plugins."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rfm_engine.cli.commands import CommandGroup
from rfm_engine.cli.display.results import print_json

if TYPE_CHECKING:
    from rfm_engine.plugins.loading import PluginRecord, Registration

PluginKind = Literal["scheme", "policy"]
plugins = typer.Typer(
    name="plugins",
    cls=CommandGroup,
    help="List, check and start plugins: schemes and tier policies of others.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@plugins.command("list")
def list_(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List every plugin: who ships it, whether it loaded, at which stage it failed and why, and what it brings."""
    from rfm_engine.plugins.host import PluginHost, PluginOptions

    records = PluginHost(PluginOptions.from_environment()._replace(strict=False)).records()
    if as_json:
        print_json([record.as_table() for record in records])
    else:
        _print_records(records)


@plugins.command()
def check(name: Annotated[str, typer.Argument(help="A scheme or tier policy, or DISTRIBUTION/NAME.")]) -> None:
    """Run the conformance checks on a scheme or tier policy with its defaults; exit with 1 if any fails."""
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.plugins.host import PluginHost

    host = PluginHost()
    outcomes = [_check_entry(entry) for entry in host.find(name)]
    for warning in host.warnings:
        print_line(warning, error=True)
    if not all(outcomes):
        raise typer.Exit(1)


@plugins.command()
def new(
    name: Annotated[str, typer.Argument(help="Of the scheme or policy: lower-case words joined by hyphens.")],
    kind: Annotated[PluginKind, typer.Option(help="What it is.")] = "scheme",
    package: Annotated[
        str | None, typer.Option(help="Its package, made if it is not there; rfm-engine-NAME by default.")
    ] = None,
    into: Annotated[Path, typer.Option(help="The folder in which the package's own folder is made.")] = Path(),
) -> None:
    """Write a working scheme or tier policy with its tests: in a package of its own, or one more in a package."""
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.plugins.scaffold import create_plugin

    folder = create_plugin(name, into, kind, package)
    print_line(f"wrote {folder}; next: pip install -e '{folder}[test]' && pytest {folder}")


def _print_records(records: list[PluginRecord]) -> None:
    from rich.table import Table
    from rich.text import Text

    from rfm_engine.cli.display.terminal import console

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in ("distribution", "version", "plugin", "status", "schemes", "tier policies"):
        table.add_column(head, overflow="fold")
    for record in records:
        brings = (", ".join(entry.name for entry in entries) for entries in (record.schemes, record.tier_policies))
        table.add_row(record.distribution, record.version, record.plugin, record.status, *brings)
    console().print(table)
    for record in records:
        if record.error:
            console().print(Text(str(record), style="red"))


def _check_entry(entry: Registration) -> bool:
    from rfm_engine import conformance
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.errors import UsageError
    from rfm_engine.plugins.validation import required_options

    print_line(f"{entry.kind} {entry.name} of {entry.distribution} {entry.version}")
    missing = required_options(entry.cls)
    if missing:
        message = (
            f"{entry.name!r} has no default for {', '.join(missing)}; check it in a test: conformance.checks(object)"
        )
        raise UsageError(message)
    outcomes = conformance.report(entry.cls())
    for outcome in outcomes:
        print_line(f"{'FAIL' if outcome.fault else 'ok  '}  {outcome.name}: {outcome.fault or outcome.meaning}")
    return not any(outcome.fault for outcome in outcomes)
