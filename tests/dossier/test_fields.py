"""The table of fields is that of the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.terminal import read_rows

if TYPE_CHECKING:
    from pathlib import Path


def test_the_table_of_fields_is_that_of_the_data(package: Path) -> None:
    rows, fields = read_rows(package / "数据.csv"), read_rows(package / "字段说明.csv")

    assert [field["字段名称"] for field in fields] == [*rows[0]]
    assert all(field["含义"] and field["来源或计算规则"] for field in fields)
    by_name = {field["英文名称"]: field for field in fields}
    days = [int(row["距统计时间天数"]) for row in rows]
    assert (by_name["recency_days"]["最小值"], by_name["recency_days"]["最大值"]) == (str(min(days)), str(max(days)))
    assert by_name["recency_days"]["不同值数"] == f"{len({*days}):,}"
    assert by_name["customer_id"]["最小值"] == ""
