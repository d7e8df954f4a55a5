"""Logs as events with keys: one id from intake to delivery, never a message's words, never a secret."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str, *, colours: bool) -> None:
    """Log to standard error: readable in a terminal, JSON lines elsewhere; discord.py's own log comes along."""
    number = getattr(logging, level)
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=True) if colours else structlog.processors.JSONRenderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s")


def log_stage(stage: str, key: str, **fields: object) -> None:
    """The Stages of a running bot: each step at debug level, with the id it belongs to."""
    structlog.get_logger().debug(stage, key=key, **fields)
