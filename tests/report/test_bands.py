"""The bands of a metric part the customers, whatever the scheme."""

from __future__ import annotations

import polars as pl
import pytest

from rfm_engine import open_run
from rfm_engine.report.bands import SCORE_OF, Bands, find_bands
from rfm_engine.report.facts import Facts, collect_facts
from rfm_engine.report.words import Words
from tests.conftest import DATASETS
from tests.terminal import done

SCHEMES: dict[str, tuple[str, ...]] = {
    "thresholds": (),
    "two": ("--scheme", "quintile", "--set", "bins=2", "--set", "tiers.bounds=[0.5, 1, 1.5]"),
    "twenty": ("--scheme", "quintile", "--set", "bins=20", "--set", "tiers.bounds=[5, 10, 15]"),
}
METRICS = tuple(SCORE_OF)
CUTS = {"recency_days": (10, 30, 60, 120), "frequency": (1, 3, 5, 7), "monetary": (10_000, 35_000, 80_000, 150_000)}


@pytest.fixture(scope="module", params=SCHEMES)
def facts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Facts:
    output = tmp_path_factory.mktemp("bands")
    done("run", DATASETS / "sichuan-hiking", *SCHEMES[request.param], "--output", output, "--quiet")
    return collect_facts(open_run(output / "sichuan-hiking"))


@pytest.mark.parametrize("metric", METRICS)
def test_each_band_has_the_customers_of_its_scores(facts: Facts, metric: str) -> None:
    bands = find_bands(facts, metric)
    customers = facts.customers.select(metric, score=SCORE_OF[metric], place=bands.place()).collect()

    assert sum(band.customers for band in bands.worst_first) == customers.height
    for place, band in enumerate(bands.worst_first):
        own = customers.filter(pl.col("score").is_in([*band.scores]))
        assert own["place"].to_list() == [place] * own.height
        assert (band.customers, band.least, band.greatest) == (own.height, own[metric].min(), own[metric].max())


@pytest.mark.parametrize("metric", METRICS)
def test_the_worst_band_comes_first(facts: Facts, metric: str) -> None:
    values = [band.greatest for band in find_bands(facts, metric).worst_first if band.greatest is not None]

    assert values == sorted(values, reverse=metric == "recency_days")


@pytest.mark.parametrize("metric", METRICS)
def test_fixed_cuts_are_shown_in_place_of_what_was_observed(facts: Facts, metric: str) -> None:
    bands = find_bands(facts, metric)
    cuts = CUTS[metric] if facts.record.scheme["name"] == "thresholds" else None
    shown = [bands.short_values(Words("en"), band) for band in bands.by_value]

    assert bands.cuts == cuts
    if metric == "frequency" and cuts:
        assert shown == ["≤ 1", "2–3", "4–5", "6–7", "> 7"]
    if metric == "monetary" and cuts:
        assert shown == ["≤ 100", "100–350", "350–800", "800–1,500", "> 1,500"]
    if not cuts:
        assert [bool(text) for text in shown] == [bands.are_apart and band.customers > 0 for band in bands.by_value]


def test_bands_that_share_a_value_are_not_apart(facts: Facts) -> None:
    first, *others = find_bands(facts, "monetary").worst_first
    shared = [first, *others, type(first)(range(99, 100), 1, first.least, first.greatest)]

    assert not Bands("monetary", tuple(shared), None).are_apart
