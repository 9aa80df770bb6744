"""The colours of the page are read on each other, and ramps go all the way."""

from __future__ import annotations

from itertools import pairwise

import pytest

from rfm_engine.report.palette import INK, SHADE_ANCHORS, SHADES, TIER_ANCHORS, WHITE, contrast, ramp, shade, themes

LEAST_FOR_LARGE_TEXT = 3
"""The contrast that WCAG 2 wants of text such as the figures in bars."""


@pytest.mark.parametrize("tiers", [1, 2, 4, 11])
def test_all_text_on_a_fill_is_read(tiers: int) -> None:
    for colour in (colour for theme in themes(tiers).values() for colours in theme.values() for colour in colours):
        found = {ink: contrast(colour.fill, ink) for ink in (WHITE, INK)}

        assert found[colour.ink] == max(found.values()) > LEAST_FOR_LARGE_TEXT


@pytest.mark.parametrize("anchors", [*TIER_ANCHORS.values(), *SHADE_ANCHORS.values()])
def test_a_ramp_has_its_steps_from_the_first_anchor_to_the_last(anchors: tuple[str, ...]) -> None:
    fills = [colour.fill for colour in ramp(anchors, 3 * (len(anchors) - 1) + 1)]

    assert fills[::3] == [*anchors]
    assert len(set(fills)) == len(fills)
    assert ramp(anchors, 1)[0].fill == anchors[0]


def test_a_shade_rises_with_its_value_and_none_is_left_for_nothing() -> None:
    shades = [shade(value, 1_000) for value in range(1_001)]

    assert all(one <= other for one, other in pairwise(shades))
    assert {*shades} == {*range(SHADES)}
    assert shades.count(0) == 1
    assert (shade(-5, 1_000), shade(5, 0)) == (0, 0)


def test_contrast_is_that_of_the_guidelines() -> None:
    assert [contrast("#ffffff", grey) for grey in ("#ffffff", "#777777", "#767676")] == [1.0, 4.48, 4.54]
