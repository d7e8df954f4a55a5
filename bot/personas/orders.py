"""Buttons that order a command; all they order stands in their key, so they work after any restart. Pure."""

from __future__ import annotations

from bot.ports import Button

_ORDER = "order:"


def ordering(label: str, command: str, *arguments: str, row: int | None = None) -> Button:
    """A button that orders that command with these arguments, in the order of its options, none with a space in it."""
    return Button(f"{_ORDER}{command}:{' '.join(arguments)}", label, row)


def why_button(reply_id: str) -> Button:
    """The way to what that reply had in mind."""
    return ordering("🧠 why", "memory why", reply_id)


def read_order(key: str) -> tuple[str, tuple[str, ...]] | None:
    """The command behind a button with its arguments, or None for another button."""
    command, colon, arguments = key.removeprefix(_ORDER).partition(":")
    return (command, tuple(arguments.split())) if key.startswith(_ORDER) and colon else None
