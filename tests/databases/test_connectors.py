"""A plugin brings a database: its connector answers, and the run goes on as with any other."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from rfm_engine.plugin_api import Answer, Connector, hookimpl
from rfm_engine.plugins import discovery
from rfm_engine.plugins.loading import PluginSource
from tests.terminal import AS_OF, done, record_of, rfm

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE = Path(__file__).parents[2] / "plugins" / "README.md"
HIDDEN = "geheim-5"


class Broken(Connector):
    """Breaks where the path of its URI says."""

    name = "broken"

    @contextmanager
    def ask(self, uri: str, statement: str) -> Iterator[Answer]:
        if "/begin" in uri:
            message = f"no {uri}\nand more"
            raise RuntimeError(message)
        yield Answer("Broken 1", "2025-07-01", self._answer(uri, statement))

    def _answer(self, uri: str, statement: str) -> Iterator[dict[str, list[str]]]:
        yield {"customer_id": ["a"], "order_amount": ["5"], "order_time": ["2025-06-30"]}
        message = f"no more of {uri} for {statement}"
        raise OSError(message)


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connectors of an installed plugin: the guide's, and one that breaks."""
    block = GUIDE.read_text("utf-8").partition("### `rfm_register_connectors()`")[2]
    names: dict[str, Any] = {name: globals()[name] for name in ("Answer", "Connector", "contextmanager", "duckdb")}
    exec(block.partition("```python\n")[2].partition("```")[0], names | {"__name__": "guide"}, names)  # noqa: S102 our own page
    module = ModuleType("duck")
    module.rfm_register_connectors = hookimpl(lambda: [names["Duck"], Broken])  # type: ignore[attr-defined]
    module.rfm_register_connectors.__name__ = "rfm_register_connectors"
    source = PluginSource("rfm-engine-duck", "1.0", "duck", partial(lambda: module), "duck")
    monkeypatch.setattr(discovery, "third_party_sources", lambda: ([source], []))


def test_the_connector_of_the_guide_gives_the_list_of_the_file(shop: Path, tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "shop.db") as connection:
        connection.execute(f"create table orders as from read_csv('{shop}', all_varchar = true)")
    uri = f"duckdb:///{tmp_path}/shop.db"

    done("run", "--database", uri, "--table", "orders", *AS_OF, "--output", tmp_path / "base", "-q")

    done("run", "--orders", shop, *AS_OF, "--output", tmp_path / "file", "-q")
    lists = [(tmp_path / place / "customers.csv").read_bytes() for place in ("base/orders", "file/shop")]
    assert lists[0] == lists[1]
    database = record_of(tmp_path / "base" / "orders")["database"]
    assert (database["uri"], database["rows"]) == (uri, 5)
    assert database["server"].startswith("DuckDB v")


@pytest.mark.parametrize("place", ["begin", "answer"])
def test_what_a_connector_raises_is_one_line_without_a_password(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RFM_DATABASE_URI", f"broken://u:{HIDDEN}@host/{place}")

    answer = rfm("run", "--database", "env", "--table", "orders", *AS_OF, "--output", tmp_path)

    assert (answer.code != 0, HIDDEN in answer.err) == (True, False)
    assert f"broken://u@host/{place}: connector 'broken': " in answer.err
    assert len(answer.err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("postgrsql://host/db", "did you mean 'postgresql'?"),
        ("oracle://host/db", "expected postgresql://user@host/database"),
        (f"duckdb://u:{HIDDEN}@host/db", "holds a password"),
        ("shop.db", "expected postgresql://user@host/database"),
    ],
)
def test_what_no_one_knows_is_refused(uri: str, expected: str) -> None:
    answer = rfm("run", "--database", uri, "--table", "orders", *AS_OF)

    assert (answer.code, expected in answer.err, HIDDEN in answer.err) == (2, True, False)


def test_a_dataset_file_reaches_it_only_when_the_command_says_so(tmp_path: Path) -> None:
    table = 'database = "broken://host/begin"\ntable = "orders"\nas_of = 2025-07-01\n'
    (tmp_path / "dataset.toml").write_text(table, "utf-8")

    answer = rfm("run", tmp_path)

    assert (answer.code, "--allow-database" in answer.err) == (2, True)
