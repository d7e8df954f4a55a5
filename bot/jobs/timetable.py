"""The timetable on one screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Jobs:
    """What the clock starts; each is told in its own module."""

    renew_leases: Job
    release_leases: Job
    save_cursors: Job
    daily: Job
    watch_copy: Job
    find_rivals: Job
    drill: Job


def timetable(jobs: Jobs) -> AsyncIOScheduler:
    """Every job with its time; one that is late runs once, and none runs beside itself."""
    scheduler = AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
    scheduler.add_job(jobs.renew_leases, IntervalTrigger(seconds=15), id="renew_leases")
    scheduler.add_job(jobs.release_leases, IntervalTrigger(seconds=30), id="release_leases")
    scheduler.add_job(jobs.save_cursors, IntervalTrigger(seconds=30), id="save_cursors")
    scheduler.add_job(jobs.daily, IntervalTrigger(minutes=1), id="daily")  # it knows itself when it is due
    scheduler.add_job(jobs.watch_copy, IntervalTrigger(seconds=30), id="watch_copy")
    scheduler.add_job(jobs.find_rivals, IntervalTrigger(minutes=10), id="find_rivals")
    # It looks often whether a week has passed, so that one missed while the bot was away is made up for.
    scheduler.add_job(jobs.drill, IntervalTrigger(minutes=15), id="drill")
    return scheduler
