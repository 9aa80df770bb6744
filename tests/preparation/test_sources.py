"""What sources say of grain and statuses is followed, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.order_sources.sources import SOURCES, export, spends
from tests.terminal import AS_OF, done, rfm

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = "customer_id,order_id,order_amount,order_time"


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
