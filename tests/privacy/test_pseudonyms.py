"""Ids become keyed tokens: the same for the same key and column, and nothing else reveals them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretBytes

from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.errors import UsageError
from rfm_engine.pipeline import run as pipeline_run
from rfm_engine.plugins.host import PluginHost
from rfm_engine.privacy import KEY_VARIABLE, tokens
from tests.privacy.pseudonyms import ALL, FORMATS, KEY, token
from tests.terminal import AS_OF, read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_tokens_are_the_hmac_of_the_ids_and_nothing_else_changes(shop: Path, key_file: Path, tmp_path: Path) -> None:
    options = ("--by", "store_code", *FORMATS)
    plain = run(shop, tmp_path / "plain", *options)
    secret = run(shop, tmp_path / "secret", *options, *ALL, "--pseudonym-key-file", key_file)

    ids = ["store_code", "customer_id", "last_order_id", "last_store_code"]
    readers: dict[str, Callable[[Path], pl.DataFrame]] = {
        "parquet": pl.read_parquet,
        "xlsx": pl.read_excel,
        "ndjson": pl.read_ndjson,
    }
    for form, read in readers.items():
        before, after = read(plain / f"customers.{form}"), read(secret / f"customers.{form}")
        expected = before.with_columns(
            pl.col(name).map_elements(partial(token, column=name.removeprefix("last_")), return_dtype=pl.String)
            for name in ids
        )
        assert after.rows() == expected.sort("store_code", "customer_id").rows()
    assert read_rows(secret / "customers.csv")[0].keys() == read_rows(plain / "customers.csv")[0].keys()
    record = record_of(secret)
    assert {span["store_code"] for span in record["cut_points"]["r_score"]} == {
        token(f"S{n}", "store_code") for n in (1, 2, 3)
    }


def test_one_key_gives_one_token_whether_in_a_file_or_in_the_environment(
    shop: Path, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--pseudonymize", "customer_id")
    of_file = run(shop, tmp_path / "file", *options, "--pseudonym-key-file", key_file)
    monkeypatch.setenv(KEY_VARIABLE, KEY.decode())
    of_environment = run(shop, tmp_path / "environment", *options)
    monkeypatch.setenv(KEY_VARIABLE, "another key, long enough")
    of_another = run(shop, tmp_path / "another", *options)
    file_wins = run(shop, tmp_path / "both", *options, "--pseudonym-key-file", key_file)

    first, second, other, both = (
        {row["customer_id"] for row in read_rows(folder / "customers.csv")}
        for folder in (of_file, of_environment, of_another, file_wins)
    )
    assert first == second == both == {token("007"), token("0012"), token("7")}
    assert not first & other


@given(st.lists(st.text(max_size=30).filter(lambda text: text.isprintable()), unique=True))
def test_different_ids_have_different_tokens_of_256_bits(ids: list[str]) -> None:
    result = tokens(ids, SecretBytes(KEY), "customer_id")

    assert result == [token(text) for text in ids]
    assert len(set(result)) == len(ids)
    assert all(len(bytes.fromhex(one)) == 32 for one in result)


def test_the_same_text_in_two_columns_has_two_tokens(key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(
        "customer_id,order_id,store_code,order_amount,order_time\nX1,X1,X1,5.00,2025-06-01\n", "utf-8"
    )

    folder = run(tmp_path / "o.csv", tmp_path / "output", "--by", "none", *ALL, "--pseudonym-key-file", key_file)

    (row,) = read_rows(folder / "customers.csv")
    assert len({row["customer_id"], row["last_order_id"], row["last_store_code"]}) == 3


BAD_KEYS = {"none": None, "empty": b"", "short": b"k" * 15, "short but for its line end": b"k" * 15 + b"\r\n"}


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize("key", BAD_KEYS.values(), ids=BAD_KEYS)
def test_without_a_key_of_16_bytes_nothing_is_read_or_written(
    command: str, key: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "o.csv").write_bytes(b"\x00no orders\xff")
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    words = (command, "--orders", tmp_path / "o.csv", *AS_OF, "--pseudonymize", "customer_id")
    monkeypatch.chdir(tmp_path)

    answers = [rfm(*words)]
    if key is not None:
        monkeypatch.setenv(KEY_VARIABLE, key.decode())
        (tmp_path / "key").write_bytes(key)
        answers = [rfm(*words), rfm(*words, "--pseudonym-key-file", tmp_path / "key")]

    assert {answer.code for answer in answers} == {2}
    assert all("key" in answer.err and "kkk" not in answer.err for answer in answers)
    assert not (tmp_path / "output").exists()


def test_a_key_file_that_is_missing_or_a_whole_order_file_is_refused(shop: Path, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"k" * 5_000)

    for name, words in {"absent": "cannot be read", "large": "more than 4,096", ".": "cannot be read"}.items():
        key = ("--pseudonymize", "customer_id", "--pseudonym-key-file", tmp_path / name)
        answer = rfm("check", "--orders", shop, *AS_OF, *key)
        assert answer.code == 2
        assert words in answer.err


def test_python_code_without_a_key_is_refused_too(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    keys = {"name": "n", "orders": [shop.name], "as_of": "2025-07-01", "pseudonymize": ["customer_id"]}
    job = prepare_job(keys, shop.parent, PluginHost(), Origins(whole="test"))

    with pytest.raises(UsageError, match="needs a key"):
        pipeline_run(job)


def test_rows_stand_by_token_so_that_their_order_reveals_nothing(key_file: Path, tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    lines = [f"c{number:03},{number},2025-01-01" for number in range(50)]
    orders.write_text("\n".join(["customer_id,order_amount,order_time", *lines]), "utf-8")
    options = ("--pseudonymize", "customer_id", "--pseudonym-key-file", key_file, "--scheme", "quintile")

    rows = read_rows(run(orders, tmp_path, *options, "--ties", "ordinal") / "customers.csv")

    ids = [row["customer_id"] for row in rows]
    assert ids == sorted(ids)
    recency = [row["r_score"] for row in rows]
    assert recency == sorted(recency)  # all days are equal: ordinal ties are split by token too


def test_what_is_missing_stays_missing_and_what_repeats_has_one_token(key_file: Path, tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    rows = ["c1,,5,2025-01-01", "c2,S1,5,2025-01-01", "c3,S1,5,2025-01-01"]
    orders.write_text("\n".join(["customer_id,store_code,order_amount,order_time", *rows]), "utf-8")

    found = read_rows(run(orders, tmp_path, *ALL, "--pseudonym-key-file", key_file) / "customers.csv")

    stores = {row["customer_id"]: row["last_store_code"] for row in found}
    assert stores == {token("c1"): "", token("c2"): token("S1", "store_code"), token("c3"): token("S1", "store_code")}
