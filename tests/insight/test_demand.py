"""Enough of the demand is shown, and no sum of it is of few customers."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from typing import TYPE_CHECKING

from hypothesis import given, settings

from rfm_engine.insight.cells import Rule
from rfm_engine.insight.demand import show_demand
from tests.examples import examples
from tests.insight.attack.cases import Bought, Place, bought, places_of, purchases_of
from tests.insight.attack.releases import DATASETS, LENGTHS, options_of
from tests.terminal import done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULE = Rule(k=3)


def test_auto_is_the_finest_length_at_which_four_fifths_of_the_spend_are_shown(releases: Path, tmp_path: Path) -> None:
    found = {}
    for length in LENGTHS:
        done("insight", DATASETS / "sichuan-hiking", "--period", length, "--output", tmp_path, "--for", "suppliers")
        found[length] = options_of(tmp_path / "sichuan-hiking.insight")["shown_percent"]

    assert found == {"month": 23, "quarter": 69, "half-year": 93, "year": 100}
    assert options_of(releases / "sichuan-hiking.insight")["period"] == "half-year"


@settings(max_examples=examples(25))
@given(bought())
def test_no_sum_of_lines_is_of_fewer_customers_than_a_cell_must_have(rows: list[Bought]) -> None:
    demand = show_demand(purchases_of(rows), "month", RULE)
    spent: dict[Place, Counter[str]] = defaultdict(Counter)
    for name, region, month, customer, yuan in rows:
        for place in {(one, other, month) for one in (name, "") for other in (region, "")}:
            spent[place][customer] += yuan

    for sums in known_sums(places_of(demand, hidden=True)):
        amounts: Counter[str] = Counter()
        for place, sign in sums.items():
            amounts.update({customer: sign * amount for customer, amount in spent[place].items()})
        assert RULE.is_met(amount for amount in amounts.values() if amount)


def known_sums(hidden: list[Place]) -> Iterator[dict[Place, int]]:
    """Yield every sum of withheld cells of one sign that lines of products, less lines of lists, come to."""
    for month in {place[2] for place in hidden}:
        places = [place for place in hidden if place[2] == month]
        sides = [(0, name) for name in {place[0] for place in places}] + [
            (1, name) for name in {place[1] for place in places}
        ]
        for chosen in product((0, 1), repeat=len(sides)):
            taken = dict(zip(sorted(sides), chosen, strict=True))
            sums = {place: weight(place, taken) for place in places}
            sums = {place: sign for place, sign in sums.items() if sign}
            if len({sign > 0 for sign in sums.values()}) == 1:
                yield sums


def weight(place: Place, taken: dict[tuple[int, str], int]) -> int:
    name, region, _ = place
    return taken[0, name] * (1 if region else -1) - taken[1, region] * (1 if name else -1)
