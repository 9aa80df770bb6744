"""How the tests install the faulty plugins, without pip, and run a command beside them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from rfm_engine.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from rfm_engine.plugins.host import PluginHost
    from rfm_engine.plugins.loading import PluginRecord

    Install = Callable[..., None]

FOLDER = Path(__file__).parent / "faulty_plugins"


def installer(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Return a function that puts faulty plugins on the path, as if they had just been installed."""
    for name in ("RFM_STRICT_PLUGINS", "RFM_DISABLE_PLUGINS"):
        monkeypatch.delenv(name, raising=False)

    def put_on_the_path(*faults: str) -> None:
        for module in [module for module in sys.modules if module.startswith("faulty_")]:
            monkeypatch.delitem(sys.modules, module)
        for fault in faults:
            monkeypatch.syspath_prepend(FOLDER / fault)

    return put_on_the_path


def twenty_orders(folder: Path) -> Path:
    """Write one order each of twenty customers."""
    rows = [f"c{n},o{n},{n * 10},2025-01-{n:02},Sichuan" for n in range(1, 21)]
    path = folder / "orders.csv"
    path.write_text("\n".join(["customer_id,order_id,order_amount,order_time,region", *rows]), "utf-8")
    return path


def command(*arguments: str | Path) -> int:
    """Run a command in this process and return its exit code."""
    with patch.object(sys, "argv", ["rfm-engine", *map(str, arguments)]), pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def record_of(distribution: str, host: PluginHost) -> PluginRecord:
    """Return what became of the one plugin of a distribution."""
    (record,) = [record for record in host.records() if record.distribution == distribution]
    return record
