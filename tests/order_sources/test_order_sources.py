"""Known exports are recognised by their headers, said so, stated or turned off; plugins bring more by the same hook."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rfm_engine.columns import ALIASES
from rfm_engine.order_source import OrderSource
from rfm_engine.plugins.validation import find_source_faults
from tests.order_sources.sources import SOURCES, export, spends
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "customer_id,order_id,order_amount,order_time"


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


def test_an_unknown_source_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    answer = rfm("check", "--orders", export(tmp_path, SOURCES["jd"]), *AS_OF, "--source", "shopifi")

    assert answer.code == 2
    assert "did you mean 'shopify'?" in answer.err


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
