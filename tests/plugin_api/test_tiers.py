"""A tier is made of plain words."""

from __future__ import annotations

import pytest

from rfm_engine.plugin_api import Cadence, Interval, Segment, Tier


def test_a_tier_takes_its_contacts_in_words() -> None:
    tier = Tier(name="A", contacts="1-2 per month", focus="call")
    segment = Segment(name="B", contacts="1 per quarter", r=5, f=(4, 5))

    assert tier.contacts == Cadence(contacts_min=1, contacts_max=2, every_months=1)
    assert (segment.r, segment.f, segment.m) == (Interval(low=5, high=5), Interval(low=4, high=5), None)
    with pytest.raises(ValueError, match="expected a cadence such as"):
        Tier(name="A", contacts="now and then")
