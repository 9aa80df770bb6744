"""A dataset file that `init` writes has every reading with its evidence, and runs as the typed options do."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.refused_orders import REFUSALS
from tests.terminal import done, rfm

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "customer_id,order_id,order_amount,order_time"
SHOPIFY = (
    "Name,Email,Financial Status,Total,Created at,Lineitem name,Lineitem price,Refunded Amount\n"
    "#1,eva@x.example,paid,9.00,2025-06-01 10:00:00 +0200,oar,9.00,0.00\n"
    "#2,ivo@x.example,voided,5.00,2025-06-02 10:00:00 +0200,net,5.00,0.00\n"
)

FILES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "plain": (f"{HEADER}\neva,1,9.00,2025-06-01\nivo,2,5.00,2025-06-11\n", "utf-8", ()),
    "lines above, semicolons": (
        "Report of June\n\ncustomer;slip number;total;date\neva;1;9,50;2025-06-01\nivo;2;5,00;2025-06-11\n",
        "utf-8",
        ("--skip-lines", "2", "--decimal-comma", "--column", "order_id=slip number"),
    ),
    "regions, two spellings": (
        f"{HEADER},省份\n甲,1,9.00,2025-06-01,湖北\n乙,2,5.00,2025-06-11,湖北省\n",
        "gb18030",
        ("--same-region", "--encoding", "gb18030"),
    ),
    "lines": (
        f"{HEADER}\neva,1,9.00,2025-06-01\neva,1,2.00,2025-06-01\nivo,2,5.00,2025-06-11\n",
        "utf-8",
        ("--grain", "line", "--scheme", "quintile", "--ties", "max"),
    ),
    "a known export": (SHOPIFY, "utf-8", ("--time-zone", "Europe/Berlin")),
    "statuses": (
        f"{HEADER},status\neva,1,9.00,2025-06-01,paid\nivo,2,5.00,2025-06-11,void\n",
        "utf-8",
        ("--keep-status", "PAID", "--accept", "RFM402"),
    ),
}


def read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("name", FILES)
def test_a_run_of_the_file_equals_a_run_with_the_same_options(name: str, tmp_path: Path) -> None:
    text, encoding, options = FILES[name]
    orders = tmp_path / "orders.csv"
    orders.write_bytes(text.encode(encoding))

    done("init", orders, *options)
    as_of = str(read(tmp_path / "dataset.toml")["as_of"])
    done("run", tmp_path, "--output", tmp_path / "drafted")
    done("run", "--orders", orders, "--as-of", as_of, *options, "--output", tmp_path / "typed")

    lists = [(tmp_path / way / "orders" / "customers.csv").read_bytes() for way in ("drafted", "typed")]
    assert lists[0] == lists[1]


def test_every_reading_is_stated_with_its_evidence(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(SHOPIFY, "utf-8")

    answer = done("init", tmp_path / "orders.csv", "--time-zone", "Europe/Berlin")

    table, text = read(tmp_path / "dataset.toml"), (tmp_path / "dataset.toml").read_text("utf-8")
    assert table["orders"] == ["orders.csv"]
    assert str(table["as_of"]) == "2025-06-01"
    assert (table["encoding"], table["separator"], table["source"]) == ("utf-8", ",", "shopify")
    assert (table["grain"], table["keep_status"]) == ("order", ["paid"])
    assert (table["unit"], table["refunds"], table["time_zone"]) == ("yuan", "reject", "Europe/Berlin")
    for reading in ("currency", "nobody", "same_id"):
        assert f"\n# {reading}: " in text
    assert table["columns"]["customer_id"] == "Email"
    assert "# Headers that nothing reads: 'Lineitem price'" in text
    assert "# 1 rows have another status, of paid: 1 row; voided: 1 row" in text
    assert "RFM102" in answer.out
    assert "rfm-engine run" in answer.out


def test_the_statistics_date_is_that_of_the_newest_row_though_it_is_rejected(tmp_path: Path) -> None:
    rows = "eva,1,9.00,2025-06-01\nivo,2,5.00,2025-06-11\nivo,2,6.00,2025-06-11\n"
    (tmp_path / "o.csv").write_text(f"{HEADER}\n{rows}", "utf-8")

    done("init", tmp_path / "o.csv")

    assert str(read(tmp_path / "dataset.toml")["as_of"]) == "2025-06-11"


def test_what_is_asked_stands_as_a_commented_choice(tmp_path: Path) -> None:
    (tmp_path / "o.csv").write_text(f"{HEADER}\neva,1,9.00,10 to 5\n", "utf-8")

    answer = rfm("init", tmp_path / "o.csv", "--refunds", "net")

    text = (tmp_path / "dataset.toml").read_text("utf-8")
    assert answer.code == 1
    assert "written with a question" in answer.err
    assert "# asked: no order is left to grade" in text
    assert '# order_time_format = "%d/%m/%Y"' in text
    assert read(tmp_path / "dataset.toml") == {"refunds": "net", "orders": ["o.csv"]}


CHOICES = (
    *("amounts in two styles", "dates in two orders", "years of an era", "instants", "several encodings"),
    *("ids that lost digits", "amounts of two currencies", "lines of orders", "totals on each line", "null bytes"),
    *("tickets of each store", "two headers for a column", "another separator"),
    *("a quote that may swallow rows", "two headers with spaces"),
)


@pytest.mark.parametrize("name", CHOICES)
def test_each_choice_makes_the_file_run_when_its_comment_sign_is_taken_away(name: str, tmp_path: Path) -> None:
    refusal = REFUSALS[name]
    (tmp_path / refusal.file).write_bytes(
        refusal.content if isinstance(refusal.content, bytes) else refusal.content.encode()
    )

    assert rfm("init", tmp_path / refusal.file, "--as-of", "2025-07-01").code == 1

    text = (tmp_path / "dataset.toml").read_text("utf-8")
    choices = [line for line in text.splitlines() if re.match(r"# [a-z_.]+ = ", line) and "HEADER" not in line]
    assert len(choices) >= (2 if name in ("a quote that may swallow rows", "two headers with spaces") else 1)
    for choice in choices:
        (tmp_path / "dataset.toml").write_text(text.replace(choice, choice.removeprefix("# ")), "utf-8")
        done("run", tmp_path, "--output", tmp_path / "out")


def test_no_file_is_replaced_and_none_is_written_where_it_could_not_read_the_orders(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "o.csv").write_text(f"{HEADER}\neva,1,9.00,2025-06-01\n", "utf-8")
    (tmp_path / "there.toml").write_text("mine", "utf-8")

    assert "is there already" in rfm("init", tmp_path / "a" / "o.csv", "--output", tmp_path / "there.toml").err
    assert (tmp_path / "there.toml").read_text("utf-8") == "mine"
    (tmp_path / "b").mkdir()
    refused = rfm("init", tmp_path / "a" / "o.csv", "--output", tmp_path / "b" / "d.toml")
    assert refused.code == 2
    assert "outside" in refused.err
    done("init", tmp_path / "a" / "o.csv", "--output", tmp_path / "above.toml")
    assert read(tmp_path / "above.toml")["orders"] == ["a/o.csv"]
