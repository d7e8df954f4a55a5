"""The real bot, ``python -m bot``, with discord.py pointed at a twin: ``python -m benchmarks.pointed REST GATEWAY``."""

from __future__ import annotations

import os
import signal
import sys
import threading

from bot.__main__ import main
from tests.twin.point import point_at


def _leave_with_parent() -> None:
    """A benchmark that is killed closes our standard input, and then we end as well."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    point_at(*sys.argv[1:3])
    sys.exit(main([]))
