"""What a private dataset withholds stands in no file, no message and no folder's name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.faulty import installer
from tests.privacy.pseudonyms import ALL, FORMATS, KEY
from tests.terminal import AS_OF, ORDERS, done, everything_below, read_rows, record_of, rfm, run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def secret_shop(tmp_path: Path) -> Path:
    """Orders whose every id is a word that stands nowhere else, with rows that are rejected for each reason."""
    lines = [
        "CUSTOMER-1,ORDER-1,STORE-1,north,PRODUCT-1,100.00,2025-06-21 08:01:02",
        "CUSTOMER-1,ORDER-2,STORE-2,north,PRODUCT-2,250.01,2025-06-20 09:30:00",
        "CUSTOMER-2,ORDER-3,STORE-1,north,PRODUCT-1,1500.10,2025-03-03 00:00:00",
        "CUSTOMER-2,ORDER-4,STORE-1,south,PRODUCT-3,80.00,2024-01-01 12:00:00",
        "CUSTOMER-3,ORDER-5,STORE-3,south,PRODUCT-3,AMOUNT-SECRET,2025-07-01 23:59:59",
        "CUSTOMER-3,ORDER-6,STORE-3,south,PRODUCT-3,5,TIME-SECRET",
        "CUSTOMER-4,ORDER-7,STORE-3,south,PRODUCT-3,5,2025-01-01",
        "CUSTOMER-4,ORDER-7,STORE-3,south,PRODUCT-3,6,2025-01-01",
        ",ORDER-8,STORE-3,south,PRODUCT-3,5,2025-01-01",
    ]
    path = tmp_path / "shop.csv"
    path.write_text("\n".join([ORDERS.splitlines()[0], *lines]), "utf-8")
    return path


def test_nothing_that_is_withheld_stands_in_any_file_or_on_the_terminal(
    secret_shop: Path, key_file: Path, tmp_path: Path
) -> None:
    options = ("--by", "store_code", *ALL, "--drop", "product_name", "--pseudonym-key-file", key_file)

    answer = done("run", "--orders", secret_shop, *AS_OF, *FORMATS, *options, "--output", tmp_path / "output")

    folder = tmp_path / "output" / "shop"
    texts = {name: content.decode("latin-1") for name, content in everything_below(folder).items()}
    texts |= {
        "parquet": str(pl.read_parquet(folder / "customers.parquet").rows()),
        "xlsx": str(pl.read_excel(folder / "customers.xlsx").rows()),
        "terminal": answer.out + answer.err,
    }
    words = ("CUSTOMER-", "ORDER-", "STORE-", "PRODUCT-", "AMOUNT-SECRET", "TIME-SECRET", KEY.decode(), str(key_file))
    assert {(name, word) for name, text in texts.items() for word in words if word in text} == set()
    rejects = read_rows(folder / "rejects.csv")
    assert [(row["row"], row["column"], row["value"], row["reason"]) for row in rejects] == [
        ("6", "order_amount", "***", "not an amount"),
        ("7", "order_time", "***", "not a time"),
        ("8", "order_id", "***", "conflicting"),
        ("9", "order_id", "***", "conflicting"),
        ("10", "customer_id", "", "missing"),
    ]


@pytest.mark.parametrize("words", ["--drop order_id", "--generalize order_time", "--pseudonymize store_code"])
def test_whatever_is_private_every_rejected_value_is_masked(
    words: str, secret_shop: Path, key_file: Path, tmp_path: Path
) -> None:
    key = ("--pseudonym-key-file", key_file)

    done("run", "--orders", secret_shop, *AS_OF, *words.split(), *key, "--output", tmp_path / "output")

    rejects = read_rows(tmp_path / "output" / "shop" / "rejects.csv")
    assert [row["value"] for row in rejects] == ["***"] * 4 + [""]


BROKEN_FILES = {
    "no header": "CUSTOMER-1,PRODUCT-1,ORDER-1\nCUSTOMER-2,PRODUCT-2,ORDER-2\n",
    "an offset": "customer_id,order_amount,order_time\nCUSTOMER-1,5,2025-01-01 11:22:33+08:00\n",
    "all rejected": "customer_id,order_amount,order_time\nCUSTOMER-1,AMOUNT-1,2025-01-01\n",
    "too many fields": "customer_id,order_amount,order_time\nCUSTOMER-1,5,2025-01-01,PRODUCT-1,a,b,c\n",
    "no text": "customer_id,order_amount,order_time\nCUSTOMER-1\udcff,5,2025-01-01\n",
    "null bytes": "customer_id\0,order_amount,order_time\nCUSTOMER-1,5,2025-01-01\n",
    "conflicts": "customer_id,order_id,order_amount,order_time\n"
    + "\n".join(f"CUSTOMER-1,ORDER-1,{n},2025-01-01" for n in range(1, 40)),
}


@pytest.mark.parametrize("text", BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_messages_about_a_private_dataset_hold_no_value(text: str, key_file: Path, tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    orders.write_bytes(text.encode("utf-8", "surrogateescape"))
    options = ("--pseudonymize", "customer_id", "--pseudonym-key-file", key_file, "--max-rejects", "0")

    for command in (("check",), ("run", "--output", tmp_path / "output")):
        answer = rfm(*command, "--orders", orders, *AS_OF, *options)
        assert answer.code == 1
        secrets = ("CUSTOMER-", "PRODUCT-", "AMOUNT-", "ORDER-1", "11:22:33")
        assert not [word for word in secrets if word in answer.out + answer.err]


@pytest.mark.parametrize("name", ["nulls", "fractions", "raises", "gap", "overlap"])
def test_a_plugin_that_breaks_a_promise_names_no_customer(
    name: str, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installer(monkeypatch)("breaks-promises")
    orders = tmp_path / "o.csv"
    lines = [f"CUSTOMER-{n},{n}77.00,2025-01-{n:02},PROVINCE" for n in range(1, 21)]
    orders.write_text("\n".join(["customer_id,order_amount,order_time,region", *lines]), "utf-8")
    option = "--tiers" if name in ("gap", "overlap") else "--scheme"
    words = ("run", "--orders", orders, "--as-of", "2025-02-01", option, name, "--output", tmp_path / "output")

    plain = rfm(*words)
    secret = rfm(*words, "--pseudonymize", "customer_id", "--pseudonym-key-file", key_file)

    assert "; for example region PROVINCE, customer_id CUSTOMER-" in plain.err
    assert (secret.code, f"{name!r} of breaks-promises" in secret.err) == (1, True)
    assert not [word for word in ("customer_id", "PROVINCE", "7700", "CUSTOMER") if word in secret.err]


def test_ids_in_the_names_of_folders_are_not_withheld_in_vain(key_file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "orders" / "shop=STORE-1"
    folder.mkdir(parents=True)
    (folder / "o.csv").write_text("customer_id,order_amount,order_time\nc,5,2025-01-01\n", "utf-8")
    words = ("run", "--orders", tmp_path / "orders", *AS_OF, "--output", tmp_path / "output")

    for options in (("--pseudonymize", "store_code", "--pseudonym-key-file", key_file), ("--drop", "store_code")):
        answer = rfm(*words, *options)
        assert (answer.code, "stand in folders shop=..." in answer.err) == (1, True)
    done(*words, "--pseudonymize", "customer_id", "--pseudonym-key-file", key_file)


def test_the_record_says_what_was_withheld(shop: Path, key_file: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path, *ALL, "--drop", "last_product_name", "--pseudonym-key-file", key_file)

    stated = record_of(folder)["dataset"]
    assert stated["pseudonymize"] == ["customer_id", "order_id", "store_code"]
    assert (stated["drop"], stated["generalize"]) == (["product_name"], [])
    assert str(key_file) not in json.dumps(record_of(folder))
