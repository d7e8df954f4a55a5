"""The timetable on one screen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Job = Callable[[], Awaitable[object]]
_RENEWALS = 3  # in each lease, so that one may fail


@dataclass(frozen=True, slots=True)
class Jobs:
    """What the clock starts once for all processes of a database; each is told in its own module."""

    release: Job
    daily: Job
    watch_copy: Job
    find_rivals: Job
    drill: Job
    tidy: Job
    watch: Job
    leave: Job


@dataclass(frozen=True, slots=True)
class Rounds:
    """What the clock starts in each process for that process alone."""

    renew: Job
    make_up: Job
    save_cursors: Job
    look_at_purse: Job


def timetable(jobs: Jobs, lease_s: float) -> AsyncIOScheduler:
    """Every job with its time; one that is late runs once, and none runs beside itself."""
    scheduler = _scheduler()
    scheduler.add_job(jobs.release, IntervalTrigger(seconds=lease_s / _RENEWALS), id="release")
    scheduler.add_job(jobs.daily, IntervalTrigger(minutes=1), id="daily")  # it knows itself when it is due
    scheduler.add_job(jobs.watch_copy, IntervalTrigger(seconds=30), id="watch_copy")
    scheduler.add_job(jobs.find_rivals, IntervalTrigger(minutes=10), id="find_rivals")
    # It looks often whether a week has passed, so that one missed while the bot was away is made up for.
    scheduler.add_job(jobs.drill, IntervalTrigger(minutes=15), id="drill")
    # What was missed at night is made up for in the same way.
    scheduler.add_job(jobs.tidy, IntervalTrigger(minutes=1), id="tidy")
    scheduler.add_job(jobs.watch, IntervalTrigger(minutes=1), id="watch")
    scheduler.add_job(jobs.leave, IntervalTrigger(minutes=1), id="leave")
    return scheduler


def rounds(of: Rounds, lease_s: float) -> AsyncIOScheduler:
    """Every round with its time, as above."""
    scheduler = _scheduler()
    scheduler.add_job(of.renew, IntervalTrigger(seconds=lease_s / _RENEWALS), id="renew")
    scheduler.add_job(of.make_up, IntervalTrigger(seconds=30), id="make_up")
    scheduler.add_job(of.save_cursors, IntervalTrigger(seconds=30), id="save_cursors")
    scheduler.add_job(of.look_at_purse, IntervalTrigger(seconds=30), id="look_at_purse")
    return scheduler


def _scheduler() -> AsyncIOScheduler:
    return AsyncIOScheduler(job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})
