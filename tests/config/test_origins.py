"""A message names the nearest place at which a key was given."""

from __future__ import annotations

import pytest

from rfm_engine.config.origins import Origins

OPTIONS = {"scheme": "option --scheme", "scheme.bins": "option --set bins"}


@pytest.mark.parametrize(
    ("key", "in_a_file", "in_a_call"),
    [
        ("scheme.bins.0", "option --set bins", "option --set bins"),
        ("scheme.ties", "option --scheme", "option --scheme"),
        ("as_of", "dataset.toml", "score(as_of)"),
        ("", "dataset.toml", "dataset.toml"),
    ],
)
def test_a_key_is_of_its_option_of_the_table_s_or_of_the_whole(key: str, in_a_file: str, in_a_call: str) -> None:
    assert Origins(whole="dataset.toml", options=OPTIONS).of(key) == in_a_file
    assert Origins(whole="dataset.toml", options=OPTIONS, each="score({key})").of(key) == in_a_call
