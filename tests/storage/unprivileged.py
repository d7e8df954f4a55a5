"""Runs something as somebody who may not write everywhere: tests often run as root, whom no permission stops."""

from __future__ import annotations

import os
from collections.abc import Callable

NOBODY = 65534


def as_nobody(ask: Callable[[], str]) -> str:
    """What it returns in a forked process that is nobody where we are root, and ourselves elsewhere."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            os.write(writing, ask().encode())
        except BaseException as error:
            os.write(writing, f"{type(error).__name__} escaped: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return answer
