"""What a process does of the whole, where several share a database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """Whether a process keeps what people say, makes replies, delivers them, and may run the timetable."""

    hears: bool
    works: bool
    speaks: bool
    keeps_time: bool


PARTS = {
    "all": Part(hears=True, works=True, speaks=True, keeps_time=True),
    "gateway": Part(hears=True, works=False, speaks=True, keeps_time=False),
    "worker": Part(hears=False, works=True, speaks=True, keeps_time=False),
    "jobs": Part(hears=False, works=False, speaks=False, keeps_time=True),
}
