"""An error of a plugin is described in words."""

from __future__ import annotations

from rfm_engine.plugins.error_text import describe_error
from tests.plugins.hostile_classes import MutedError


def test_an_exception_without_words_is_named_by_its_type() -> None:
    assert describe_error(MutedError()).startswith("MutedError: its message cannot be read")
