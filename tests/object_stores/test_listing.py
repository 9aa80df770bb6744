"""A name, a folder and a pattern stand for the same orders in an object store as on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError, UsageError
from rfm_engine.orders.files.paths import find_order_files
from rfm_engine.orders.read_options import ReadOptions
from tests.servers.object_store import needs_object_store, put

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = needs_object_store

LAYOUT = (
    "o.csv",
    "o.txt.gz",
    "notes.md",
    ".hidden.csv",
    "_part.csv",
    "[x]*.csv",
    "a/o.csv",
    "a/deep/o.parquet",
    "a/.cache/o.csv",
    "a b/四川.csv",
    "b/o.csv",
    "b/region=x/0.csv",
    "done/run.json",
    "done/customers.csv",
    "o.csv.d/o.csv",
)
PATTERNS = (
    "",
    "o.csv",
    "notes.md",
    ".hidden.csv",
    "[x]*.csv",
    "*.csv",
    ".*.csv",
    "*",
    "a",
    "a/*",
    "*/o.csv",
    "**/*.csv",
    "**/o.*",
    "**",
    "a*/**/*",
    "b/region=*",
    "a b/四川.csv",
    "[ab]/o.csv",
    "done",
    "*/customers.csv",
    "absent.csv",
    "o.csv/*",
)


@pytest.fixture(scope="module")
def laid_out(server: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of files that lie in the store too."""
    folder = tmp_path_factory.mktemp("laid") / "laid"
    for name in LAYOUT:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
        put(server, f"laid/{name}", name.encode())
    return folder


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_name_the_objects_that_they_name_as_files(pattern: str, laid_out: Path) -> None:
    from rfm_engine.object_stores.listing import find_objects  # noqa: PLC0415 needs obstore

    try:
        near = find_order_files([f"laid/{pattern}"], laid_out.parent)
        on_disk = [(str(one.path.relative_to(laid_out)), str(one.root)) for one in near]
    except UsageError:
        on_disk = []
    try:
        far = find_objects(f"s3://shop/laid/{pattern}", ReadOptions().format_of)
        in_store = [(one.path.key.removeprefix("laid/"), str(one.root)) for one in far]
    except DataError:
        in_store = []

    expected = [(name, root.replace(str(laid_out), "s3://shop/laid")) for name, root in on_disk]
    assert in_store == expected
