"""Orders written in any mix of styles: a run gives the oracle's answer or asks; and findings change no number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine.errors import DataError
from rfm_engine.finding_kinds import KINDS
from tests.engine import run_files, table_of
from tests.examples import examples
from tests.fuzz.options import compare, is_reason
from tests.oracle.scorer import Rules, grade
from tests.orders.cells.styles import AMOUNTS, TIMES, shows_its_styles, some_amounts, some_times

if TYPE_CHECKING:
    from decimal import Decimal

    from rfm_engine.pipeline import Run
    from tests.engine import Row

RULES = Rules(as_of=date(2027, 1, 1))
NAMES = {
    "customer_id": ("customer_id", "客户编号", "Customer ID", "买家昵称"),
    "order_id": ("order_id", "订单号", "Order No.", "订单编号"),
    "region": ("region", "省份"),
    "order_amount": ("order_amount", "订单金额(元)", "Total"),
    "order_time": ("order_time", "下单时间", "Order Date"),
}
CUSTOMERS = ("c1", "张伟", "李娜", "王小明", "o'neil", "007", "müller", "Zoë")
REGIONS = ("四川省", "山东省", "Ticino")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "gb18030", "big5", "cp1252")


@dataclass(frozen=True)
class Order:
    """One order: what it is worth, when it was placed, who placed it."""

    customer: str
    region: str
    amount: Decimal
    time: datetime


@dataclass(frozen=True)
class Style:
    """How one file is written."""

    encoding: str
    separator: str
    above: int
    headers: tuple[str, ...]
    quotes_all: bool
    amounts: tuple[str, ...]
    times: tuple[str, ...]

    def write(self, path: Path, rows: list[list[str]]) -> bool:
        """Write the rows; return whether the encoding has all letters."""
        lines = [f"Report {number}" for number in range(self.above)]
        lines += [self.separator.join(map(self.quote, cells)) for cells in [list(self.headers), *rows]]
        try:
            path.write_bytes(("\r\n".join(lines) + "\r\n").encode(self.encoding))
        except UnicodeEncodeError:
            return False
        return True

    def quote(self, cell: str) -> str:
        needs = self.quotes_all or self.separator in cell or '"' in cell
        return '"' + cell.replace('"', '""') + '"' if needs else cell


def pick(styles: dict[str, Any]) -> st.SearchStrategy[tuple[str, ...]]:
    names = st.sampled_from([name for name in styles if "three" not in name])
    return st.one_of(names.map(lambda name: (name,)), st.tuples(names, names).filter(shows_its_styles))


orders = st.lists(
    st.builds(Order, st.sampled_from(CUSTOMERS), st.sampled_from(REGIONS), some_amounts, some_times),
    min_size=1,
    max_size=12,
)
styles = st.builds(
    Style,
    st.sampled_from(ENCODINGS),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([0, 0, 0, 2]),
    st.tuples(*map(st.sampled_from, NAMES.values())),
    st.booleans(),
    pick(AMOUNTS),
    pick(TIMES),
)


def run_or_ask(folder: Path, paths: list[Path], keys: dict[str, Any]) -> Run | DataError:
    try:
        return run_files(folder, paths, keys)
    except DataError as asked:
        return asked


@settings(max_examples=examples(40), deadline=None)
@given(st.data(), st.lists(st.tuples(styles, orders), min_size=1, max_size=2), st.sampled_from([None, "UTC"]))
def test_a_run_gives_the_oracle_s_answer_or_asks(
    data: st.DataObject, files: list[tuple[Style, list[Order]]], zone: str | None
) -> None:
    rows: list[Row] = []
    with TemporaryDirectory() as name:
        folder, paths = Path(name), []
        for number, (style, placed) in enumerate(files):
            cells = []
            for order in placed:
                amount = AMOUNTS[data.draw(st.sampled_from(style.amounts))](order.amount)
                time = TIMES[data.draw(st.sampled_from(style.times))](order.time)
                cells.append([order.customer, f"{number}-{len(rows)}", order.region, amount, time])
                rows.append({**dict(zip(NAMES, cells[-1], strict=True)), **as_meant(order)})
            paths.append(folder / f"{number}.csv")
            if not style.write(paths[-1], cells):
                return
        keys = table_of(RULES) | {"time_zone": zone}
        keys = {key: value for key, value in keys.items() if key != "amount_style" and value is not None}

        result = run_or_ask(folder, paths, keys)
        accepted = run_or_ask(folder, paths, keys | {"accept": list(KINDS)})

    answer = grade(rows, RULES)
    if isinstance(result, DataError):
        assert "--" in str(result) or "several currencies" in str(result) or is_reason(answer, str(result))
        return
    assert compare(answer, result.customers.collect(), ledger_of(result)) == "equal"
    assert not isinstance(accepted, DataError)
    assert accepted.customers.collect().equals(result.customers.collect())


def as_meant(order: Order) -> Row:
    return {"order_amount": f"{order.amount}", "order_time": f"{order.time:%Y-%m-%d %H:%M:%S}"}


def ledger_of(run: Run) -> dict[str, Any]:
    return run.ledger.as_table()
