"""Whether the replica takes what is written there, tried at a start before anything is changed."""

from __future__ import annotations

import asyncio
import tempfile
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.replication import binary
from bot.replication.target import ReplicaTrouble, Target
from storage.engines.driver import choose_driver

# A start waits this long at most: an address that is silent for now is no refusal, and the lag tells of it.
_LONGEST_S = 3.0
# Beside the copy's own `ltx`, so that no restore and no retention meets it. Litestream can't delete: each start leaves
# half a kilobyte there.
_BESIDE = "first-write"


async def try_writing(target: Target) -> bool:
    """Whether the replica answers to a first write; raises ReplicaTrouble when it says no."""
    try:
        async with asyncio.timeout(_LONGEST_S):
            no = await (_by_folder(target) if target.url.startswith("file:") else _by_litestream(target))
    except TimeoutError:
        return False
    if no:
        raise ReplicaTrouble(
            f"{target.shown} can't be written to: {no[:300].strip().rstrip('.')}. Nothing was changed; "
            "check REPLICA_URL and its keys, and who may write there."
        )
    return True


async def _by_folder(target: Target) -> str:
    folder = Path(unquote(urlsplit(target.url).path)) / "ltx" / "0"  # where the next batch goes
    try:
        await asyncio.to_thread(_write_in, folder)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def _write_in(folder: Path) -> None:
    """Write a file and take it away again, with every folder that was made for it."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"Troupe was here.")
    finally:
        with suppress(OSError):  # not made, or in use by now
            for one in new:
                one.rmdir()


async def _by_litestream(target: Target) -> str:
    """Have it copy a tiny database with the address, keys and configuration of the real one; the refusal, or ''."""
    with tempfile.TemporaryDirectory(prefix="troupe-trial-") as folder:
        tiny = Path(folder) / "trial.db"
        await asyncio.to_thread(_make, tiny)
        address = urlsplit(target.url)
        url = address._replace(path=f"{address.path.rstrip('/')}/{_BESIDE}").geturl()
        beside = {"DATABASE_PATH": str(tiny), "REPLICA_URL": url}
        child = await binary.begin(
            replace(target, database=tiny, url=url, environment={**target.environment, **beside}), "replicate", "-once"
        )
        try:
            assert child.stderr is not None  # begin asked for it
            # It tries again for a while, so what it says at the first time is listened to.
            async for line in child.stderr:
                if refusal := binary.refusal(target.without_secrets(line.decode(errors="replace"))):
                    return refusal
        finally:
            await binary.kill(child)
    return ""


def _make(path: Path) -> None:
    with closing(choose_driver().connect(str(path))) as tiny:
        tiny.execute("CREATE TABLE trial (number INTEGER)")
