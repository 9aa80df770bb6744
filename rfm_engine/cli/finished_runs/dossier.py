"""`rfm-engine dossier`: the registry package of a list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer


def dossier(  # noqa: PLR0913 each is an option
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a dataset's run.")],
    *,
    list_: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Which list; columns with ' / ' between them.")
    ] = None,
    all_lists: Annotated[bool, typer.Option("--all-lists", help="A folder for each list.")] = False,
    template: Annotated[Path | None, typer.Option(help="The items of the form, a TOML file.")] = None,
    sample: Annotated[int, typer.Option(min=1, help="How many customers the sample has.")] = 20,
    not_public: Annotated[
        bool, typer.Option("--not-public", help="Customers are no tokens: mark every page as private.")
    ] = False,
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of headers and texts.")] = "zh",
) -> None:
    """Write what a registry of data wants of a list: data, sample, fields, rules, form, quality and digests."""
    from rfm_engine import open_run
    from rfm_engine.cli.display.results import print_line
    from rfm_engine.cli.display.sentences import Sentences
    from rfm_engine.dossier.files import DossierOptions, dossier_folder, write_dossier, write_index
    from rfm_engine.dossier.list_data import choose_list, find_lists
    from rfm_engine.dossier.statement import find_rules, list_undescribed

    opened, say = open_run(run), Sentences(language)
    options = DossierOptions(template=template, sample=sample, language=language, not_public=not_public)
    chosen = find_lists(opened) if all_lists else [choose_list(opened, list_)]
    for name in list_undescribed(find_rules(opened)):
        print_line(f"warning: {name} does not describe itself; its name and options stand in the statement", error=True)
    missing: list[str] = []
    for values in chosen:
        missing = write_dossier(opened, values, options)
        print_line(f"{say('dossier: ')}{dossier_folder(opened, values)}/")
    if all_lists:
        print_line(f"{say('index: ')}{write_index(opened)}")
    if missing:
        print_line(say("to fill in, or to give under [dossier] of the dataset file: {names}", names=", ".join(missing)))
