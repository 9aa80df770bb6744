"""Known exports are recognised by their headers, said so, stated or turned off; plugins bring more by the same hook."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rfm_engine.columns import ALIASES
from rfm_engine.order_source import OrderSource
from rfm_engine.order_sources import rfm_register_order_sources
from rfm_engine.plugins.validation import find_source_faults
from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SOURCES = {source.name: source for source in rfm_register_order_sources()}

CELLS: Mapping[str, tuple[str, str, str]] = {
    "customer_id": ("kim", "kim", "lee"),
    "order_amount": ("10.00", "20.00", "40.00"),
    "quantity": ("1", "2", "4"),
    "unit_price": ("10.00", "10.00", "10.00"),
    "refunded_amount": ("", "", ""),
    "currency": ("EUR", "EUR", "EUR"),
}
TIMES = {
    "local": ("2025-06-01 10:00:00", "2025-06-02 10:00:00", "2025-06-03 10:00:00"),
    "utc": ("2025-06-01 10:00:00", "2025-06-02 10:00:00", "2025-06-03 10:00:00"),
    "offset": ("2025-06-01T10:00:00+00:00", "2025-06-02T10:00:00+00:00", "2025-06-03T10:00:00+00:00"),
}
PLAIN = "customer_id,order_id,order_amount,order_time"


def export(folder: Path, source: OrderSource, first_id: int = 1) -> Path:
    """Write three orders as the source would: the last one in a status that does not count, where it has statuses."""
    headers = list(dict.fromkeys((*source.signature, *source.columns.values())))
    names = {header: name for name, header in source.columns.items()}
    times = ("06/01/25", "06/02/25", "06/03/25") if source.time_format else TIMES[source.times]
    kept = source.statuses[0] if source.statuses else "any"
    ids = tuple(str(first_id + row) for row in range(3))
    cells = {
        **CELLS,
        "order_id": ids,
        "order_time": times,
        "order_status": (kept, kept, "odd" if source.statuses else "any"),
    }
    lines = [[cells.get(names.get(header, ""), ("x", "x", "x"))[row] for header in headers] for row in range(3)]
    path = folder / "export.csv"
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in line) for line in [headers, *lines]) + "\n", "utf-8")
    return path


def spends(folder: Path) -> dict[str, str]:
    return {row["customer_id"]: row["monetary"] for row in read_rows(folder / "export" / "customers.csv")}


@pytest.mark.parametrize("name", SOURCES)
def test_an_export_is_recognised_read_as_its_source_says_and_said_so(name: str, tmp_path: Path) -> None:
    path = export(tmp_path, SOURCES[name])
    words = ("run", "--orders", path, *AS_OF, "--time-zone", "UTC", "--by", "none", "--output", tmp_path / "out")

    answer = done(*words)

    expected = {"kim": "30.00"} | ({} if SOURCES[name].statuses else {"lee": "40.00"})
    assert spends(tmp_path / "out") == expected
    assert f"RFM102 read as an export of {SOURCES[name].title}" in answer.out
    assert f"--source {name} states it" in answer.out
    assert "RFM102" not in done(*words, "--source", name).out
    assert spends(tmp_path / "out") == expected


@pytest.mark.parametrize("name", SOURCES)
def test_no_signature_is_that_of_another_source(name: str) -> None:
    own = {*SOURCES[name].signature, *SOURCES[name].columns.values()}

    assert [other for other in SOURCES if other != name and {*SOURCES[other].signature} <= own] == []
    assert {*SOURCES[name].columns} <= {*ALIASES}


def test_a_source_is_turned_off_and_gives_way_to_what_is_declared(tmp_path: Path) -> None:
    path = export(tmp_path, SOURCES["stripe"])
    words = ("run", "--orders", path, *AS_OF, "--time-zone", "UTC", "--output", tmp_path / "out")

    refused = rfm(*words, "--source", "none")
    done(*words, "--keep-status", "odd")

    assert "no header for customer_id" not in refused.err
    assert spends(tmp_path / "out") == {"lee": "40.00"}


def test_an_unknown_source_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    answer = rfm("check", "--orders", export(tmp_path, SOURCES["jd"]), *AS_OF, "--source", "shopifi")

    assert answer.code == 2
    assert "did you mean 'shopify'?" in answer.err


def test_times_in_utc_are_counted_in_the_days_of_the_time_zone(tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_text("customer_id,order_id,order_amount,Made at (UTC)\np,1,5,2025-06-29 20:00:00\n", "utf-8")
    words = ("run", "--orders", path, *AS_OF, "--column", "order_time=Made at (UTC)", "--output", tmp_path / "out")

    done(*words, "--time-zone", "Asia/Tokyo")

    assert [row["recency_days"] for row in read_rows(tmp_path / "out" / "o" / "customers.csv")] == ["1"]


def two(folder: Path, *names: str) -> tuple[object, ...]:
    """Return the words of a run of two exports in one list."""
    for first_id, name in zip((1, 7), names, strict=True):
        (folder / name).mkdir()
        export(folder / name, SOURCES[name], first_id)
    return ("run", "--orders", folder / "*" / "export.csv", "--name", "export", *AS_OF, "--output", folder / "out")


def test_files_of_two_sources_make_one_list_in_which_the_statuses_of_each_count(tmp_path: Path) -> None:
    words = two(tmp_path, "jd", "taobao")

    answer = done(*words, "--column", "order_status=订单状态")

    assert spends(tmp_path / "out") == {"kim": "60.00", "lee": "40.00"}
    assert "1 status that its order source does not count" in answer.out
    checked = done("check", *words[1:-2], "--column", "order_status=订单状态").out.splitlines()
    statuses = [line.split() for line in checked if line.startswith("  ") and line.split()[-1:] in (["yes"], ["no"])]
    assert {status: counts for status, *_, counts in statuses} == {"any": "yes", "交易成功": "yes", "odd": "no"}
    done(*words, "--keep-status", "odd", "--keep-status", "any", "--keep-status", "交易成功")
    assert spends(tmp_path / "out") == {"kim": "60.00", "lee": "80.00"}


def test_statuses_that_no_source_judges_are_found_beside_those_that_one_does(tmp_path: Path) -> None:
    words = two(tmp_path, "jd", "taobao")

    assert "RFM402" in done(*words).out
    (tmp_path / "jd" / "export.csv").write_text(f"{PLAIN}\nlee,99,40.00,2025-06-03\n", "utf-8")
    assert "RFM402" not in done(*words).out
    assert spends(tmp_path / "out") == {"kim": "30.00", "lee": "40.00"}


def test_exports_of_orders_and_of_lines_are_not_mixed_without_a_word(tmp_path: Path) -> None:
    words = two(tmp_path, "alipay", "douyin")

    answer = rfm(*words)

    assert answer.code == 1
    assert "a row is an order in the former, and a line of one in the latter" in answer.err
    for grain in ("line", "order"):
        assert f"--grain {grain}" in answer.err
        done(*words, "--grain", grain)
        assert spends(tmp_path / "out") == {"kim": "60.00"}


def test_the_command_lists_every_source_with_its_columns() -> None:
    listed = json.loads(done("sources", "--json").out)

    assert [one["name"] for one in listed] == list(SOURCES)
    shown = " ".join(done("sources").out.split())
    assert "customer_id = Email" in shown
    assert "a row is a line; money is GBP" in shown


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ("shopify", "expected an OrderSource"),
        (OrderSource(name="a", title="", signature=("x",), columns={"customer_id": "x"}), "columns lacks order_amount"),
        (OrderSource(name="a b", title="", signature=(), columns=SOURCES["jd"].columns), "is not a word"),
        (OrderSource(name="a", title="", signature=(), columns=SOURCES["jd"].columns), "no signature"),
        (OrderSource(name="a", title="", signature=("x",), columns={"who": "x"}), "columns names who"),
        (replace(SOURCES["jd"], currency="yuan"), "the currency 'yuan' is no code"),
    ],
)
def test_what_is_no_sound_source_is_kept_out(wrong: object, fault: str) -> None:
    assert any(fault in one for one in find_source_faults(wrong))


def test_an_export_stays_recognised_beside_a_column_that_a_user_maps(tmp_path: Path) -> None:
    source = SOURCES["amazon"]
    path = export(tmp_path, source)
    words = ("run", "--orders", path, *AS_OF, "--time-zone", "UTC", "--output", tmp_path)

    assert "RFM102" in done(*words, "--column", "store_code=buyer-email").out
    by_hand = ("customer_id=buyer-email", "order_amount=item-price", "order_time=purchase-date", "order_id=order-id")
    assert "RFM102" not in done(*words, *(part for one in by_hand for part in ("--column", one))).out


def test_a_time_that_a_user_maps_is_not_read_in_the_form_of_the_source(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    head = "Sale Date,Item Name,Buyer,Item Total,Order ID,Date Paid"
    path.write_text(f"{head}\n06/01/25,oar,kim,9.00,1,06/02/2025\n06/13/25,net,lee,9.00,2,06/14/2025\n", "utf-8")

    done("run", "--orders", path, *AS_OF, "--output", tmp_path, "--column", "order_time=Date Paid")

    rows = read_rows(tmp_path / "export" / "customers.csv")
    assert [row["last_order_time"][:10] for row in rows] == ["2025-06-02", "2025-06-14"]
