"""A private dataset shows no more of its customers than it says: not in files, nor in messages, nor by order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from pydantic import SecretBytes

import rfm_engine
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.errors import DatasetError
from rfm_engine.plugins.host import PluginHost
from rfm_engine.privacy import KEY_VARIABLE
from tests.privacy.pseudonyms import FORMATS, KEY, token
from tests.terminal import AS_OF, ORDERS, done, read_rows, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


def test_columns_are_dropped_and_times_become_dates(shop: Path, tmp_path: Path) -> None:
    drops = [word for name in ("product_name", "last_store_code", "order_amount") for word in ("--drop", name)]
    options = (*drops, "--generalize", "last_order_time", *FORMATS)

    folder = run(shop, tmp_path / "output", *options)

    frame = pl.read_parquet(folder / "customers.parquet")
    gone = {"last_product_name", "last_store_code", "last_order_amount"}
    whole = pl.read_parquet(run(shop, tmp_path / "whole", "--format", "parquet") / "customers.parquet")
    assert frame.columns == [name for name in whole.columns if name not in gone]
    assert frame["last_order_time"].to_list() == [date(2025, 3, 3), date(2025, 6, 21), date(2025, 7, 1)]
    assert read_rows(folder / "customers.csv")[0]["last_order_time"] == "2025-03-03"
    assert pl.read_excel(folder / "customers.xlsx").columns == frame.columns
    done("explain", "007", "--run", folder)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["--drop", "store_code", "--by", "store_code"], "customers are split by store_code, which can't be dropped"),
        (["--drop", "customer_id"], "drop.0: expected 'order_id', 'order_time'"),
        (["--drop", "monetary"], "drop.0: expected"),
        (["--pseudonymize", "region"], "pseudonymize: expected customer_id, order_id or store_code, got ['region']"),
        (["--generalize", "customer_id"], "generalize.0: expected 'order_time'"),
    ],
)
def test_what_cannot_be_private_is_refused(keys: list[str], words: str, shop: Path) -> None:
    answer = rfm("check", "--orders", shop, *AS_OF, *keys)

    assert answer.code == 2
    assert words in answer.err


def test_a_dataset_file_may_request_it_but_never_hold_the_key(key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    keys = "orders = ['o.csv']\nas_of = 2025-07-01\npseudonymize = ['customer_id']\ngeneralize = ['order_time']\n"
    file = tmp_path / "dataset.toml"
    file.write_text(keys, "utf-8")
    output = ("--output", tmp_path / "output", "--name", "o")
    done("run", file, *output, "--pseudonym-key-file", key_file)

    rows = read_rows(tmp_path / "output" / "o" / "customers.csv")
    assert {row["customer_id"] for row in rows} == {token("007"), token("0012"), token("7")}
    for name in ("key", "pseudonym_key", "pseudonym_key_file"):
        file.write_text(f"{keys}{name} = 'sixteen bytes or more'\n", "utf-8")
        answer = rfm("run", file, *output)
        assert (answer.code, "unknown key" in answer.err, KEY.decode() in answer.err) == (2, True, False)


def test_the_key_is_not_shown_by_the_job_that_holds_it(shop: Path) -> None:
    keys = {"name": "n", "orders": [shop.name], "as_of": "2025-07-01", "pseudonymize": ["customer_id"]}
    job = prepare_job(keys, shop.parent, PluginHost(), Origins(whole="test"))._replace(key=SecretBytes(KEY))

    assert KEY.decode() not in f"{job!r} {job}"


@pytest.mark.parametrize("form", ["csv", "parquet", "ndjson", "xlsx"])
def test_explain_takes_the_id_with_the_key_or_the_token(form: str, shop: Path, key_file: Path, tmp_path: Path) -> None:
    options = ("--pseudonymize", "customer_id", "--pseudonym-key-file", key_file)
    folder = run(shop, tmp_path, *options, "--format", form)

    by_id = done("explain", "007", "--run", folder, "--pseudonym-key-file", key_file)
    by_token = done("explain", token("007"), "--run", folder)

    assert by_id.out == by_token.out
    assert by_id.out.startswith(f"customer {token('007')}, region north")


def test_explain_without_the_key_or_with_another_says_so(
    shop: Path, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = run(shop, tmp_path, "--pseudonymize", "customer_id", "--pseudonym-key-file", key_file)

    without = rfm("explain", "007", "--run", folder)
    monkeypatch.setenv(KEY_VARIABLE, "another key, long enough")
    other = rfm("explain", "007", "--run", folder)

    assert (without.code, "needs a key" in without.err) == (2, True)
    assert (other.code, "was it made with the same key?" in other.err) == (2, True)


@pytest.mark.parametrize("keys", [{"pseudonymize": ["customer_id"]}, {"drop": ["product_name"]}, {"max_rejects": "1%"}])
def test_score_refuses_what_it_would_not_do(keys: dict[str, Any]) -> None:
    orders = pl.DataFrame({"customer_id": ["c"], "order_amount": [5], "order_time": ["2025-01-01"]})

    with pytest.raises(DatasetError, match="for what a run writes"):
        rfm_engine.score(orders, as_of="2025-07-01", **keys)


def test_values_of_a_dropped_column_are_in_no_note_and_in_no_record(tmp_path: Path) -> None:
    rows = ["customer_id,region,order_amount,order_time", "c1,Sichuan,5,2025-06-01", "c2,SecretClinic,5,2025-06-01"]
    (tmp_path / "shop.csv").write_text("\n".join(rows), "utf-8")
    words = ("--drop", "region", "--by", "none", "--region", "Sichuan", "--region", "Nowhere")

    answer = done("run", "--orders", tmp_path / "shop.csv", *AS_OF, *words, "--output", tmp_path)

    assert "no row has region 'Nowhere'" in answer.out
    assert "SecretClinic" not in answer.out + (tmp_path / "shop" / "run.json").read_text("utf-8")
