"""Who may do what, and where: rules that are made and ended, never changed."""

from __future__ import annotations

from dataclasses import dataclass

from storage.engines.base import Transaction

ALLOW, DENY = "allow", "deny"
SERVERS = "servers"  # the subject of a rule for every server
OPERATOR = ""  # whose rules those are that belong to no guild
MOST = 200  # rules of one guild


@dataclass(frozen=True, slots=True)
class Rule:
    """Somebody may or may not do something; ``subject`` is whom or what place it is about, as kept.

    ``guild_id`` is whose rule it is, OPERATOR for the operator's. ``ended_at`` is None while it holds.
    """

    id: str
    platform: str
    guild_id: str
    may: str
    subject: str
    verdict: str
    until: int | None
    reason: str
    made_by: str
    made_at: int
    ended_by: str = ""
    ended_at: int | None = None


def bearing(tx: Transaction, platform: str, guild_id: str, person: str, now: int) -> list[Rule]:
    """The rules in force that may bear on somebody in a guild, or with '' outside guilds."""
    concerned = {"server": f"guild:{guild_id}", "person": f"person:{person}"}
    return tx.all(Rule, "access.bearing", platform=platform, guild_id=guild_id, now=now, **concerned)


def standing(tx: Transaction, rule: Rule) -> Rule | None:
    """The rule that holds for the same, or held until its end came."""
    where = {"platform": rule.platform, "guild_id": rule.guild_id, "may": rule.may, "subject": rule.subject}
    return tx.one(Rule, "access.standing", **where)


def put(tx: Transaction, rule: Rule) -> bool:
    """Let it hold in place of the one for the same; False when that says it already."""
    old = standing(tx, rule)
    if old is not None:
        if (old.verdict, old.until) == (rule.verdict, rule.until):
            return False
        tx.run("access.end", id=old.id, by=rule.made_by, now=rule.made_at)
    tx.run(
        "access.add",
        id=rule.id,
        platform=rule.platform,
        guild_id=rule.guild_id,
        may=rule.may,
        subject=rule.subject,
        verdict=rule.verdict,
        until=rule.until,
        reason=rule.reason,
        made_by=rule.made_by,
        made_at=rule.made_at,
    )
    return True


def end(tx: Transaction, rule: Rule, by: str, now: int) -> bool:
    """Let it hold no more; False when somebody ended it already."""
    return tx.run("access.end", id=rule.id, by=by, now=now) > 0


def in_force(tx: Transaction, platform: str, guild_id: str, now: int) -> list[Rule]:
    """The rules of a guild, or of the operator, that hold now."""
    return tx.all(Rule, "access.in_force", platform=platform, guild_id=guild_id, now=now)


def history(tx: Transaction, platform: str, guild_id: str, most: int = 20) -> list[Rule]:
    """What was made or ended last."""
    return tx.all(Rule, "access.history", platform=platform, guild_id=guild_id, most=most)


def hushed(tx: Transaction, conversation_id: str, now: int) -> int | None:
    """Until when no persona may speak in the server of that conversation, None where they may."""
    return tx.number("access.hushed", conversation_id=conversation_id, now=now)
