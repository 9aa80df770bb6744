"""`rfm-engine datasets`, `schemes` and `tiers`: what there is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rfm_engine.cli.display.results import print_json
from rfm_engine.cli.options import NoPlugins, StrictPlugins

if TYPE_CHECKING:
    from rfm_engine.plugins.loading import Registration

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def datasets(*, as_json: AsJson = False) -> None:
    """List the datasets below ./datasets."""
    from rfm_engine.config.dataset_file import list_bundled_datasets, read_dataset_file

    keys = ("name", "title", "as_of", "since", "by", "orders", "scheme", "tiers", "description")
    found = [(str(path), read_dataset_file(path)) for path in list_bundled_datasets()]
    rows = [{"file": path} | {key: table[key] for key in keys if key in table} for path, table in found]
    if as_json:
        print_json(rows)
        return
    from rich.padding import Padding
    from rich.text import Text

    from rfm_engine.cli.display.terminal import console

    for row in rows:
        scheme, tiers = _plugin_name(row.get("scheme"), "thresholds"), _plugin_name(row.get("tiers"), "abcd")
        about = f"{row['file']}, as of {row.get('as_of')}, scheme {scheme}, tiers {tiers}\n{row.get('description', '')}"
        console().print(Text.assemble((row["name"], "bold"), f"  {row.get('title', '')}"))
        console().print(Padding(Text(about), (0, 0, 0, 2), expand=False))


def _plugin_name(table: object, default: str) -> str:
    return str(table.get("name", default) if isinstance(table, dict) else table or default)


def schemes(*, as_json: AsJson = False, no_plugins: NoPlugins = False, strict_plugins: StrictPlugins = False) -> None:
    """List the scoring schemes with their options, defaults and meaning."""
    from rfm_engine.plugins.host import PluginHost, PluginOptions

    _print_plugins(
        PluginHost(PluginOptions.from_environment(no_plugins=no_plugins, strict=strict_plugins)).schemes(),
        as_json=as_json,
    )


def tiers(*, as_json: AsJson = False, no_plugins: NoPlugins = False, strict_plugins: StrictPlugins = False) -> None:
    """List the tier policies with their options, defaults and meaning."""
    from rfm_engine.plugins.host import PluginHost, PluginOptions

    _print_plugins(
        PluginHost(PluginOptions.from_environment(no_plugins=no_plugins, strict=strict_plugins)).tier_policies(),
        as_json=as_json,
    )


def sources(*, as_json: AsJson = False, no_plugins: NoPlugins = False, strict_plugins: StrictPlugins = False) -> None:
    """List the order sources: which exports are recognised, and how their orders are read."""
    from dataclasses import asdict

    from rfm_engine.plugins.host import PluginHost, PluginOptions

    host = PluginHost(PluginOptions.from_environment(no_plugins=no_plugins, strict=strict_plugins))
    found = [(record, source) for record in host.records() for source in record.order_sources]
    if as_json:
        print_json([{"distribution": record.distribution} | asdict(source) for record, source in found])
        return
    from rich.padding import Padding
    from rich.text import Text

    from rfm_engine.cli.display.terminal import console

    for record, source in found:
        console().print(Text.assemble((source.name, "bold"), f"  {source.title}", (f"  {record.distribution}", "dim")))
        columns = ", ".join(f"{name} = {header}" for name, header in source.columns.items())
        counts = f"; {', '.join(source.statuses)} count" if source.statuses else ""
        money = f"; money is {source.currency}" if source.currency else ""
        row = "an order" if source.grain == "order" else "a line"
        about = f"a row is {row}{counts}{money}\n{columns}\n{source.note}"
        console().print(Padding(Text(about), (0, 0, 0, 2), expand=False))


def findings(*, as_json: AsJson = False) -> None:
    """List the findings by code, with their meaning and what to do about each."""
    from rfm_engine.finding_kinds import KINDS

    if as_json:
        print_json([{"code": code, "meaning": kind.meaning, "fix": kind.fix} for code, kind in KINDS.items()])
        return
    from rich.padding import Padding
    from rich.text import Text

    from rfm_engine.cli.display.terminal import console

    for code, kind in KINDS.items():
        console().print(Text(code, style="bold"))
        console().print(Padding(Text(f"{kind.meaning}\n{kind.fix}"), (0, 0, 0, 2), expand=False))


def _print_plugins(found: list[Registration], *, as_json: bool) -> None:
    rows = [_describe(registered) for registered in found]
    if as_json:
        print_json(rows)
        return
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from rfm_engine.cli.display.terminal import console

    for row in rows:
        origin = f"  {row['distribution']} {row['version']}"
        console().print(Text.assemble((row["name"], "bold"), (origin, "dim")))
        console().print(Padding(row["meaning"], (0, 0, 0, 2), expand=False))
        table = Table(box=None, pad_edge=False, padding=(0, 2), header_style="dim")
        for head in ("  option", "default", "meaning"):
            table.add_column(head)
        for option in row["options"]:
            default = "(must be given)" if option["required"] else json.dumps(option["default"], ensure_ascii=False)
            table.add_row(f"  {option['name']}", default, option["meaning"])
        console().print(table if row["options"] else "  no options", "")


def _describe(registered: Registration) -> dict[str, Any]:
    cls = registered.cls
    defaults = cls.model_construct().model_dump(mode="json", by_alias=True, warnings=False)
    options = [
        {
            "name": field.alias or name,
            "required": field.is_required(),
            "default": defaults.get(field.alias or name),
            "meaning": field.description or "",
        }
        for name, field in cls.model_fields.items()
    ]
    origin = {"distribution": registered.distribution, "version": registered.version}
    return {"name": registered.name, **origin, "meaning": cls.meaning(), "options": options}
