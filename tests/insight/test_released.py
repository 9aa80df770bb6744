"""What is read back of the tables is what was shown, and nothing that was withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.insight.cells import Rule
from rfm_engine.insight.purchases import EVERY
from rfm_engine.insight.release import InsightOptions, Release, make_release
from rfm_engine.insight.released import read_cells, read_counts
from rfm_engine.insight.tables import make_tables
from tests.insight.attack.cases import places_of
from tests.insight.attack.releases import job_of

if TYPE_CHECKING:
    from rfm_engine.insight.periods import Length


@pytest.fixture(scope="module", params=["quarter", "year"])
def release(request: pytest.FixtureRequest) -> Release:
    length: Length = request.param
    return make_release(job_of("taian-curtains"), InsightOptions(length=length, rule=Rule(k=5)))


def test_the_cells_are_those_that_are_shown(release: Release) -> None:
    found = {*read_cells(make_tables(release))}

    shown = {*places_of(release.demand)} - {*places_of(release.demand, hidden=True)}
    lists = {place[1] for place in shown} - {EVERY}
    assert len(lists) == 1
    assert found == {place for place in shown if place[1] != EVERY}


def test_the_numbers_are_those_of_the_release_and_none_is_withheld(release: Release) -> None:
    found = read_counts(make_tables(release), release.tiers)

    assert len(found) > 20
    numbers = release.counts.numbers
    assert {count.what for count in found} >= {"customers", "new", "best", "grades"}
    assert all(numbers[count] == number for count, number in found.items() if count in numbers)
    assert {count.what.partition(" ")[0] for count in found if count not in numbers} <= {"active"}
    assert not {*found} & release.counts.withheld
