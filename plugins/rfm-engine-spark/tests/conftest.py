"""Tests of Spark are skipped where it or Java is absent."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    absent = [name for name, there in (("pyspark", find_spec("pyspark")), ("Java", shutil.which("java"))) if not there]
    for item in items:
        if absent and "without_spark" not in item.name:
            item.add_marker(pytest.mark.skip(reason=f"{' and '.join(absent)} not installed"))
