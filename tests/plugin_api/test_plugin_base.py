"""Options are typed, frozen and plain; the decimals of money are no option."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from pydantic import Field, ValidationError

from rfm_engine.plugin_api import PluginBase


class Shelf(PluginBase):
    """Has boards.

    And more that is no meaning.
    """

    name: ClassVar[str] = "shelf"
    boards: int = Field(default=3, description="how many")
    colour: str | None = None


@pytest.mark.parametrize("options", [{"boards": "many"}, {"bords": 3}, {"boards": 1.5}])
def test_unknown_options_and_wrong_types_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Shelf.model_validate(options)


def test_an_option_is_set_once() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Shelf().boards = 4


def test_options_are_those_in_force_that_a_table_can_state() -> None:
    assert Shelf().options() == {"boards": 3}
    assert Shelf(colour="red").options() == {"boards": 3, "colour": "red"}
    assert Shelf.model_validate(Shelf(boards=7).options()) == Shelf(boards=7)


def test_the_meaning_is_the_first_line_and_the_description_has_the_options() -> None:
    assert Shelf.meaning() == "Has boards."
    assert "shelf" in Shelf(boards=7).describe()
    assert "7" in Shelf(boards=7).describe("zh")


@pytest.mark.parametrize(("decimals", "units"), [(0, 1), (2, 100), (3, 1_000)])
def test_money_is_counted_with_decimals_that_change_no_option(decimals: int, units: int) -> None:
    shelf = Shelf(boards=7)

    counted = shelf.with_decimals(decimals)

    assert (counted.minor_units, counted.options(), shelf.minor_units) == (units, shelf.options(), 100)
    assert (counted is shelf) == (decimals == 2)
