"""Litestream while the bot runs: started, listened to, started again when it dies, stopped after a last sync."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from asyncio.subprocess import Process
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import structlog

from bot.replication import binary, control
from bot.replication.lag import Lag, Lies, batches, lag, made_at, written_at
from bot.replication.leash import CONTROL, Leash, Running
from bot.replication.listing import listing, rival, sizes
from bot.replication.target import ReplicaTrouble, Target
from storage.errors import StorageError

_log = structlog.get_logger()
_FIRST_WAIT_S = 0.25
_LONGEST_WAIT_S = 30.0
_STEADY_S = 60.0  # who ran this long has earned a quick start again
_STOP_S = 5.0
_COPY_S = 5  # a person waits
_LEAST_SYNC_S = 0.5  # an address that did not answer a moment ago is not waited for again
_SILENT_LOOKS = 2
FAR_BEHIND_S = 30.0  # a lag that is told in the log and by our health
_FRESH_S = 1.0  # a lag measured this long ago is not measured again
_RIVAL = (
    "ANOTHER TROUPE COPIES TO THE SAME ADDRESS, and what lies there can't be trusted any more: "
    "give each a REPLICA_URL of its own, a new one"
)


class Child:
    """One Litestream for one database, from ``start`` to ``stop``."""

    def __init__(self, target: Target, leash: Leash, *, answered: bool = True) -> None:
        self.target = target
        self.answered = answered  # to a first write, when the start tried one
        self.restarts = 0
        self._leash = leash
        self._child: Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._socket: Path | None = None
        self._held = 0
        self._level_at: float | None = None
        self._measured: tuple[float, Lag] | None = None
        self._measuring = asyncio.Lock()
        self._told_behind = False
        self._silent = 0
        self._rival = ""

    @property
    def running(self) -> bool:
        """Whether it lives right now."""
        return self._child is not None and self._child.returncode is None

    async def start(self) -> None:
        """Start it and watch it; raises a StorageError when it can't be."""
        # A folder of its own: beside the database the address could be longer than a socket's may be.
        self._socket = Path(tempfile.mkdtemp(prefix=CONTROL)) / "socket"
        await self._begin()
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """After the last commit: let it sync and end, then sync once more, within six seconds in all."""
        watch, self._watch = self._watch, None
        try:
            if watch is not None:
                await self._stop(watch)
        finally:
            if self._socket is not None:
                shutil.rmtree(self._socket.parent, ignore_errors=True)
            self._leash.release()

    async def _stop(self, watch: asyncio.Task[None]) -> None:
        began = time.monotonic()
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch
        await self._end()
        # One that was stopped before its first look, or had just died, has not synced.
        ended = await binary.call(
            self.target, "replicate", "-once", within_s=max(_LEAST_SYNC_S, began + _STOP_S - time.monotonic())
        )
        if ended.code != 0:
            _log.warning("replica_behind", replica=self.target.shown, said=ended.said[-300:])

    # ── asking ──

    async def lag(self) -> Lag:
        """How far the copy is behind, asked of Litestream at most once a second; never asks the replica's server."""
        async with self._measuring:
            now = time.monotonic()
            if self._measured is None or now - self._measured[0] > _FRESH_S:
                self._measured = (now, await self._measure())
            return self._measured[1]

    async def copy_now(self) -> None:
        """Wait a little until the replica has every commit there is now; raises ReplicaTrouble."""
        if not self.running or self._socket is None:
            raise ReplicaTrouble("Litestream is being started again.")
        await control.copy_now(self._socket, self.target.database, _COPY_S)

    async def sentence(self) -> str:
        """How it is, for people."""
        found = await self.lag()
        state = "running" if self.running else "restarting"
        again = f", restarted {self.restarts} times" if self.restarts > 1 else ", restarted once"
        told = f"{state}, to {self.target.shown}, {found.sentence()}" + (again if self.restarts else "")
        return f"{told}. {self._rival}".strip(". ") if self._rival else told

    async def look(self) -> None:
        """Tell the log when the copy falls far behind, and when it has caught up."""
        found = await self.lag()
        behind = found.seconds is None or found.seconds > FAR_BEHIND_S
        if behind and not self._told_behind:
            _log.warning("replica_far_behind", replica=self.target.shown, seconds=found.seconds, why=found.why)
        if self._told_behind and not behind:
            _log.info("replica_caught_up", replica=self.target.shown)
        self._told_behind = behind

    async def end_if_hung(self) -> None:
        """End a Litestream that answered once and is silent at two looks; it is started again like one that died."""
        if self._child is None or self._socket is None or not self.running:
            self._silent = 0
            return
        heard = await control.answers(self._socket)
        hangs = not heard and self._socket.exists()  # one that can't reach the replica at its start has no socket yet
        self._silent = self._silent + 1 if hangs else 0
        if self._silent >= _SILENT_LOOKS:
            _log.error("litestream_hangs", number=self._child.pid)
            await binary.kill(self._child)

    async def look_for_rivals(self) -> None:
        """Compare what the server holds with what we made, in one request; another writer there spoils the copy."""
        folder = batches(self.target.database)
        try:
            held = await listing(self.target, "0")
        except ReplicaTrouble:
            return  # the lag tells that it is away
        number = rival(held, await asyncio.to_thread(sizes, folder))
        self._rival = "" if number is None else _RIVAL
        if number is not None:
            _log.error("replica_shared", replica=self.target.shown, batch=number, told=_RIVAL)

    async def _measure(self) -> Lag:
        database, asked_at = self.target.database, time.time()
        written, found, why = await asyncio.to_thread(written_at, database), None, ""
        try:
            found = await self._position()
        except ReplicaTrouble as error:
            why = str(error).rstrip(".")
        lies = Lies(written, await asyncio.to_thread(made_at, batches(database)))
        measured = lag(found, lies, self._level_at, time.time(), why)
        if measured.seconds == 0:
            self._level_at = asked_at
        return measured

    async def _position(self) -> control.Position:
        if not self.running or self._socket is None:
            raise ReplicaTrouble("Litestream is being started again.")
        found = await control.position(self._socket, self.target.database)
        # One that was started again knows nothing of the replica until it has reached it; what was held still is.
        if found.held or self._held > found.ours:
            self._held = found.held
        return replace(found, held=self._held)

    # ── watching ──

    async def _begin(self) -> None:
        assert self._socket is not None
        self._leash.write(None)
        self._measured = None
        also = {"CONTROL_SOCKET": str(self._socket)}
        self._child = await binary.begin(self.target, "replicate", passing=(self._leash.number,), also=also)
        self._leash.write(Running(self._child.pid, self._socket))

    async def _keep(self) -> None:
        wait = _FIRST_WAIT_S
        while True:
            began = time.monotonic()
            await self._listen()
            if time.monotonic() - began > _STEADY_S:
                wait = _FIRST_WAIT_S
            code = self._child.returncode if self._child else None
            _log.warning("litestream_died", code=code, again_in_s=wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_S)
            self.restarts += 1
            await self._again()

    async def _again(self) -> None:
        try:
            await self._begin()
        except (OSError, StorageError) as error:  # taken away while we ran; the next wait is longer
            _log.error("litestream_missing", error=self.target.without_secrets(str(error)))

    async def _listen(self) -> None:
        """Log what it says until it ends."""
        child = self._child
        if child is None or child.stderr is None:
            return
        while line := await child.stderr.readline():
            self._repeat(self.target.without_secrets(line.decode(errors="replace")).strip())
        await child.wait()

    def _repeat(self, line: str) -> None:
        try:
            told = json.loads(line)
            level, said = (
                str(told["level"]).lower(),
                " ".join(str(told[key]) for key in ("msg", "error") if key in told),
            )
        except (ValueError, TypeError, KeyError):
            level, said = "warn", line
        log = {"warn": _log.warning, "error": _log.error}.get(level, _log.debug)
        log("litestream", said=said[:500])

    async def _end(self) -> None:
        child = self._child
        if child is None or child.returncode is not None:
            return
        with suppress(ProcessLookupError):
            child.terminate()
        reading = asyncio.create_task(self._listen())
        await asyncio.wait({reading}, timeout=_STOP_S)
        reading.cancel()
        await binary.kill(child)
