"""What authors import reads well, and takes what its documentation shows, under mypy's strict rules too."""

from __future__ import annotations

import pydoc

import pytest

from rfm_engine import plugin_api
from rfm_engine.plugin_api import Cadence, Interval, Scheme, Segment, Tier, TierPolicy


def test_help_shows_what_authors_need_and_nothing_of_pydantic() -> None:
    text = pydoc.render_doc(plugin_api, renderer=pydoc.plaintext)  # type: ignore[attr-defined] # typeshed lacks it

    assert len(text.splitlines()) < 900
    assert [word for word in ("model_dump", "model_fields", "__pydantic", "copy(self") if word in text] == []
    for cls in (Scheme, TierPolicy, Tier, Cadence):
        assert f"class {cls.__name__}(" in text
    assert all(f" {name}(self" in text for name in ("score", "score_range", "cut_points", "tier_table", "belongs"))


def test_a_tier_takes_its_contacts_in_words() -> None:
    tier = Tier(name="A", contacts="1-2 per month", focus="call")
    segment = Segment(name="B", contacts="1 per quarter", r=5, f=(4, 5))

    assert tier.contacts == Cadence(contacts_min=1, contacts_max=2, every_months=1)
    assert (segment.r, segment.f, segment.m) == (Interval(low=5, high=5), Interval(low=4, high=5), None)
    with pytest.raises(ValueError, match="expected a cadence such as"):
        Tier(name="A", contacts="now and then")
