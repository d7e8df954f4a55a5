"""Logs as events with keys, never a message's words, never a secret.

A work item's id goes from intake, whose last step names it beside the platform's message id, through every try and
call to each delivery: one search for it finds the whole way of a reply.
"""

from __future__ import annotations

import logging
import sys
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

_KEPT = 50
_GRAVE = ("warning", "error", "critical")
_LONGEST = 300  # characters of one line of those kept


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the log: when (ISO 8601, UTC), how grave, and what happened with its fields."""

    at: str
    level: str
    told: str


class Recent:
    """The last warnings and errors of this process, as they were written: without secrets and without words."""

    def __init__(self, most: int = _KEPT) -> None:
        self._lines: deque[Noted] = deque(maxlen=most)

    def newest(self, most: int) -> list[Noted]:
        """The last ones, newest first."""
        return list(self._lines)[: -most - 1 : -1]

    def note(self, _: Any, __: str, event: EventDict) -> EventDict:
        """Keep a line that is grave enough; as a step of the log it comes last before the line is written."""
        if event.get("level") in _GRAVE:
            self._lines.append(Noted(str(event.get("timestamp", "")), str(event["level"]), _told(event)))
        return event


def _told(event: EventDict) -> str:
    """What happened on one line; of an exception its last line, which names it."""
    left_out = ("event", "level", "timestamp", "exception", "_record", "_from_structlog")
    fields = [f"{key}={value}" for key, value in event.items() if key not in left_out]
    trace = str(event.get("exception") or "").strip().splitlines()
    line = " ".join(" ".join([str(event.get("event", "")), *fields, *trace[-1:]]).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def configure(level: str, *, colours: bool, secrets: Iterable[str] = ()) -> Recent:
    """Log to standard error: readable in a terminal, JSON lines elsewhere, whoever writes them; no secret passes.

    Returns what keeps the last warnings and errors.
    """
    recent = Recent()
    number = getattr(logging, level)
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=True) if colours else structlog.processors.JSONRenderer()
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without(sorted((secret for secret in secrets if secret), key=len, reverse=True)),
        recent.note,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    foreign = logging.StreamHandler(sys.stderr)
    foreign.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.add_logger_name,
                *shared,
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
            ]
        )
    )
    logging.basicConfig(level=max(number, logging.WARNING), handlers=[foreign])
    return recent


def _without(secrets: Sequence[str]) -> Processor:
    """Takes every secret out of whatever text is about to be written; the longest first, as one may hold another."""

    def hide(_: Any, __: str, event: EventDict) -> EventDict:
        return {key: _hidden(value, secrets) for key, value in event.items()}

    return hide


def _hidden(value: object, secrets: Sequence[str]) -> object:
    if not isinstance(value, str):
        return value
    for secret in secrets:
        value = value.replace(secret, "…")
    return value


def log_stage(stage: str, key: str, **fields: object) -> None:
    """The Stages of a running bot: each step at debug level, with the id it belongs to."""
    structlog.get_logger().debug(stage, key=key, **fields)
