"""Each sentence of the catalogue stands in both languages, and each finding has its Chinese."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from rfm_engine.finding_kinds import KINDS
from rfm_engine.vocabulary.catalogue import load_catalogue

WORDS = load_catalogue().words


@pytest.mark.parametrize("key", sorted(WORDS))
def test_both_languages_have_the_same_places(key: str) -> None:
    places = [{name for _, name, _, _ in Formatter().parse(words) if name} for words in WORDS[key]]

    assert places[0] == places[1]


def test_english_words_are_english() -> None:
    assert [key for key, (english, _) in WORDS.items() if re.search("[\u4e00-\u9fff]", english)] == []


def test_every_finding_has_its_chinese() -> None:
    assert load_catalogue().findings.keys() == KINDS.keys()
