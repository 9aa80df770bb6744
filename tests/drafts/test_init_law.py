"""Whatever the style of an order file: a run of the dataset that `init` writes equals a run with the same keys."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rfm_engine import pipeline
from rfm_engine.config.job import prepare_job
from rfm_engine.config.origins import Origins
from rfm_engine.drafts.dataset_draft import draft_dataset
from rfm_engine.errors import DataError
from rfm_engine.plugins.host import PluginHost
from tests.engine import run_files
from tests.oracle.test_styles_equal_oracle import CUSTOMERS, Order, Style, orders, styles
from tests.orders.cells.styles import AMOUNTS, TIMES

EXAMPLES = int(os.environ.get("RFM_EXAMPLES", "25"))
KEYS: tuple[dict[str, Any], ...] = (
    {"time_zone": "UTC"},
    {"refunds": "net"},
    {"by": []},
    {"scheme": {"name": "quintile"}},
    {"since": "2021-01-01"},
    {"same_id": ["case"]},
    {"exclude_customer": [CUSTOMERS[0]]},
)


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.data(), styles, orders, st.lists(st.sampled_from(KEYS), max_size=3))
def test_a_run_of_what_init_writes_equals_a_run_with_the_same_keys(
    data: st.DataObject, style: Style, placed: list[Order], given_keys: list[dict[str, Any]]
) -> None:
    cells = [
        [
            order.customer,
            f"o{number}",
            order.region,
            AMOUNTS[data.draw(st.sampled_from(style.amounts))](order.amount),
            TIMES[data.draw(st.sampled_from(style.times))](order.time),
        ]
        for number, order in enumerate(placed)
    ]
    keys: dict[str, Any] = {"as_of": "2027-01-01"}
    for one in given_keys:
        keys |= one
    with TemporaryDirectory() as name:
        folder, paths = Path(name), [Path(name) / "orders.csv"]
        if not style.write(paths[0], cells):
            return
        named = {"name": "test", "orders": ["orders.csv"]} | keys
        job = prepare_job(named, folder, PluginHost(), Origins(whole="test", each="test: {key}"))
        try:
            text = draft_dataset(pipeline.inspect(job), job, ["orders.csv"])
        except DataError:
            return

        drafted = run_files(folder, paths, tomllib.loads(text))
        typed = run_files(folder, paths, keys)

        assert drafted.customers.collect().equals(typed.customers.collect())
        assert drafted.ledger == typed.ledger
