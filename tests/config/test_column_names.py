"""No column of a list can take the place of a column of the engine's own: it works, or is refused in words."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

import rfm_engine
from rfm_engine.columns import ALIASES
from rfm_engine.config.column_names import TAKEN
from rfm_engine.errors import DatasetError
from tests.customers.small_orders import CARRY, SHOP
from tests.examples import examples
from tests.terminal import AS_OF, done, read_rows, rfm

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(rfm_engine.__file__).parent
ROOMS = ("orders", "preparation", "customers", "grading")
NAMERS = {"alias", "col", "with_row_index", "struct", "rename", "drop", "select"}
AMOUNTS = ("5", "¥7.50", "12.3456", "-3", "5", "5", "8", "9")
TIMES = (
    "2025-06-01",
    "2025/6/2",
    "13/3/2025 8:00:00.5",
    "2025-06-03",
    "2025-06-01",
    "2025-06-04",
    "soon",
    "2024-01-01",
)


def own_names() -> Iterator[str]:
    """Yield every text by which the rooms between files and lists name a column, and every text that is a constant."""
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in NAMERS:
                yield from (
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                )
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, str)
            ):
                yield node.value.value


NAMES = sorted({*own_names(), "*", "^.$"} - {*ALIASES})
RULES: list[dict[str, Any]] = [{}, {"grain": "line"}, {"grain": "day", "refunds": "net"}, {"since": "2025-01-01"}]


def orders_in(column: str) -> pl.DataFrame:
    ids = ("o1", "o1", "o2", "o3", "o4", "o4", "o5", "o6")
    own = {"customer_id": [*"aabbccdd"], "order_id": ids, "order_amount": AMOUNTS, "order_time": TIMES}
    lists = [*"xxyyxxyy"]
    return pl.DataFrame({"product_name": [*"pqpqpqpq"]} | ({column: lists} if column in own else own | {column: lists}))


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_lists_by_any_name_of_the_engines_own_are_those_by_another_name_or_refused(rules: dict[str, Any]) -> None:
    options: dict[str, Any] = {"as_of": "2025-07-01", **rules}
    expected = rfm_engine.score(orders_in("channel"), by=["channel"], **options).collect()

    for name in NAMES[:: max(len(NAMES) // examples(len(NAMES)), 1)]:
        if name in TAKEN or name.startswith(":") or name == "*" or (name[:1], name[-1:]) == ("^", "$"):
            with pytest.raises(DatasetError, match="can't be split by"):
                rfm_engine.score(orders_in("channel"), by=[name], **options)
        else:
            own = options | {"columns": {name: "channel"}}
            graded = rfm_engine.score(orders_in("channel"), by=[name], **own).collect()
            assert graded.rename({name: "channel"}).equals(expected), name


@pytest.mark.parametrize(
    "name", ["a list", 'a"b', "[x]", "省份", "rank", "amount: left", "number of the list", "month"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_lists_by_odd_names_are_written_and_explained(name: str, language: str, tmp_path: Path) -> None:
    orders_in(name).drop("product_name").write_csv(tmp_path / "orders.csv")
    words = ("run", "--orders", tmp_path / "orders.csv", *AS_OF, "--by", name, "--grain", "line")

    done(*words, "--language", language, "--output", tmp_path, "--name", "odd")

    assert {row[name] for row in read_rows(tmp_path / "odd" / "customers.csv")} == {*"xy"}
    assert name in done("explain", "a", "--run", tmp_path / "odd").out


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, "utf-8")
    return path


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--carry", "Noote"), "no header for Noote (nearest: 'Note'): map it, --column Noote=HEADER"),
        (("--carry", "order_status"), "the orders have no column order_status (to carry)"),
        (("--carry", "order_id"), "order_id is in every list already"),
        (("--carry", "region"), "region is in every list already"),
        (("--carry", "姓名"), "carry customer_name"),
        (
            (*CARRY, "--pseudonymize", "customer_id"),
            "--pseudonymize customer_name --pseudonymize phone, or do not carry",
        ),
        (("--pseudonymize", "phone"), "expected customer_id, order_id or store_code, got ['phone']"),
    ],
)
def test_what_cannot_be_carried_is_refused_with_what_to_type(
    shop: Path, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    answer = rfm("run", "--orders", shop, *AS_OF, "--output", tmp_path / "out", *words)

    assert answer.code in (1, 2)
    assert message in answer.err
    assert not (tmp_path / "out").exists()
