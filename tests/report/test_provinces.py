"""Every province has one tile of the grid, and is found by each of its spellings."""

from __future__ import annotations

from rfm_engine.report.provinces import TILES, short_name
from rfm_engine.vocabulary.provinces import OFFICIAL


def test_each_province_has_a_tile_of_its_own() -> None:
    assert {*TILES} == {spellings[0] for spellings in OFFICIAL.values()}
    assert len({*TILES.values()}) == len(TILES) == 34


def test_a_province_is_found_by_every_spelling() -> None:
    found = {spelling: short_name(spelling) for name, spellings in OFFICIAL.items() for spelling in (name, *spellings)}

    assert found == {one: spellings[0] for name, spellings in OFFICIAL.items() for one in (name, *spellings)}
    assert short_name("华东") is None


def test_the_grid_lies_as_the_country_does() -> None:
    assert TILES["黑龙江"][0] < TILES["北京"][0] < TILES["上海"][0] < TILES["广东"][0] < TILES["海南"][0]
    assert TILES["新疆"][1] < TILES["四川"][1] < TILES["山东"][1] < TILES["台湾"][1]
