"""Whether it is quiet now, and until when. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from config.kinds import Hours

_MINUTE_MS = 60_000


def quiet_until(hours: Hours | None, zone: tzinfo, now: int) -> int | None:
    """When the quiet hours that hold at ``now`` end (milliseconds), None when none do.

    They are told by the clock on the wall: where it is put forward or back, the night is shorter or longer.
    """
    if hours is None:
        return None
    local = datetime.fromtimestamp(now / 1000, zone)
    minute = local.hour * 60 + local.minute
    over_midnight = hours.end <= hours.begin
    quiet = minute >= hours.begin or minute < hours.end if over_midnight else hours.begin <= minute < hours.end
    if not quiet:
        return None
    tomorrow = minute >= hours.end
    midnight = datetime(local.year, local.month, local.day, tzinfo=zone) + timedelta(days=tomorrow)
    ends = midnight.replace(hour=hours.end // 60, minute=hours.end % 60)
    moments = (int(ends.replace(fold=fold).astimezone(UTC).timestamp() * 1000) for fold in (0, 1))
    return next((at for at in moments if at > now), now + _MINUTE_MS)
