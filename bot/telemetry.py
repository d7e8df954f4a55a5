"""Logs as events with keys, never a message's words, never a secret.

A work item's id goes from intake, whose last step names it beside the platform's message id, through every try and
call to each delivery: one search for it finds the whole way of a reply.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from structlog.typing import EventDict, Processor


def configure(level: str, *, colours: bool, secrets: Iterable[str] = ()) -> None:
    """Log to standard error: readable in a terminal, JSON lines elsewhere, whoever writes them; no secret passes."""
    number = getattr(logging, level)
    renderer: Processor = structlog.dev.ConsoleRenderer(colors=True) if colours else structlog.processors.JSONRenderer()
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _without(sorted((secret for secret in secrets if secret), key=len, reverse=True)),
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
