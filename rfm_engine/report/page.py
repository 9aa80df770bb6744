"""The page: sections in their order, laid out by the templates into one HTML text."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from os.path import relpath
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from rfm_engine.errors import printable
from rfm_engine.output.record import RECORD
from rfm_engine.report.facts import Facts, collect_facts
from rfm_engine.report.palette import themes
from rfm_engine.report.sections.bands import make_bands
from rfm_engine.report.sections.calls import make_calls
from rfm_engine.report.sections.curve import make_curve
from rfm_engine.report.sections.files import make_files
from rfm_engine.report.sections.heat import make_heat
from rfm_engine.report.sections.how import make_how
from rfm_engine.report.sections.lists import make_lists
from rfm_engine.report.sections.movement import make_movement
from rfm_engine.report.sections.people import make_people
from rfm_engine.report.sections.tiers import make_tiers
from rfm_engine.report.words import Words

if TYPE_CHECKING:
    from jinja2 import Environment

    from rfm_engine.output.record import Record
    from rfm_engine.report.section import Section
    from rfm_engine.report.words import Language
    from rfm_engine.runs.compare import Movement
    from rfm_engine.runs.finished import FinishedRun

TEMPLATES: Final = Path(__file__).parent / "templates"
MOST_FILES: Final = 8
DATE: Final = re.compile(r"\d{4}-(?:\d\d-\d\d|Q\d|H\d)")
Links = list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ReportOptions:
    """What the page shows: its language, how many customers a table has, and whether there are such tables at all."""

    language: Language = "en"
    top: int = 20
    customers: bool = True


def render_report(
    run: FinishedRun, options: ReportOptions, movement: Movement | None = None, plan: Path | None = None
) -> str:
    """Return the page of a run as HTML.

    `movement` is what `compare_runs` found since an older run; `plan` is the folder of a plan. Without them their
    sections are left out.

    Raises:
        UsageError: The customers files are gone, or are not what the run wrote; the folder holds no plan.
    """
    facts, words = collect_facts(run), Words(options.language, run.record.currency, run.record.decimals)
    sections = [
        make_tiers(facts, words),
        make_heat(facts, words),
        make_bands(facts, words),
        make_curve(facts, words),
        make_lists(facts, words),
        None if movement is None else make_movement(movement, facts, words),
        None if plan is None else make_calls(plan, facts, words),
        make_people(run, facts, words, options.top, movement) if options.customers else None,
        make_files(facts, words),
        make_how(run, facts, words),
    ]
    files = link_files(run.folder, run.record, plan, None if movement is None else movement.folder)
    return lay_out(facts, words, [section for section in sections if section], files)


def lay_out(facts: Facts, words: Words, sections: list[Section], files: list[tuple[str, Links]]) -> str:
    """Return the HTML of the sections under links to files; its policy allows nothing but the style within it."""
    templates = load_templates()
    return templates.get_template("page.html").render(
        render_style(len(facts.tiers)),
        t=words,
        facts=facts,
        version=facts.record.versions["rfm-engine"],
        dataset=facts.record.dataset,
        sections=sections,
        lists=facts.sums(*facts.lists).height,
        files=files,
    )


def render_style(tiers: int) -> dict[str, str]:
    """Return the style of a page with so many tiers, and its digest, which the page's policy names."""
    style = load_templates().get_template("style.css").render(themes=themes(tiers))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {"style": style, "style_digest": digest}


@cache
def load_templates(*further: Path) -> Environment:
    """Return the templates, and those of further folders; text from data is escaped, its control characters spelled."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 only reports need it
    from markupsafe import Markup, escape  # noqa: PLC0415 likewise

    def show(value: Any) -> Any:  # noqa: ANN401 whatever a template prints
        return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value

    def keep_dates_whole(text: str) -> Markup:
        return Markup(DATE.sub(r'<span class="whole">\g<0></span>', str(escape(show(text)))))  # noqa: S704 escaped

    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, *further]),
        autoescape=True,
        finalize=show,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["keep_dates_whole"] = keep_dates_whole
    return environment


def link_files(run: Path, record: Record, plan: Path | None, moved: Path | None) -> list[tuple[str, Links]]:
    """Return the files of a run, a comparison and a plan by group, as (name, address relative to the report)."""
    names = [output.file for output in record.outputs] + [RECORD]
    folders = Counter(name.rpartition("/")[0] for name in names if "/" in name)
    of_run = [name for name in names if "/" not in name] + [f"{folder}/" for folder in folders][:MOST_FILES]
    groups = {"run": (run, of_run)}
    groups |= {"movement": (moved, list_files(moved))} if moved else {}
    groups |= {"plan": (plan, list_files(plan))} if plan else {}
    beside = run.resolve().parent
    return [
        (group, [(name, f"./{quote(Path(relpath(folder.resolve() / name, beside)).as_posix())}") for name in found])
        for group, (folder, found) in groups.items()
    ]


def list_files(folder: Path) -> list[str]:
    """Return the files of a folder by name, a workbook first; of many of one kind a few, and the folder."""
    names = sorted((path.name for path in folder.iterdir()), key=lambda name: (not name.endswith(".xlsx"), name))
    kinds: Counter[str] = Counter()
    shown = []
    for name in names:
        kinds[kind := Path(name).suffix] += 1
        if kinds[kind] <= MOST_FILES:
            shown.append(name)
    return shown if len(shown) == len(names) else [*shown, "./"]
