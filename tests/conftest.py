"""Runs that several test modules look at, each made once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from rfm_engine.privacy import KEY_VARIABLE
from tests.examples import examples
from tests.faulty import installer
from tests.privacy.pseudonyms import KEY
from tests.processes import Place, orders_file
from tests.terminal import AS_OF, ORDERS, done

if TYPE_CHECKING:
    from tests.faulty import Install

settings.register_profile("untimed", deadline=None, max_examples=examples(100))  # a busy machine is no fault of theirs
settings.load_profile("untimed")

DATASETS = Path(__file__).parents[1] / "datasets"
MONTHLY = ("sichuan-hiking", "taian-curtains", "national-outdoor")
OLD, NEW = date(2025, 6, 1), date(2025, 7, 1)


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of a run of every bundled dataset."""
    output = tmp_path_factory.mktemp("bundled")
    done("run", *sorted(DATASETS.iterdir()), "--output", output, "--quiet")
    return output


@pytest.fixture(scope="session")
def monthly_runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of each bundled dataset in `2025-06-01` and in `2025-07-01`."""
    output = tmp_path_factory.mktemp("monthly")
    for day in (OLD, NEW):
        places = [DATASETS / name for name in MONTHLY]
        done("run", *places, "--as-of", day, "--format", "parquet", "--output", output / str(day), "--quiet")
    return output


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small order file with two regions, three stores and ids that look like numbers."""
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    path.write_text(ORDERS, "utf-8")
    return path


@pytest.fixture(scope="session")
def shop_run(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run of the small order file in every format."""
    output = tmp_path_factory.mktemp("shop_run")
    formats = [word for form in ("csv", "parquet", "xlsx", "ndjson") for word in ("--format", form)]
    done("run", "--orders", shop, "--as-of", "2025-07-01", *formats, "--output", output)
    return output / "shop"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Orders in a file, and empty folders for results and temporary files."""
    found = Place(orders_file(tmp_path / "orders.csv", 1_200, "gb18030"), tmp_path / "output", tmp_path / "temporary")
    found.temporary.mkdir()
    return found


@pytest.fixture
def key_file(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key file with the line end that editors add, and no key in the environment."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    path = tmp_path_factory.mktemp("key") / "key"
    path.write_bytes(KEY + b"\n")
    return path


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """What puts faulty plugins on the path, as if they had just been installed."""
    return installer(monkeypatch)


@pytest.fixture
def finished_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of two order files that were named by a relative path, in lists of their own."""
    monkeypatch.chdir(tmp_path)
    header, *rows = ORDERS.splitlines(keepends=True)
    (tmp_path / "orders").mkdir()
    for number, part in enumerate((rows[:3], rows[3:])):
        (tmp_path / "orders" / f"{number}.csv").write_text(header + "".join(part))
    formats = ("--format", "csv", "--format", "xlsx")
    done("run", "--orders", "orders", *AS_OF, "--name", "shop", "--split", *formats, "--output", "output", "--quiet")
    return Path("output/shop")
