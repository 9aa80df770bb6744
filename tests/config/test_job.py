"""A job has its files, its sources and its ledger, or says what is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from rfm_engine.config.job import Job, attach_keys, prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.errors import DatasetError
from rfm_engine.plugins.host import PluginHost
from tests.dataset_files import write_dataset
from tests.terminal import rfm

if TYPE_CHECKING:
    from pathlib import Path


def test_order_files_that_are_not_there_are_reported_with_the_dataset_file(tmp_path: Path) -> None:
    path = write_dataset(tmp_path)
    (tmp_path / "orders.csv").unlink()

    answer = rfm("run", path)

    assert answer.code == 2
    assert answer.err.startswith(f"error: {path}: orders: no order file matches 'orders.csv'")


KEYS: dict[str, Any] = {"name": "shop", "orders": ["o.csv"], "as_of": "2025-07-01"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "o.csv").write_text("customer_id,order_amount,order_time\nc1,10,2025-01-01\n", "utf-8")
    return tmp_path


def prepare(folder: Path, options: dict[str, str] | None = None, **keys: object) -> Job:
    table = {key: value for key, value in (KEYS | keys).items() if value is not None}
    return prepare_job(table, folder, PluginHost(), Origins(whole="dataset.toml", options=options or {}))


def test_a_job_has_its_files_and_every_source_that_may_be_recognised(folder: Path) -> None:
    job = prepare(folder, state="kept")

    assert job.paths == [folder / "o.csv"]
    assert job.state == folder / "kept"
    assert {source.name for source in job.sources} == {one.name for one in PluginHost().recognizable_sources()}
    assert (job.gatherer, job.query, job.ledger, job.elsewhere, job.remote) == (None, None, None, (), ())


def test_one_source_is_known_where_it_is_named_and_none_where_it_is_none(folder: Path) -> None:
    assert [source.name for source in prepare(folder, source="shopify").sources] == ["shopify"]
    assert prepare(folder, source="none").sources == ()
    with pytest.raises(DatasetError, match=r"^dataset.toml: source: .*'shopifi', did you mean 'shopify'"):
        prepare(folder, source="shopifi")


def test_a_ledger_lies_in_the_folder_unless_an_option_names_it(folder: Path) -> None:
    keys: dict[str, Any] = {"orders": None, "customers": ["o.csv"], "ledger": "../ledger.json"}

    with pytest.raises(DatasetError, match=r"ledger: ../ledger.json is outside the dataset's folder"):
        prepare(folder, **keys)
    assert prepare(folder, {"ledger": "option --ledger"}, **keys).ledger == folder / "../ledger.json"


def test_files_may_be_lacking_where_orders_lie_in_a_warehouse(tmp_path: Path) -> None:
    host, origins = PluginHost(), Origins(whole="dataset.toml")

    assert prepare_job(KEYS, tmp_path, host, origins, may_lack=True).files == []
    with pytest.raises(DatasetError, match=r"^dataset.toml: orders: no order file matches 'o.csv'"):
        prepare_job(KEYS, tmp_path, host, origins)


def test_a_key_is_attached_to_the_jobs_that_make_tokens(folder: Path, key_file: Path) -> None:
    plain, private = prepare(folder), prepare(folder, pseudonymize=["customer_id"])

    jobs = attach_keys([plain, private], key_file)

    assert [job.key is None for job in jobs] == [True, False]
    assert attach_keys([plain], None) == [plain]
