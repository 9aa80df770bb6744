"""What authors import reads well, and takes what its documentation shows, under mypy's strict rules too."""

from __future__ import annotations

import pydoc

from rfm_engine import plugin_api
from rfm_engine.plugin_api import Cadence, Scheme, Tier, TierPolicy


def test_help_shows_what_authors_need_and_nothing_of_pydantic() -> None:
    text = pydoc.render_doc(plugin_api, renderer=pydoc.plaintext)  # type: ignore[attr-defined] # typeshed lacks it

    assert len(text.splitlines()) < 900
    assert [word for word in ("model_dump", "model_fields", "__pydantic", "copy(self") if word in text] == []
    for cls in (Scheme, TierPolicy, Tier, Cadence):
        assert f"class {cls.__name__}(" in text
    assert all(f" {name}(self" in text for name in ("score", "score_range", "cut_points", "tier_table", "belongs"))
