"""The page of a release, in the report's look: what partners see, and no customer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from rfm_engine.insight.page.sections import make_demand, make_grades, make_outlook, make_regions, make_rules
from rfm_engine.insight.released import DEMAND, GRADES_TABLE, OUTLOOK, REGIONS
from rfm_engine.output.versions import find_versions
from rfm_engine.report.page import load_templates, render_style
from rfm_engine.report.words import Words

if TYPE_CHECKING:
    import polars as pl

    from rfm_engine.insight.audit import Audit
    from rfm_engine.insight.release import Release
    from rfm_engine.output.translation import Language

TEMPLATES: Final = Path(__file__).parent / "templates"
SECTIONS: Final = {
    DEMAND: make_demand,
    OUTLOOK: make_outlook,
    REGIONS: make_regions,
    GRADES_TABLE: make_grades,
}


def render_page(release: Release, tables: dict[str, pl.DataFrame], audit: Audit, language: Language) -> str:
    """Return the page of the tables as HTML, the same text every time."""
    words, dataset = Words(language, release.run.currency, release.run.decimals), release.job.dataset
    made = [make(tables[name], release, words) for name, make in SECTIONS.items() if name in tables]
    sections = [*(section for section in made if section), make_rules(release, audit, words)]
    return (
        load_templates(TEMPLATES)
        .get_template("insight.html")
        .render(
            render_style(len(release.tiers)),
            t=words,
            tiers=release.tiers,
            version=find_versions()["rfm-engine"],
            dataset={
                "title": dataset.title,
                "name": dataset.name,
                "description": "",
                "since": dataset.since,
                "as_of": dataset.as_of,
            },
            sections=sections,
        )
    )
