"""Further columns come along from the customer's newest order; they change no number, and no name leaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rfm_engine
from rfm_engine import open_run
from tests.customers.small_orders import CARRY, SHOP
from tests.examples import examples
from tests.terminal import AS_OF, done, read_rows, record_of, run

if TYPE_CHECKING:
    import random
    from pathlib import Path

    from rfm_engine.rules import Grain

KEY = "a key of 16 bytes or more"
rows = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.sampled_from(["o1", "o2", "o3"]),
        st.sampled_from([None, "x", "y"]),
        st.sampled_from([None, "p", "q"]),
    ),
    min_size=1,
    max_size=8,
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, "utf-8")
    return path


def frame_of(drawn: list[tuple[str, str, str | None, str | None]]) -> pl.DataFrame:
    """Return orders whose day and amount follow from the id, so that rows of one id differ in what is carried alone."""
    return pl.DataFrame(
        {
            "customer_id": [who for who, *_ in drawn],
            "order_id": [who + order for who, order, *_ in drawn],
            "order_amount": [{"o1": "5.00", "o2": "7.00", "o3": "9.00"}[order] for _, order, *_ in drawn],
            "order_time": [
                {"o1": "2025-05-01", "o2": "2025-06-01", "o3": "2025-06-01"}[order] for _, order, *_ in drawn
            ],
            "note": [note for *_, note, _ in drawn],
            "phone": [phone for *_, phone in drawn],
        },
        schema_overrides={"note": pl.String, "phone": pl.String},
    )


@settings(max_examples=examples(60), deadline=None)
@given(rows, st.sampled_from(["order", "line"]), st.randoms(use_true_random=False))
def test_what_is_carried_is_the_greatest_of_the_newest_order_and_changes_nothing_else(
    drawn: list[tuple[str, str, str | None, str | None]], grain: Grain, shuffler: random.Random
) -> None:
    if grain == "line":  # the cells that a further line lacks are those of the first
        drawn = [(who, order, note or "m", phone or "m") for who, order, note, phone in drawn]
    newest = {who: max(order for other, order, *_ in drawn if other == who) for who, *_ in drawn}
    expected = {
        who: max((note or "", phone or "") for other, order, note, phone in drawn if (other, order) == (who, last))
        for who, last in newest.items()
    }
    plain = rfm_engine.score(frame_of(drawn), as_of="2025-07-01", grain=grain).collect()
    shuffler.shuffle(drawn)

    found = rfm_engine.score(frame_of(drawn), as_of="2025-07-01", grain=grain, carry=["note", "phone"]).collect()

    assert found.drop("note", "phone").equals(plain)
    carried = found.select("customer_id", pl.col("note", "phone").fill_null(""))
    assert {who: (note, phone) for who, note, phone in carried.iter_rows()} == expected


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "ndjson"])
def test_every_format_has_the_columns_last_and_is_read_back(shop: Path, tmp_path: Path, form: str) -> None:
    folder = run(shop, tmp_path / "out", *CARRY, "--format", form)

    customers = open_run(folder).customers().collect()

    assert customers.columns[-3:] == ["customer_name", "phone", "Note"]
    assert customers.select("customer_name", "phone", "Note").rows() == [
        ("Lena B", "138002", "=x"),
        ("Omar", "1399", "gift"),
    ]
    assert record_of(folder)["ledger"]["duplicates"] == 1


def test_headers_of_names_and_phones_are_known_in_both_languages(tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    orders.write_text("客户编号,订单号,金额,下单时间,收货人,联系电话\n7,1,10,2025-06-05,王五,139\n", "utf-8")

    (row,) = read_rows(run(orders, tmp_path / "out", *CARRY[:4], "--language", "zh") / "customers.csv")

    assert (row["姓名"], row["电话"]) == ("王五", "139")


def test_a_column_of_another_name_is_mapped_and_a_draft_with_it_runs(shop: Path, tmp_path: Path) -> None:
    words = ("--carry", "remark", "--column", "remark=Note", "--carry", "phone")

    typed = run(shop, tmp_path / "out", *words)
    done("init", shop, *AS_OF, *words, "--output", tmp_path / "shop.toml")
    done("run", tmp_path / "shop.toml", "--output", tmp_path / "drafted")

    assert [row["remark"] for row in read_rows(typed / "customers.csv")] == ["'=x", "gift"]
    assert read_rows(tmp_path / "drafted" / "shop" / "customers.csv") == read_rows(typed / "customers.csv")


def test_further_rows_of_an_order_have_the_name_of_its_first_row(tmp_path: Path) -> None:
    orders = tmp_path / "o.csv"
    lines = "7,1,10.00,2025-06-05,Wang\n,1,50.00,,\n"
    orders.write_text("customer_id,order_id,order_amount,order_time,name\n" + lines, "utf-8")

    (row,) = read_rows(run(orders, tmp_path / "out", *CARRY[:2], "--grain", "line") / "customers.csv")

    assert (row["monetary"], row["customer_name"]) == ("60.00", "Wang")


def test_names_and_phones_become_tokens_on_request_and_stand_nowhere_in_plain(
    shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_PSEUDONYM_KEY", KEY)
    names = ("customer_id", "customer_name", "phone")

    folder = run(shop, tmp_path / "out", *CARRY, *(word for name in names for word in ("--pseudonymize", name)))
    done("plan", folder)

    written = b"".join(path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file())
    assert not any(plain in written for plain in (b"Lena", b"Omar", b"138002"))
    assert all(len(row["phone"]) == 64 == len(row["customer_name"]) for row in read_rows(folder / "customers.csv"))


def test_a_plan_has_names_and_phones_in_its_workbook_alone(shop: Path, tmp_path: Path) -> None:
    folder = run(shop, tmp_path / "out", *CARRY)

    done("plan", folder)

    plan = folder.with_name("shop.plan") / "2025-07"
    calls = pl.read_excel(plan / "plan.xlsx", sheet_name="unassigned", infer_schema_length=0)
    names = {"lena": ("Lena B", "138002"), "omar": ("Omar", "1399")}
    found = {
        who: (name, phone) for who, name, phone in calls.select("customer id", "customer name", "phone").iter_rows()
    }
    assert found
    assert found.items() <= names.items()
    others = [path for path in plan.iterdir() if path.suffix in {".csv", ".ics", ".json", ".parquet"}]
    assert not any(b"138002" in path.read_bytes() or b"Lena" in path.read_bytes() for path in others)
