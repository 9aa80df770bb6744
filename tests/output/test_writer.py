"""The files of a run: the same bytes for the same orders, with a record that can be checked against them."""

from __future__ import annotations

from pathlib import Path

from tests.terminal import done, read_rows, record_of


def test_every_rejected_row_is_written_with_its_file_row_and_reason(national: Path) -> None:
    rejects = read_rows(national / "rejects.csv")

    assert len(rejects) == record_of(national)["ledger"]["rejected"] > 0
    for row in rejects:
        source = read_rows(Path(row["file"]))[int(row["row"]) - 2]
        assert source[row["column"]] == row["value"]
        assert row["reason"] == ("missing" if row["column"] == "客户编号" else "not positive")


def test_rows_are_sorted_by_list_then_customer(national: Path) -> None:
    keys = [(row["region"], row["customer_id"]) for row in read_rows(national / "customers.csv")]

    assert keys == sorted(set(keys))


def test_a_second_run_writes_the_same_bytes_in_every_format(shop: Path, shop_run: Path, tmp_path: Path) -> None:
    formats = [word for form in ("xlsx", "ndjson", "parquet", "csv") for word in ("--format", form)]

    done("run", "--orders", shop, "--as-of", "2025-07-01", *formats, "--output", tmp_path, "--quiet")

    names = sorted(path.name for path in shop_run.iterdir() if path.name != "run.json")
    assert len(names) == 5
    assert all((tmp_path / "shop" / name).read_bytes() == (shop_run / name).read_bytes() for name in names)
    first, second = record_of(shop_run), record_of(tmp_path / "shop")
    assert first | {"seconds": {}} == second | {"seconds": {}}
