"""A private column is shown under no other name and by no path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.terminal import Answer, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = "customer_id,order_id,region,order_amount,order_time\nSECRET,1,north,5,2025-01-01\n"


MAPPED = ("--column", "customer_id=customer_id", "--column", "region=region")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "o.csv").write_text(ORDERS, "utf-8")
    (tmp_path / "key").write_bytes(b"0123456789abcdef")
    return tmp_path


def run(shop: Path, *words: object, command: str = "run") -> Answer:
    key = ("--pseudonym-key-file", shop / "key")
    output = ("--output", shop / "output") if command == "run" else ()
    return rfm(command, "--as-of", "2025-07-01", *key, *output, *words)


@pytest.mark.parametrize("column", ["store_code", "product_name", "order_id", "region"])
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_header_does_not_serve_a_private_column_and_another(shop: Path, column: str, command: str) -> None:
    words = ("--orders", shop / "o.csv", "--pseudonymize", "customer_id", *MAPPED, "--column", f"{column}=customer_id")

    answer = run(shop, *words, command=command)

    assert (answer.code, "SECRET" in str(answer)) == (1, False)
    assert "a private column would be shown under another name: 'customer_id' holds" in answer.err
    assert not (shop / "output" / "o").exists()


def test_a_dropped_column_is_not_shown_under_another_name(shop: Path) -> None:
    answer = run(
        shop, "--orders", shop / "o.csv", "--by", "none", "--drop", "region", *MAPPED, "--column", "store_code=region"
    )

    assert answer.code == 1
    assert "'region' holds" in answer.err


def test_a_header_may_serve_two_columns_that_are_not_private(shop: Path) -> None:
    words = ("--as-of", "2025-07-01", *MAPPED, "--column", "store_code=region", "--output", shop / "output")

    assert done("run", "--orders", shop / "o.csv", *words).code == 0


@pytest.mark.parametrize("folder", ["customer_id=SECRET", "Customer ID=SECRET", "客户编号=SECRET"])
@pytest.mark.parametrize("command", ["run", "check"])
def test_a_folder_that_names_a_private_id_is_refused_before_its_path_is_quoted(
    shop: Path, folder: str, command: str
) -> None:
    (shop / "in" / folder).mkdir(parents=True)
    (shop / "in" / folder / "f.csv").write_bytes(b"order_id,order_amount,order_time\n1,5,2025-06-01\n\xff\n")

    answer = run(shop, "--orders", shop / "in", "--pseudonymize", "customer_id", command=command)

    assert (answer.code, "SECRET" in str(answer)) == (1, False)
    assert "whose names reveal what is to be hidden" in answer.err
