"""A real S3 on loopback: SeaweedFS with one key, and one bucket in it."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

KEYS = {"LITESTREAM_ACCESS_KEY_ID": "key", "LITESTREAM_SECRET_ACCESS_KEY": "hidden-from-all"}
READING = {"LITESTREAM_ACCESS_KEY_ID": "reader", "LITESTREAM_SECRET_ACCESS_KEY": "reads"}
# Who signs nothing may make the bucket; who signs wrongly is still refused.
_IDENTITIES = [
    {"name": "troupe", "credentials": [{"accessKey": "key", "secretKey": "hidden-from-all"}], "actions": ["Admin"]},
    {"name": "reader", "credentials": [{"accessKey": "reader", "secretKey": "reads"}], "actions": ["Read", "List"]},
    {"name": "anonymous", "actions": ["Admin"]},
]
_PARTS = ("master.port", "volume.port", "filer.port", "s3.port")


@contextmanager
def s3(folder: Path) -> Iterator[int]:
    """Its port, once the bucket ``troupe`` is there."""
    configuration = folder / "s3.json"
    configuration.write_text(json.dumps({"identities": _IDENTITIES}), "utf-8")
    ports = _free(2 * len(_PARTS))
    numbers = [f"-{part}={port}" for part, port in zip(_PARTS, ports[::2], strict=True)]
    numbers += [f"-{part}.grpc={port}" for part, port in zip(_PARTS, ports[1::2], strict=True)]
    fixed = ["-s3", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.port.iceberg=0", "-s3.port.lance=0", "-volume.max=20"]
    weed = Path(sys.executable).with_name("weed")
    order = [str(weed), "server", *fixed, f"-dir={folder}", f"-s3.config={configuration}", *numbers]
    running = subprocess.Popen(order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
    try:
        _make_bucket(ports[6])
        yield ports[6]
    finally:
        running.kill()
        running.wait()


def address(port: int, prefix: str) -> str:
    return f"s3://troupe/{prefix}?endpoint=http://127.0.0.1:{port}&region=us-east-1&forcePathStyle=true"


def _free(count: int) -> list[int]:
    open_ones = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in open_ones]
    for one in open_ones:
        one.close()
    return ports


def _make_bucket(port: int, within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("PUT", "/troupe")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.05)
    raise AssertionError("the S3 of the tests did not come up")
