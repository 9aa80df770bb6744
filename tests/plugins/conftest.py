"""Faulty plugins, as if they had just been installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.faulty import installer

if TYPE_CHECKING:
    from tests.faulty import Install


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    return installer(monkeypatch)
