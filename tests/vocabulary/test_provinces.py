"""Every province has one official name."""

from __future__ import annotations

from rfm_engine.vocabulary.provinces import OFFICIAL, official_name


def test_every_province_has_one_official_name_and_no_spelling_means_two() -> None:
    spellings = [official_name(one) for name, others in OFFICIAL.items() for one in (name, *others)]

    assert len(OFFICIAL) == 34
    assert spellings == [name for name, others in OFFICIAL.items() for _ in (name, *others)]
