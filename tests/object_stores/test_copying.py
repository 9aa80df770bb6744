"""Objects are copied as they were listed, in little memory, and their copies go away however a run ends."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from rfm_engine.errors import DataError
from tests.object_stores.slow_server import PIECE, serve_pieces
from tests.servers.object_store import needs_object_store, put
from tests.terminal import AS_OF

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("obstore", reason="needs obstore: pip install 'rfm-engine[remote]'")

COPY = """
import resource, sys
from pathlib import Path
from rfm_engine.object_stores.copying import copy_objects
from rfm_engine.object_stores.listing import find_objects
found = find_objects("s3://shop/large.csv", bool)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
(place,) = copy_objects(found, Path(sys.argv[1]))
print(place.stat().st_size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def environment(address: str, temporary: Path) -> dict[str, str]:
    keys = {"AWS_ENDPOINT_URL": address, "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
    return os.environ | keys | {"TMPDIR": str(temporary)}


@needs_object_store
def test_an_object_that_changes_after_it_was_listed_is_not_read(keys: dict[str, str], tmp_path: Path) -> None:
    from rfm_engine.object_stores.copying import copy_objects  # noqa: PLC0415 needs obstore
    from rfm_engine.object_stores.listing import find_objects  # noqa: PLC0415 likewise

    put(keys, "changing/o.csv", b"first")
    found = find_objects("s3://shop/changing/o.csv", bool)
    put(keys, "changing/o.csv", b"other")

    with pytest.raises(DataError, match=r"s3://shop/changing/o\.csv: changed while the run read it"):
        copy_objects(found, tmp_path)


def test_a_large_object_is_copied_in_little_memory(tmp_path: Path) -> None:
    with serve_pieces(3_000) as (address, _):
        command = [sys.executable, "-c", COPY, str(tmp_path)]
        said = subprocess.run(command, env=environment(address, tmp_path), check=True, capture_output=True).stdout

    size, kilobytes = map(int, said.split())
    assert size == 3_000 * len(PIECE)
    assert kilobytes < size / 1024 / 3


def test_an_answer_that_breaks_off_is_no_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rfm_engine.object_stores.copying import copy_objects  # noqa: PLC0415 needs obstore
    from rfm_engine.object_stores.listing import find_objects  # noqa: PLC0415 likewise

    with serve_pieces(3, breaks_off=True) as (address, _):
        for name, value in environment(address, tmp_path).items():
            monkeypatch.setenv(name, value)
        found = find_objects("s3://shop/o.csv", bool)
        with pytest.raises(DataError, match=r"s3://shop/o\.csv: 127\.0\.0\.1:\d+ does not give it"):
            copy_objects(found, tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="signals of Unix")
@pytest.mark.parametrize("signal", ["SIGTERM", "SIGKILL"])
def test_copies_go_away_when_a_run_is_killed(signal: str, tmp_path: Path, shop: Path) -> None:
    import signal as signals  # noqa: PLC0415 some are of Unix alone

    temporary = tmp_path / "temporary"
    temporary.mkdir()
    words = ("run", "--orders", "s3://shop/large.csv", "--remote", *AS_OF, "--output", str(tmp_path / "output"))
    with serve_pieces(1_000, wait=0.05) as (address, asked):
        command = [sys.executable, "-m", "rfm_engine", *words]
        process = subprocess.Popen(command, env=environment(address, temporary), stderr=subprocess.DEVNULL)
        assert asked.wait(30)
        process.send_signal(getattr(signals, signal))
        process.wait(10)

    left = list(temporary.iterdir())
    assert bool(left) == (signal == "SIGKILL")
    assert not (tmp_path / "output" / "large").exists()
    if left:
        command = [sys.executable, "-m", "rfm_engine", "run", "--orders", str(shop), *AS_OF, "-q"]
        subprocess.run([*command, "--output", str(tmp_path / "output")], env=environment("", temporary), check=True)
        assert not list(temporary.iterdir())
