"""The keyboard while a reply is printed: Ctrl-C is heard, and what is typed ahead is not printed into the reply."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

try:
    import termios
except ImportError:  # Windows has none, and prints what is typed ahead
    termios = None  # type: ignore[assignment]


@contextmanager
def on_interrupt(call: Callable[[], object]) -> Iterator[None]:
    """While it is open, Ctrl-C calls a function instead of raising, and keys are kept for the next prompt unseen."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, call)
    try:
        with _unseen():
            yield
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)


@contextmanager
def _unseen() -> Iterator[None]:
    if termios is None or not sys.stdin.isatty():
        yield
        return
    keyboard = sys.stdin.fileno()
    before = termios.tcgetattr(keyboard)
    quiet = [*before[:3], before[3] & ~termios.ECHO, *before[4:]]
    termios.tcsetattr(keyboard, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(keyboard, termios.TCSADRAIN, before)
